/**
 * The keys of the page. A key finds its control by `data-key`: neighbours, boxes and the way back act at once; a decision
 * takes the focus and waits for Enter, as does a link that leaves the queue; a folded panel opens, and a digit chooses one
 * of its sentences.
 */
import { wantsStillness } from "../lib/dom.js";
import { areOn, onKey, turn } from "./shortcuts.js";

const AT_ONCE = new Set(["j", "k", "u", "?"]);

/**
 * @param {HTMLElement} root
 */
export function mountKeys(root) {
  root.hidden = false;
  const dialog = root.querySelector("dialog");
  mountHelp(root, dialog);
  for (const panel of document.querySelectorAll("details[data-key]")) mountPanel(panel);
  onKey((key) => !dialog.open && (chooseDigit(key) || act(key)));
}

function mountHelp(root, dialog) {
  const box = dialog.querySelector("input");
  const show = () => document.documentElement.classList.toggle("keys-off", !areOn());
  root.querySelector(".keys__open").addEventListener("click", () => {
    box.checked = areOn();
    dialog.showModal();
  });
  box.addEventListener("change", () => {
    turn(box.checked);
    show();
  });
  show();
}

function act(key) {
  const control = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && isShown(one));
  if (!control) return false;
  if (control instanceof HTMLDetailsElement) open(control);
  else if (control.closest("summary")) open(control.closest("details"));
  else if (AT_ONCE.has(key) || control.type === "checkbox") control.click();
  else reach(control);
  return true;
}

const isShown = (element) => element.getClientRects().length > 0;

function reach(control) {
  control.focus({ preventScroll: true });
  control.scrollIntoView({ block: "nearest", behavior: wantsStillness() ? "auto" : "smooth" });
}

function open(panel) {
  panel.open = true;
  reach(panel.querySelector("[data-digit], form input:not([type=hidden]), .editing input:not([type=hidden]), textarea, .editing select") ?? panel.querySelector("summary"));
}

/** The sentence of that number, of the panel that is open: sent at once. */
function chooseDigit(key) {
  const choice = document.querySelector(`details[open] [data-digit="${CSS.escape(key)}"]`);
  if (!choice) return false;
  choice.click();
  return true;
}

/** Escape folds the panel and gives the focus back; so does a click elsewhere. */
function mountPanel(panel) {
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel.open) return;
    panel.open = false;
    panel.querySelector("summary").focus();
  });
  document.addEventListener("click", ({ target }) => {
    if (panel.matches(".bar__more") && panel.open && !panel.contains(target)) panel.open = false;
  });
}
