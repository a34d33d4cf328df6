/** Asks how far a file is every few seconds, and shows the page's own answer. Without it, a link does the same. */

const WAIT_MS = 3000;
const TIMES = 100;

async function look(times) {
  const box = document.querySelector("[data-behaviour=progress]");
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-behaviour=progress]");
    if (response.ok && fresh) box.replaceChildren(...document.adoptNode(fresh).childNodes);
  } catch {
    // The network went away: the next round may find it again, and the page says what it last knew.
  }
  if (times > 1 && box.querySelector("progress")) setTimeout(() => look(times - 1), WAIT_MS);
}

setTimeout(() => look(TIMES), WAIT_MS);
