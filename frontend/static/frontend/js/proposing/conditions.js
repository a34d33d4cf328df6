/** Questions that only one answer calls for: shown with it, and never emptied. */

/**
 * @param {HTMLFormElement} form
 */
export function mountConditions(form) {
  const parts = [...form.querySelectorAll("[data-only-if]")];
  const show = () => {
    for (const part of parts) {
      const [name, value] = part.dataset.onlyIf.split("=");
      part.hidden = !new FormData(form).getAll(name).includes(value);
    }
  };
  form.addEventListener("change", show);
  show();
}
