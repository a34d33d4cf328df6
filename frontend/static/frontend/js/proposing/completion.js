/** Communes and addresses proposed under a field, after the ARIA pattern of an editable combobox with a list. */
import { element } from "../lib/dom.js";
import { emit } from "../lib/events.js";
import { isAbort, Latest, requestJson } from "../lib/request.js";

export const ADDRESS_CHOSEN = "proposing:address";
const WAIT_MS = 250;
const MIN_LETTERS = { commune: 2, address: 4 };

/**
 * « Bar-le-Duc (55000) » of a commune that the search found, a former name left aside.
 * @param {{label: string, context: string}} suggestion
 * @returns {string}
 */
export function communeWords({ label, context }) {
  const today = /\(([^()]+)\)$/.exec(label)?.[1] ?? label;
  const code = /^\d{5}/.exec(context ?? "")?.[0];
  return code ? `${today} (${code})` : today;
}

/**
 * « 12 rue du Bourg 55000 Bar-le-Duc » in its two parts.
 * @param {string} label
 * @returns {{street: string, commune: string}}
 */
export function addressParts(label) {
  const parts = /^(.*?),? (\d{5}) (.+)$/.exec(label);
  return parts ? { street: parts[1], commune: `${parts[3]} (${parts[2]})` } : { street: label, commune: "" };
}

/**
 * @param {HTMLElement} box around one field; `data-complete` says what it asks for
 */
export function mountCompletion(box) {
  const wanted = box.dataset.complete;
  const input = box.querySelector("input");
  const list = element("ul", { class: "suggestions", role: "listbox", id: `${input.id}_choix`, "aria-label": box.dataset.textList });
  const status = element("p", { class: "visually-hidden", role: "status" });
  const latest = new Latest();
  let found = [];
  let active = -1;
  let timer = 0;
  let isAsking = false;

  list.hidden = true;
  box.classList.add("complete");
  box.append(list, status);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"], ["autocomplete", "off"]]) {
    input.setAttribute(name, value);
  }

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

  function point(rank) {
    active = rank;
    [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === rank)));
    input.setAttribute("aria-activedescendant", list.children[rank].id);
  }

  function choose(rank) {
    const chosen = found[rank];
    close();
    if (wanted === "commune") input.value = communeWords(chosen);
    else {
      const { street, commune } = addressParts(chosen.label);
      const other = input.form.elements.namedItem("commune");
      input.value = street;
      if (other && commune) other.value = commune;
    }
    emit(ADDRESS_CHOSEN, { lat: chosen.lat, lon: chosen.lon, isAddress: wanted === "address" });
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async function look() {
    const commune = input.form.elements.namedItem("commune")?.value ?? "";
    const text = input.value.trim();
    if (text.length < MIN_LETTERS[wanted]) return close();
    const query = wanted === "address" ? `${text} ${commune}` : text;
    try {
      const answer = await requestJson(`${box.dataset.source}?${new URLSearchParams({ q: query.slice(0, 100) })}`, { signal: latest.start() });
      const items = Array.isArray(answer) ? answer : (answer.suggestions ?? answer.results ?? []);
      found = items.filter((item) => item.kind === wanted);
    } catch (error) {
      // Silence: what is typed is read all the same.
      if (!isAbort(error)) close();
      return;
    }
    isAsking = false;
    list.replaceChildren(...found.map((item, rank) => optionOf(item, `${list.id}-${rank}`)));
    active = -1;
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    status.textContent = found.length ? box.dataset.textCount.replace("{count}", String(found.length)) : "";
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

function optionOf(item, id) {
  return element(
    "li",
    { class: "suggestions__option", role: "option", id, "aria-selected": "false" },
    element("span", {}, item.label),
    element("span", { class: "suggestions__context" }, item.context ?? ""),
  );
}
