/** The button of acceptance says how much of the proposal is ticked; `e` opens the first field to edit. */

/**
 * @param {HTMLElement} root
 */
export function mountSelection(root) {
  const boxes = [...root.querySelectorAll("input[name=take]")];
  const button = document.getElementById("accepter");
  root.querySelector(".diff__edit > summary")?.setAttribute("data-key", "e");
  if (!button || boxes.length < 2) return;
  const label = button.querySelector("[data-label]");
  const whole = label.textContent;
  const say = () => {
    const taken = boxes.filter((box) => box.checked).length;
    const some = button.dataset.textSome.replace("{taken}", String(taken)).replace("{total}", String(boxes.length));
    label.textContent = taken === boxes.length ? whole : some;
    for (const box of boxes) box.closest(".diff")?.classList.toggle("diff--left", !box.checked);
  };
  for (const box of boxes) box.addEventListener("change", say);
  say();
}
