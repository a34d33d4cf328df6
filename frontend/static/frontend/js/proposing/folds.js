/** A long form folded by subject: a fold with something to mend opens by itself. */

/**
 * @param {HTMLFormElement} form
 */
export function mountFolds(form) {
  for (const fold of form.querySelectorAll("[data-fold]")) {
    fold.open ||= fold.querySelector(".ask--wrong, [aria-invalid=true]") !== null;
  }
}
