/** What was typed and not saved, kept in this tab only, until the version it was typed over is no longer the stored one. */

const SKIPPED = new Set(["csrfmiddlewaretoken", "do", "digest", "query"]);

const keyAt = (path) => `tournee ${path}`;
const keyOf = (form) => keyAt(new URL(form.action).pathname);

function entriesOf(form) {
  return [...new FormData(form)].filter(([name, value]) => !SKIPPED.has(name) && typeof value === "string");
}

const versionOf = (form) => form.elements.namedItem("version")?.defaultValue ?? "";

/**
 * @param {HTMLFormElement} form
 */
export function keep(form) {
  try {
    sessionStorage.setItem(keyOf(form), JSON.stringify({ version: versionOf(form), entries: entriesOf(form) }));
  } catch {
    // A full or forbidden storage takes nothing away: the form itself still holds everything.
  }
}

/**
 * @param {HTMLFormElement} form as the server wrote it
 * @returns {[string, string][]|null} what was typed, when it is something else than what the page shows
 */
export function kept(form) {
  let saved;
  try {
    saved = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "null");
  } catch {
    return null;
  }
  if (!saved) return null;
  const isSame = JSON.stringify(saved.entries) === JSON.stringify(entriesOf(form));
  const wasSaved = saved.version !== versionOf(form);
  if (isSame || wasSaved || isAnswer()) {
    forget(form);
    return null;
  }
  return saved.entries;
}

/** A page that answers a form already shows what was typed. */
function isAnswer() {
  return document.querySelector("#conflit [role=alert], #apercu [role=alert]") !== null;
}

/**
 * @param {HTMLFormElement} form
 */
export function forget(form) {
  sessionStorage.removeItem(keyOf(form));
}

/**
 * A new itinerary that was saved lives at another address: its first page starts empty again.
 * @param {string} path of the page for new ones
 */
export function forgetAt(path) {
  sessionStorage.removeItem(keyAt(path));
}
