/** Asks how far a file is every few seconds, and shows the page's own answer. Without it, a link does the same. */

const WAIT_MS = 3000;
const TIMES = 100;

const box = document.querySelector("[data-behaviour=progress]");
const told = document.querySelector("[data-behaviour=told]");

async function look(times) {
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-behaviour=progress]");
    if (response.ok && fresh) show(fresh);
  } catch {
    // The network went away: the next round may find it again, and the page says what it last knew.
  }
  if (times > 1 && isRunning()) setTimeout(() => look(times - 1), WAIT_MS);
}

function isRunning() {
  return box.querySelector("progress") !== null;
}

/** Who stood on the link stays there; the end is said aloud, what leads to it is not. */
function show(fresh) {
  const hadFocus = box.contains(document.activeElement);
  box.replaceChildren(...document.adoptNode(fresh).childNodes);
  if (hadFocus) box.querySelector(".partner__actions a")?.focus();
  if (!isRunning()) told.textContent = box.querySelector(".notice")?.textContent.trim() ?? "";
}

setTimeout(() => look(TIMES), WAIT_MS);
