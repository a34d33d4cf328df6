/** What was typed, kept in this browser until it is sent, erased, or a week old. Codes, tokens and photos never are. */

const DAYS = 7;
const WAIT_MS = 400;
const SKIPPED = new Set(["csrfmiddlewaretoken", "jeton", "url_site", "code", "do", "vus", "hours-more"]);
const PREFIX = "brouillon ";

/**
 * @param {string} path address of the form
 */
export function forget(path) {
  if (!path) return;
  try {
    localStorage.removeItem(PREFIX + path);
  } catch {
    // Nothing was kept where nothing can be.
  }
}

/**
 * Names and values worth keeping: texts, never files.
 * @param {Iterable<[string, FormDataEntryValue]>} entries
 * @returns {[string, string][]}
 */
export function kept(entries) {
  return [...entries].filter(([name, value]) => typeof value === "string" && !SKIPPED.has(name));
}

/**
 * @param {string|null} text as it was stored
 * @param {number} now milliseconds
 * @returns {{at: number, entries: [string, string][]}|null} null when there is none, or it is too old to be of use
 */
export function readDraft(text, now) {
  try {
    const draft = JSON.parse(text ?? "null");
    const isFresh = draft !== null && now - draft.at < DAYS * 86_400_000;
    return isFresh && Array.isArray(draft.entries) ? draft : null;
  } catch {
    return null;
  }
}

/**
 * @param {HTMLFormElement} form
 * @returns {{path: string, stop: () => void}}
 */
export function mountDraft(form) {
  const path = new URL(form.action).pathname;
  if (!form.hasAttribute("data-draft")) return { path, stop() {} };
  const first = JSON.stringify(kept(new FormData(form)));
  const box = document.querySelector("[data-part=draft]");
  let timer = 0;
  let isStopped = false;

  const save = () => {
    const entries = kept(new FormData(form));
    if (isStopped || JSON.stringify(entries) === first) return;
    try {
      localStorage.setItem(PREFIX + path, JSON.stringify({ at: Date.now(), entries }));
    } catch {
      // A full or forbidden storage takes nothing away: the form itself holds everything.
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT_MS);
  };

  const draft = isAnswer() ? null : stored(path);
  if (draft && JSON.stringify(draft.entries) !== first) {
    restore(form, draft.entries);
    announce(box, draft.at);
  }
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  addEventListener("pagehide", save);
  box.querySelector("[data-part=forget]").addEventListener("click", () => {
    isStopped = true;
    forget(path);
    location.assign(path + location.search);
  });
  return {
    path,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** A page that answers a form already shows what was typed. */
function isAnswer() {
  return document.querySelector("#bilan [role=alert], #avant [role=alert]") !== null;
}

function stored(path) {
  try {
    const draft = readDraft(localStorage.getItem(PREFIX + path), Date.now());
    if (!draft) localStorage.removeItem(PREFIX + path);
    return draft;
  } catch {
    return null;
  }
}

/** Every control gets the values that the draft has for its name, in their order; none means unchecked or empty. */
function restore(form, entries) {
  const values = Map.groupBy ? Map.groupBy(entries, ([name]) => name) : grouped(entries);
  for (const control of form.elements) {
    if (!control.name || SKIPPED.has(control.name) || control.type === "file") continue;
    const mine = (values.get(control.name) ?? []).map(([, value]) => value);
    if (control.type === "checkbox" || control.type === "radio") control.checked = mine.includes(control.value);
    else if (values.has(control.name)) control.value = mine[0];
  }
  for (const fold of form.querySelectorAll("details")) fold.open ||= isFilled(fold);
}

function grouped(entries) {
  const groups = new Map();
  for (const entry of entries) groups.set(entry[0], [...(groups.get(entry[0]) ?? []), entry]);
  return groups;
}

function isFilled(fold) {
  return [...fold.querySelectorAll("input, textarea, select")].some((control) =>
    control.type === "checkbox" || control.type === "radio" ? control.checked !== control.defaultChecked : control.value !== control.defaultValue && control.type !== "select-one",
  );
}

function announce(box, at) {
  const words = box.querySelector("[data-text-found]");
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "long" }).format(at);
  box.hidden = false;
  words.textContent = words.dataset.textFound.replace("{date}", day);
}
