/** The search as it stands in the address: one short, shareable text. */

const ONLY_WITH_DAY = ["date", "time"];
const POSITION = ["lat", "lon", "label"];

/**
 * The query of a search, without what is empty or usual. A position stays only with the words it was found for.
 * @param {Iterable<[string, string]>} entries names and values, as a form gives them
 * @returns {URLSearchParams}
 */
export function searchQuery(entries) {
  const given = [...entries];
  const value = (name) => given.find(([key]) => key === name)?.[1] ?? "";
  const hasPosition = value("lat") !== "" && value("lon") !== "" && value("q") === value("label");
  const dropped = new Set(value("open") === "at" ? [] : ONLY_WITH_DAY);
  if (hasPosition) dropped.add("bbox");
  else POSITION.forEach((name) => dropped.add(name));
  if (!hasPosition && value("q")) dropped.add("bbox");
  const kept = given.filter(([name, text]) => text !== "" && !dropped.has(name) && `${name}=${text}` !== "sort=distance");
  return new URLSearchParams(kept);
}

/**
 * Degrees with five decimals, one metre: no more of a position than the search needs.
 * @param {number} degrees
 * @returns {string}
 */
export function degrees(degrees) {
  return degrees.toFixed(5);
}

/**
 * @param {URLSearchParams} query
 * @returns {string} the address of the home page with that query
 */
export function searchAddress(query) {
  const text = query.toString();
  return text ? `${location.pathname}?${text}` : location.pathname;
}
