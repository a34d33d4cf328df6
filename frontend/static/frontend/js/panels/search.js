/** The search form: each choice is asked at once, and the address says the same. */
import { searchQuery } from "../lib/address.js";
import { emit, SEARCH_ASKED } from "../lib/events.js";

/**
 * @param {HTMLFormElement} form
 */
export function mountSearch(form) {
  form.querySelector(".filters__apply").hidden = true;
  const ask = (reveal) => emit(SEARCH_ASKED, { query: searchQuery(new FormData(form)), push: true, reveal });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(true);
  });
  form.addEventListener("change", (event) => {
    // The words are asked for by the button or the Enter key, not when the field is left.
    if (event.target.name !== "q") ask(false);
  });
}

/**
 * Sets a hidden field of the form, made when it is missing; an empty value removes it.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string|null} value
 */
export function setHidden(form, name, value) {
  const existing = form.querySelector(`input[type="hidden"][name="${name}"]`);
  if (value === null) {
    existing?.remove();
    return;
  }
  const field = existing ?? form.appendChild(document.createElement("input"));
  field.type = "hidden";
  field.name = name;
  field.value = value;
}

/**
 * @param {HTMLFormElement} form
 * @param {{lat: string, lon: string, label: string}|null} position
 */
export function setPosition(form, position) {
  setHidden(form, "lat", position?.lat ?? null);
  setHidden(form, "lon", position?.lon ?? null);
  setHidden(form, "label", position?.label ?? null);
  setHidden(form, "bbox", null);
}
