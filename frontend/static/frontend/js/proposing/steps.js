/** One part of a long form at a time, with where one stands. The parts and their fields are those of the one page. */
import { element } from "../lib/dom.js";
import { check } from "./errors.js";

/**
 * @param {HTMLFormElement} form
 * @returns {{showStepOf: (target: Element) => void}}
 */
export function mountSteps(form) {
  const steps = [...form.querySelectorAll("[data-step]")];
  const titles = steps.map((step) => step.querySelector(".step__title"));
  const texts = form.dataset;
  const words = element("p", { class: "progress__words" });
  const bar = element("progress", { class: "progress__bar", max: String(steps.length), "aria-hidden": "true" });
  const progress = element("div", { class: "progress" }, words, bar);
  let current = 0;

  const show = (rank, { focus = true } = {}) => {
    current = rank;
    steps.forEach((step, index) => { step.hidden = index !== rank; });
    words.textContent = texts.textStep.replace("{rank}", String(rank + 1)).replace("{count}", String(steps.length));
    bar.value = rank + 1;
    dispatchEvent(new Event("resize"));
    if (!focus) return;
    titles[rank].focus({ preventScroll: true });
    progress.scrollIntoView({ block: "start" });
  };
  const next = () => {
    const [wrong] = check(steps[current], texts);
    if (wrong) {
      for (let fold = wrong.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      wrong.focus();
    } else show(current + 1);
  };

  steps.forEach((step, rank) => {
    const row = step.querySelector(".proposal__actions") ?? step.appendChild(element("p", { class: "proposal__actions" }));
    if (rank < steps.length - 1) {
      const forward = element("button", { class: "button", type: "button" }, texts.textNext);
      forward.addEventListener("click", next);
      row.append(forward);
    }
    if (rank > 0) {
      const back = element("button", { class: "button button--quiet", type: "button" }, texts.textBack);
      back.addEventListener("click", () => show(rank - 1));
      row.append(back);
    }
  });
  steps[0].before(progress);
  // Enter in a field means "go on", not "send what is not finished".
  form.addEventListener("keydown", (event) => {
    const isField = event.target.matches("input:not([type=checkbox], [type=radio], [type=file])");
    if (event.key !== "Enter" || !isField || event.defaultPrevented || current === steps.length - 1) return;
    event.preventDefault();
    if (!event.target.closest("[data-hours-grid]")) next();
  });

  const showStepOf = (target) => {
    const rank = steps.indexOf(target.closest("[data-step]"));
    if (rank >= 0) show(rank, { focus: false });
  };
  show(0, { focus: false });
  const wrong = form.querySelector(".ask--wrong");
  if (wrong) showStepOf(wrong);
  else if (form.querySelector("#avant [role=alert]")) show(steps.length - 1, { focus: false });
  return { showStepOf };
}
