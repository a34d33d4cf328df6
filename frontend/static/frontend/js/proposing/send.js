/** Sends a form without leaving the page: an answer with sentences fills them in, photos stay chosen, and a connection
 *  that fails takes nothing away. */
import { element } from "../lib/dom.js";
import { check, reveal, say } from "./errors.js";
import { forget } from "./draft.js";

// A photo of eight megabytes on a slow network.
const TIMEOUT_MS = 120_000;

/**
 * @param {HTMLFormElement} form
 * @param {{draft: {path: string, stop: () => void}, steps: object|null}} parts
 */
export function mountSending(form, { draft, steps }) {
  const shownAt = performance.now();
  let isSending = false;
  form.addEventListener("submit", async (event) => {
    // Buttons of the weekly grid ask for the page again: the browser does that alone.
    if (event.submitter?.name === "hours-more") return;
    event.preventDefault();
    if (isSending) return;
    const wrong = check(form, form.dataset);
    if (wrong.length) {
      reveal(wrong[0], steps);
      wrong[0].focus();
      return;
    }
    isSending = true;
    const restore = busy(form, event.submitter);
    try {
      await until(shownAt + Number(form.dataset.notBefore ?? 0));
      const response = await post(form, event.submitter);
      if (response.redirected || response.type === "opaqueredirect") {
        // Where the answer was not followed, it may lead to the sign-in page: the page that says « sent » forgets the draft.
        if (!form.dataset.leadsTo) {
          draft.stop();
          forget(draft.path);
        }
        location.assign(form.dataset.leadsTo ?? response.url);
        return;
      }
      showAnswer(form, new DOMParser().parseFromString(await response.text(), "text/html"), steps);
    } catch (error) {
      showSummary(form.dataset[error instanceof TypeError ? "textOffline" : "textFailed"]);
    }
    isSending = false;
    restore();
  });
}

/** Who taps at once waits for the moment from which the server takes the form for a person's. */
function until(moment) {
  const left = moment - performance.now();
  return left > 0 ? new Promise((done) => { setTimeout(done, left); }) : null;
}

/** Where the way on is known, the answer is not followed: what it tells once would be told to nobody. */
function post(form, submitter) {
  const data = new FormData(form, submitter);
  const isMultipart = form.enctype === "multipart/form-data";
  const body = isMultipart ? data : new URLSearchParams([...data].filter(([, value]) => typeof value === "string"));
  const redirect = form.dataset.leadsTo ? "manual" : "follow";
  return fetch(form.action, { method: "POST", body, redirect, signal: AbortSignal.timeout(TIMEOUT_MS) });
}

/** @returns {() => void} what ends the waiting */
function busy(form, submitter) {
  const words = submitter ? [...submitter.childNodes] : [];
  form.setAttribute("aria-busy", "true");
  if (submitter) {
    submitter.replaceChildren(form.dataset.textSending);
    submitter.setAttribute("aria-disabled", "true");
  }
  return () => {
    form.removeAttribute("aria-busy");
    submitter?.replaceChildren(...words);
    submitter?.removeAttribute("aria-disabled");
  };
}

/** Takes from the answer what it says, and leaves every field as it stands. */
function showAnswer(form, answer, steps) {
  const told = answer.querySelector("[data-behaviour=proposal]");
  if (!told) {
    const fault = answer.querySelector(".fault__detail") ?? answer.querySelector("main p");
    showSummary(fault?.textContent.trim() || form.dataset.textFailed);
    return;
  }
  for (const id of ["bilan", "avant"]) replace(id, answer);
  for (const name of ["jeton", "csrfmiddlewaretoken", "fiche"]) {
    const fresh = told.elements.namedItem(name);
    if (fresh && form.elements.namedItem(name)) form.elements.namedItem(name).value = fresh.value;
  }
  for (const ask of form.querySelectorAll("[data-field]")) {
    const same = told.querySelector(`[data-field="${CSS.escape(ask.dataset.field)}"]`);
    say(ask, [...(same?.querySelectorAll(".ask__errors p") ?? [])].map((line) => line.textContent));
  }
  for (const part of document.querySelectorAll("#bilan [data-without-script]")) part.hidden = true;
  const wrong = form.querySelector(".ask--wrong");
  if (wrong) reveal(wrong, steps);
  const first = document.querySelector("#avant [role=alert], #bilan [role=alert]");
  first?.focus();
  first?.scrollIntoView({ block: "start" });
}

function replace(id, answer) {
  const here = document.getElementById(id);
  const there = answer.getElementById(id);
  if (here && there) here.replaceChildren(...document.adoptNode(there).childNodes);
}

function showSummary(sentence) {
  const words = element("div", { class: "bilan", role: "alert", tabindex: "-1" }, element("p", { class: "bilan__alone" }, sentence));
  document.getElementById("bilan").replaceChildren(words);
  words.focus();
}
