/** Sentences beside the fields and at the top, which takes the focus; each leads to its field. */
import { element } from "../lib/dom.js";

/**
 * Opens what hides a control: the folds around it, and its step.
 * @param {Element} target
 * @param {{showStepOf: (target: Element) => void}|null} steps
 */
export function reveal(target, steps) {
  steps?.showStepOf(target);
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}

/**
 * @param {HTMLFormElement} form
 * @param {object|null} steps
 */
export function mountErrors(form, steps) {
  const box = document.getElementById("bilan");
  box?.addEventListener("click", (event) => {
    const target = document.getElementById(event.target.closest("a")?.hash.slice(1) ?? "");
    if (!target) return;
    event.preventDefault();
    reveal(target, steps);
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  });
  for (const wrong of form.querySelectorAll(".ask--wrong")) reveal(wrong, null);
  const first = form.querySelector("#avant [role=alert]") ?? box?.querySelector("[role=alert]");
  first?.focus();
}

/**
 * Says beside a field what is wrong with it, or nothing any more.
 * @param {Element} ask the question
 * @param {string[]} sentences
 */
export function say(ask, sentences) {
  const box = ask.querySelector(".ask__errors");
  box.replaceChildren(...sentences.map((sentence) => element("p", {}, sentence)));
  ask.classList.toggle("ask--wrong", sentences.length > 0);
  for (const control of ask.querySelectorAll("input, textarea, select")) {
    if (sentences.length) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    if (!control.closest("fieldset.ask__group")) describe(control, box.id, sentences.length > 0);
  }
}

function describe(control, id, isWrong) {
  const ids = new Set((control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (isWrong) ids.add(id);
  else ids.delete(id);
  if (ids.size) control.setAttribute("aria-describedby", [...ids].join(" "));
  else control.removeAttribute("aria-describedby");
}

/**
 * What a browser can tell by itself about the questions of a part: something is missing, an address is none.
 * @param {Element} part
 * @param {DOMStringMap} texts
 * @returns {Element[]} the controls that must be mended, in the order of the page
 */
export function check(part, texts) {
  const wrong = [];
  for (const ask of part.querySelectorAll("[data-field]")) {
    if (ask.closest("[hidden]:not(.step)")) continue;
    const sentence = fault(ask, texts);
    say(ask, sentence ? [sentence] : []);
    if (sentence) wrong.push(ask.querySelector("fieldset, input, textarea, select"));
  }
  return wrong;
}

function fault(ask, texts) {
  const controls = [...ask.querySelectorAll("input, textarea, select")];
  const isChoice = controls.some((control) => control.type === "radio" || control.type === "checkbox");
  if (ask.querySelector(".ask__needed")) {
    const isAnswered = isChoice ? controls.some((control) => control.checked) : controls.some((control) => control.value.trim());
    if (!isAnswered) return texts.textRequired;
  }
  return controls.some((control) => control.type === "email" && control.validity.typeMismatch) ? texts.textEmail : "";
}
