/** Calls dragged by their handle. The buttons beside it do the same: the keyboard needs no drag. */
import { element } from "../lib/dom.js";
import { emit } from "../lib/events.js";
import { MOVE_ASKED } from "./events.js";

/**
 * @param {HTMLElement} list
 */
export function mountReorder(list) {
  for (const call of list.querySelectorAll(".call")) {
    const handle = element("span", { class: "call__handle", "aria-hidden": "true", title: list.dataset.textHandle }, "⠿");
    handle.addEventListener("pointerdown", (event) => hold(list, call, handle, event));
    call.prepend(handle);
  }
}

function hold(list, call, handle, down) {
  if (down.button !== 0) return;
  down.preventDefault();
  handle.setPointerCapture(down.pointerId);
  call.classList.add("call--held");
  const calls = [...list.querySelectorAll(".call")];
  const from = calls.indexOf(call);
  let to = from;

  const mark = () => {
    calls.forEach((other, rank) => {
      other.classList.toggle("call--target", rank === to && to < from);
      other.classList.toggle("call--target-after", rank === to && to > from);
    });
  };
  const moved = (event) => {
    to = targetRank(calls.map((other) => other.getBoundingClientRect()), event.clientY);
    mark();
  };
  const finish = (isDone) => {
    handle.removeEventListener("pointermove", moved);
    call.classList.remove("call--held");
    const target = to;
    to = from;
    mark();
    if (isDone && target !== from) emit(MOVE_ASKED, { from, to: target, name: call.dataset.name });
  };
  handle.addEventListener("pointermove", moved);
  handle.addEventListener("pointerup", () => finish(true), { once: true });
  handle.addEventListener("pointercancel", () => finish(false), { once: true });
}

/**
 * The rank over which a pointer hangs: the nearest middle.
 * @param {{top: number, bottom: number}[]} boxes in order
 * @param {number} y
 * @returns {number}
 */
export function targetRank(boxes, y) {
  const gaps = boxes.map(({ top, bottom }) => Math.abs((top + bottom) / 2 - y));
  return gaps.indexOf(Math.min(...gaps));
}
