/** The lines of a day as values, so that they can be copied, taken away and moved up. */

/**
 * @typedef {{start: string, end: string, weeks: string, nths: string[]}} LineValues
 */

/** @param {Element} line */
const field = (line, name) => line.querySelector(`[name$="-${name}"]`);

/**
 * @param {Element} line
 * @returns {LineValues}
 */
export function readLine(line) {
  const nths = [...line.querySelectorAll('[name$="-nths"]:checked')].map((box) => box.value);
  return { start: field(line, "start").value, end: field(line, "end").value, weeks: field(line, "weeks").value, nths };
}

/**
 * @param {Element} line
 * @param {LineValues} values
 */
export function writeLine(line, { start, end, weeks, nths }) {
  field(line, "start").value = start;
  field(line, "end").value = end;
  field(line, "weeks").value = weeks;
  for (const box of line.querySelectorAll('[name$="-nths"]')) box.checked = nths.includes(box.value);
}

/** @returns {LineValues} */
export const blank = () => ({ start: "", end: "", weeks: "", nths: [] });

/** @param {LineValues} values */
export const isBlank = ({ start, end }) => start.trim() === "" && end.trim() === "";

/** @param {Element} day */
export const linesOf = (day) => [...day.querySelectorAll("[data-line]")];

/** Whether a day says hours, or that it is closed. @param {Element} day */
export function isFilled(day) {
  return day.querySelector("[data-closed]").checked || linesOf(day).some((line) => !isBlank(readLine(line)));
}

/**
 * Shows the lines that hold something, one at least, and `more` others.
 * @param {Element} day
 * @param {number} more
 */
export function showLines(day, more = 0) {
  const lines = linesOf(day);
  const last = lines.findLastIndex((line) => !isBlank(readLine(line)));
  const count = Math.min(lines.length, Math.max(1, last + 1) + more);
  lines.forEach((line, index) => { line.hidden = index >= count; });
  day.querySelector('[name$="-shown"]').value = String(count);
  const add = day.querySelector("[data-add]");
  if (add) add.hidden = count === lines.length;
}

/**
 * @param {Element} from
 * @param {Element} to
 */
export function copyDay(from, to) {
  const lines = linesOf(to);
  linesOf(from).forEach((line, index) => writeLine(lines[index], readLine(line)));
  for (const name of ["closed", "some"]) {
    to.querySelector(`[name$="-${name}"]`).checked = from.querySelector(`[name$="-${name}"]`).checked;
  }
  showLines(to);
}

/**
 * Takes a line away: those after it move up.
 * @param {Element} line
 */
export function removeLine(line) {
  const day = line.closest("[data-day]");
  const lines = linesOf(day);
  const shown = lines.filter((each) => !each.hidden).length;
  const kept = lines.filter((each) => each !== line).map(readLine);
  [...kept, blank()].forEach((values, index) => writeLine(lines[index], values));
  showLines(day);
  lines.forEach((each, index) => { each.hidden &&= index >= Math.max(1, shown - 1); });
}
