/** How the parts of the page speak to each other: named events on the document, nothing else. */

export const SEARCH_ASKED = "search:asked";
export const RESULTS_SHOWN = "results:shown";
export const RECORD_POINTED = "record:pointed";
export const RECORD_CHOSEN = "record:chosen";

/**
 * @param {string} name
 * @param {object} detail
 */
export function emit(name, detail = {}) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

/**
 * @param {string} name
 * @param {(detail: object) => void} react
 */
export function on(name, react) {
  document.addEventListener(name, (event) => react(event.detail));
}
