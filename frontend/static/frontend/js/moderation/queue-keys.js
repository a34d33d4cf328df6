/** `j` and `k` walk through the links of the queue; Enter, as ever, opens the one in focus. */
import { onKey } from "./shortcuts.js";

/**
 * @param {HTMLElement} list
 */
export function mountQueueKeys(list) {
  const links = [...list.querySelectorAll(".queue__link")];
  onKey((key) => {
    const step = { j: 1, k: -1 }[key];
    if (!step) return false;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? links[step > 0 ? 0 : links.length - 1] : links[at + step];
    next?.focus();
    return true;
  });
}
