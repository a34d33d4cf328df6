/**
 * Shortcuts of one key, as WCAG 2.1.4 wants them: they can be turned off, they never act while somebody types, and a key
 * with Ctrl, Alt, Cmd is left to the browser and to assistive tools.
 */

const STORED = "raccourcis";
const OFF = "non";
const TYPED_IN = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";

/** @returns {boolean} whether they are on, on this computer */
export function areOn() {
  try {
    return localStorage.getItem(STORED) !== OFF;
  } catch {
    return true;
  }
}

/**
 * @param {boolean} on
 */
export function turn(on) {
  try {
    if (on) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, OFF);
  } catch {
    // A forbidden storage: the choice holds for nobody, and the keys stay as they were.
  }
}

/**
 * @param {KeyboardEvent} event
 * @returns {boolean} whether the key is ours to take
 */
export function isFree(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return false;
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  return !(event.target instanceof Element && event.target.closest(TYPED_IN));
}

/**
 * Calls `act` with each key that is free, while the shortcuts are on; a key that it used is used up.
 * @param {(key: string) => boolean} act true when the key did something
 */
export function onKey(act) {
  document.addEventListener("keydown", (event) => {
    if (event.key.length === 1 && isFree(event) && areOn() && act(event.key)) event.preventDefault();
  });
}
