/** Propositions under the search field, after the ARIA pattern of an editable combobox with a list. */
import { degrees, searchQuery } from "../lib/address.js";
import { element } from "../lib/dom.js";
import { emit, SEARCH_ASKED } from "../lib/events.js";
import { isAbort, Latest, requestJson } from "../lib/request.js";
import { setPosition } from "./search.js";

const WAIT_MS = 180;
const MIN_LETTERS = 2;

/**
 * @param {HTMLElement} box
 */
export function mountSuggestions(box) {
  const input = box.querySelector("input");
  const list = box.querySelector("[role=listbox]");
  const status = document.getElementById("message-recherche");
  const latest = new Latest();
  let found = [];
  let active = -1;
  let timer = 0;
  let isAsking = false;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  /** Whoever chooses, or turns the list away, is not disturbed by what was asked before. */
  function settle() {
    latest.start();
    clearTimeout(timer);
    isAsking = false;
  }

  function close() {
    settle();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function point(index) {
    active = index;
    [...list.children].forEach((option, rank) => option.setAttribute("aria-selected", String(rank === index)));
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[index].id);
  }

  function choose(index) {
    const chosen = found[index];
    close();
    input.value = chosen.label;
    setPosition(input.form, { lat: degrees(chosen.lat), lon: degrees(chosen.lon), label: chosen.label });
    emit(SEARCH_ASKED, { query: searchQuery(new FormData(input.form)), push: true, reveal: true });
  }

  async function look() {
    const text = input.value.trim();
    if (text.length < MIN_LETTERS) return close();
    try {
      const answer = await requestJson(`${box.dataset.source}?${new URLSearchParams({ q: text })}`, { signal: latest.start() });
      found = readSuggestions(answer);
    } catch (error) {
      // Silence: the button searches all the same.
      if (!isAbort(error)) close();
      return;
    }
    isAsking = false;
    list.replaceChildren(...found.map((suggestion, rank) => optionOf(suggestion, rank, box.dataset)));
    active = -1;
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    input.removeAttribute("aria-activedescendant");
    status.textContent = found.length ? "" : box.dataset.textNone;
    announce(list, found.length, box.dataset.textCount);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    isAsking = true;
    timer = setTimeout(look, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    const isOpen = !list.hidden;
    const last = found.length - 1;
    if (event.key === "Escape" && (isOpen || isAsking)) close();
    else if (event.key === "ArrowDown" && isOpen) point(active === last ? 0 : active + 1);
    else if (event.key === "ArrowUp" && isOpen) point(active <= 0 ? last : active - 1);
    else if (event.key === "Enter" && isOpen && active >= 0) choose(active);
    else return;
    settle();
    event.preventDefault();
  });
  input.form.addEventListener("submit", close);
  list.addEventListener("pointerdown", (event) => {
    settle();
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose([...list.children].indexOf(option));
  });
  input.addEventListener("blur", close);
}

/**
 * What the API answered, with what has no point left out: there is nothing near nowhere.
 * @param {any} answer
 * @returns {{kind: string, label: string, context: string, lat: number, lon: number, is_demo: boolean}[]}
 */
export function readSuggestions(answer) {
  const items = Array.isArray(answer) ? answer : (answer.suggestions ?? answer.results ?? []);
  return items.filter((item) => Number.isFinite(item.lat) && Number.isFinite(item.lon));
}

function optionOf(suggestion, rank, texts) {
  const kind = texts[`text${suggestion.kind.charAt(0).toUpperCase()}${suggestion.kind.slice(1)}`] ?? "";
  return element(
    "li",
    { class: "suggestions__option", role: "option", id: `proposition-${rank}`, "aria-selected": "false" },
    element("span", {}, suggestion.label),
    element("span", { class: "suggestions__context" }, suggestion.context ?? ""),
    element("span", { class: "suggestions__kind" }, suggestion.is_demo ? `${texts.textDemo} · ${kind}` : kind),
  );
}

function announce(list, count, text) {
  const status = document.getElementById("annonce");
  if (status && count) status.textContent = text.replace("{count}", String(count));
}
