/**
 * The list. The server writes it, with or without JavaScript: one place knows how a result is said, in three languages.
 * Here the new list takes the place of the old one, and the address, the title of the list and the focus follow.
 */
import { searchAddress } from "../lib/address.js";
import { emit, on, RECORD_CHOSEN, RECORD_POINTED, RESULTS_SHOWN, SEARCH_ASKED } from "../lib/events.js";
import { isAbort, Latest, requestPage } from "../lib/request.js";
import { wantsStillness } from "../lib/dom.js";
import { setHidden } from "./search.js";

const HIDDEN = ["lat", "lon", "label", "bbox"];
const SELECTED = "card-list__item--selected";

/**
 * @param {HTMLElement} root
 */
export function mountResults(root) {
  const list = root.querySelector(".results__list");
  const announce = root.querySelector("#annonce");
  const form = document.getElementById("recherche");
  const latest = new Latest();
  // The query string of the list that is shown: an address that differs by its fragment only asks for nothing.
  let shown = location.search;

  async function load(query, { push = false, syncForm = false, focus = false, reveal = false } = {}) {
    const signal = latest.start();
    list.setAttribute("aria-busy", "true");
    try {
      const page = await requestPage(searchAddress(query), { signal });
      const fresh = page.getElementById("resultats");
      if (push) history.pushState(null, "", searchAddress(query));
      shown = location.search;
      copyFields(page, form, query, syncForm);
      show(document.importNode(fresh, true), focus);
      if (reveal) bringIntoView(list.querySelector("#resultats-titre"));
      list.removeAttribute("aria-busy");
    } catch (error) {
      if (isAbort(error)) return;
      list.removeAttribute("aria-busy");
      say(root.dataset.textFailed);
    }
  }

  function show(fresh, focus) {
    list.querySelector("#resultats").replaceWith(fresh);
    say(`${fresh.querySelector("#resultats-titre").textContent.trim()} : ${fresh.dataset.title}`, { quiet: true });
    if (focus) fresh.querySelector("#resultats-titre").focus();
    emit(RESULTS_SHOWN);
  }

  function say(text, { quiet = false } = {}) {
    announce.textContent = text;
    document.getElementById("message-recherche").textContent = quiet ? "" : text;
  }

  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    load(new URL(link.href).searchParams, { push: true, syncForm: true, focus: link.dataset.link !== "more" });
  });
  for (const type of ["pointerover", "focusin"]) {
    list.addEventListener(type, (event) => {
      emit(RECORD_POINTED, { id: event.target.closest("[data-id]")?.dataset.id ?? "" });
    });
  }
  on(SEARCH_ASKED, ({ query, push, reveal }) => load(query, { push, reveal }));
  on(RECORD_CHOSEN, ({ id }) => {
    select(list, id);
    shown = location.search;
  });
  addEventListener("popstate", () => {
    // The link to the content moves within the page: what is being typed must outlive it.
    if (location.search !== shown) load(new URLSearchParams(location.search), { syncForm: true });
  });
  mountToggle(root);
}

/** On a phone the list begins below what is seen: who asked for it is taken to it, and the keyboard of the screen goes away. */
function bringIntoView(title) {
  if (title.getBoundingClientRect().bottom <= innerHeight) return;
  title.focus({ preventScroll: true });
  title.scrollIntoView({ behavior: wantsStillness() ? "auto" : "smooth" });
}

/** Marks the chosen record in the list and in the address, and brings it into view. */
function select(list, id) {
  list.querySelector(`.${SELECTED}`)?.classList.remove(SELECTED);
  const item = id ? list.querySelector(`[data-id="${CSS.escape(id)}"]`) : null;
  item?.classList.add(SELECTED);
  item?.scrollIntoView({ block: "nearest", behavior: wantsStillness() ? "auto" : "smooth" });
  const query = new URLSearchParams(location.search);
  if (id) query.set("selected", id);
  else query.delete("selected");
  history.replaceState(null, "", searchAddress(query));
}

/** The form follows what the server understood: the place found always, every choice after « back ». */
function copyFields(page, form, query, everything) {
  const read = page.getElementById("recherche");
  const words = form.elements.namedItem("q");
  // What is being typed meanwhile is the visitor's.
  if (words.value.trim() === (query.get("q") ?? "")) words.value = read.elements.namedItem("q").value;
  for (const name of HIDDEN) {
    setHidden(form, name, read.querySelector(`input[type="hidden"][name="${name}"]`)?.value ?? null);
  }
  if (!everything) return;
  for (const field of form.querySelectorAll("input:not([type=hidden])")) {
    const same = [...read.querySelectorAll(`input[name="${field.name}"]`)].find(
      (other) => other.type === field.type && (field.type === "checkbox" || field.type === "radio" ? other.value === field.value : true),
    );
    if (!same) continue;
    field.checked = same.checked;
    if (field.type !== "checkbox" && field.type !== "radio") field.value = same.value;
  }
}

/** On a phone the map opens under its button and pushes the list down; it never covers it. */
function mountToggle(root) {
  const button = root.querySelector(".results__toggle");
  const frame = root.querySelector(".results__frame");
  button.hidden = false;
  button.addEventListener("click", () => {
    const opens = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(opens));
    button.querySelector("span").textContent = opens ? button.dataset.textHide : button.dataset.textShow;
    frame.hidden = !opens;
  });
}
