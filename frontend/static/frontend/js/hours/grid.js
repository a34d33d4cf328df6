/** The weekly grid: adds, takes away and copies ranges, and reads the hours back while they are typed. */
import { isAbort, Latest, requestJson } from "../lib/request.js";
import { element } from "../lib/dom.js";
import { copyDay, isFilled, linesOf, removeLine, showLines } from "./lines.js";

const PAUSE_MS = 350;
const READING_PREFIX = "hours";
const SKIPPED = /-(?:shown|more)$/;

/**
 * The fields of a grid that say something, under the names that the reading knows.
 * @param {Iterable<[string, string]>} entries
 * @param {string} prefix of the page's names
 * @returns {URLSearchParams}
 */
export function readingQuery(entries, prefix) {
  const mine = [...entries].filter(([name, value]) => name.startsWith(`${prefix}-`) && value !== "" && !SKIPPED.test(name));
  return new URLSearchParams(mine.map(([name, value]) => [READING_PREFIX + name.slice(prefix.length), value]));
}

/** @param {HTMLElement} grid */
function mount(grid) {
  const { prefix } = grid.dataset;
  const days = [...grid.querySelectorAll("[data-day]")];
  const latest = new Latest();
  let timer = 0;

  const say = (text) => { grid.querySelector("[data-announce]").textContent = text; };
  const later = () => {
    markDays(days);
    clearTimeout(timer);
    timer = setTimeout(read, PAUSE_MS);
  };

  async function read() {
    const query = readingQuery(entriesOf(grid), prefix);
    try {
      const answer = await requestJson(`${grid.dataset.reading}?${query}`, { signal: latest.start() });
      showProblems(grid, answer.problems.filter(({ field }) => !isBeingTyped(grid, ownName(field))), ownName);
      showWords(grid, answer);
    } catch (error) {
      if (!isAbort(error)) fill(grid.querySelector("[data-words]"), [grid.dataset.textOffline], "hours__nothing");
    }
  }

  const ownName = (field) => prefix + field.slice(READING_PREFIX.length);

  const done = (text, target) => {
    say(text);
    target?.focus();
    later();
  };

  for (const part of grid.querySelectorAll("[data-with-script]")) part.hidden = false;
  for (const part of grid.querySelectorAll("[data-without-script]")) part.hidden = true;
  days.forEach((day) => showLines(day));
  markDays(days);

  grid.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const day = button?.closest("[data-day]");
    if (!day) return;
    if (button.matches("[data-add]")) {
      event.preventDefault();
      const shown = linesOf(day).filter((line) => !line.hidden).length;
      showExactly(day, shown + 1);
      done(grid.dataset.textAdded, linesOf(day)[shown].querySelector("input"));
    } else if (button.matches("[data-remove]")) {
      removeLine(button.closest("[data-line]"));
      done(grid.dataset.textRemoved, linesOf(day)[0].querySelector("input"));
    } else if (button.matches("[data-copy-before]")) {
      copyDay(days[days.indexOf(day) - 1], day);
      done(grid.dataset.textCopied, linesOf(day)[0].querySelector("input"));
    } else if (button.matches("[data-copy-week]")) {
      days.slice(1, 5).forEach((other) => copyDay(day, other));
      done(grid.dataset.textCopied);
    }
  });
  grid.addEventListener("input", later);
  grid.addEventListener("change", later);
  grid.addEventListener("focusout", later);
  // A draft, or the browser after a step back, fills the fields in once this part is mounted.
  addEventListener("pageshow", () => {
    days.forEach((day) => showLines(day));
    if (days.some(isFilled)) later();
  });
}

/** An empty day offers the hours of the day before; one that has hours offers more of them. */
function markDays(days) {
  days.forEach((day, index) => {
    day.classList.toggle("hours-day--empty", !isFilled(day));
    const before = day.querySelector("[data-copy-before]");
    if (before) before.hidden = isFilled(day) || !isFilled(days[index - 1]);
    const week = day.querySelector("[data-copy-week]");
    if (week) week.hidden = !isFilled(day);
  });
}

/**
 * @param {Element} day
 * @param {number} count of lines to show
 */
function showExactly(day, count) {
  showLines(day);
  showLines(day, count - linesOf(day).filter((line) => !line.hidden).length);
}

/** @param {Element} grid */
function* entriesOf(grid) {
  for (const field of grid.querySelectorAll("input[name], select[name]")) {
    if (!/^(?:checkbox|radio)$/.test(field.type) || field.checked) yield [field.name, field.value];
  }
}

/** A line in which one is typing is not wrong yet. */
function isBeingTyped(grid, name) {
  const line = document.activeElement?.closest("[data-line]");
  return Boolean(line && grid.contains(line) && line.querySelector(`[name="${CSS.escape(name)}"]`));
}

function showProblems(grid, problems, ownName) {
  const faulty = new Set(problems.map(({ field }) => ownName(field)));
  for (const input of grid.querySelectorAll(".hours-line__time")) {
    if (faulty.has(input.name)) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  for (const day of grid.querySelectorAll("[data-day]")) {
    const mine = problems.filter(({ field }) => day.querySelector(`[name="${CSS.escape(ownName(field))}"]`));
    fill(day.querySelector("[data-errors]"), mine.map(({ message }) => message));
  }
}

function showWords(grid, { words, problems }) {
  const list = grid.querySelector("[data-words]");
  if (words.length) fill(list, words);
  else fill(list, [problems.length ? grid.dataset.textProblems : grid.dataset.textEmpty], "hours__nothing");
}

/** Writes only what changed: a live region repeats nothing. */
function fill(list, texts, name = "") {
  if ([...list.children].map((item) => item.textContent.trim()).join("\n") === texts.join("\n")) return;
  list.replaceChildren(...texts.map((text) => element("li", name ? { class: name } : {}, text)));
}

for (const grid of document.querySelectorAll("[data-hours-grid]")) mount(grid);
