/** How many errors and warnings each itinerary has: reckoned after the page is shown, so that it shows at once. */
import { requestJson } from "../lib/request.js";

/**
 * @param {HTMLElement} list
 */
export async function mountVerdicts(list) {
  let verdicts;
  try {
    verdicts = await requestJson(list.dataset.source);
  } catch {
    // The itineraries' own pages say it too.
    return;
  }
  for (const place of list.querySelectorAll("[data-verdict]")) {
    const verdict = verdicts[place.dataset.verdict];
    if (!verdict) continue;
    place.textContent = sentence(verdict, list.dataset);
    place.classList.toggle("rounds__verdict--error", verdict.errors > 0);
    place.classList.toggle("rounds__verdict--warning", verdict.errors === 0 && verdict.warnings > 0);
  }
}

/**
 * @param {{errors: number, warnings: number}} verdict
 * @param {DOMStringMap} texts
 * @returns {string}
 */
export function sentence({ errors, warnings }, texts) {
  const parts = [];
  if (errors) parts.push((errors === 1 ? texts.textErrorsOne : texts.textErrors).replace("{count}", String(errors)));
  if (warnings) parts.push((warnings === 1 ? texts.textWarningsOne : texts.textWarnings).replace("{count}", String(warnings)));
  return parts.join(", ") || texts.textNone;
}
