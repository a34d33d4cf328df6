/**
 * The editor spares page loads: each button posts the form as it would without a script, and the parts of the answer
 * take the place of the old ones. The server alone knows the rules; this file moves what it says.
 */
import { emit, on } from "../lib/events.js";
import { isAbort, Latest } from "../lib/request.js";
import { CALL_ASKED, CALLS_SHOWN, MOVE_ASKED } from "./events.js";
import { forget, forgetAt, keep, kept } from "./keep.js";
import { mountReorder } from "./reorder.js";
import { postForm } from "./post.js";

const WAIT_MS = 500;
const CALLS = ["haltes", "ajout", "apercu"];
const PARTS = ["conflit", ...CALLS, "champs"];
const OF_CALLS = /^(move|add|remove|follow)/;
const OF_A_ROW = /^(move|remove|follow)/;
const MOVES_ROWS = /^(move|remove)/;
const OF_A_CALL = /^call-\d+-(arrival|minutes)$/;
const TRIES = 5;
// These write, and lead to another page: the browser follows them itself.
const LEAVES = new Set(["save", "confirm"]);

/**
 * @param {HTMLFormElement} form
 */
export function mountEditor(form) {
  new Editor(form);
}

class Editor {
  #latest = new Latest();
  #timer = 0;
  #turn = Promise.resolve();
  #waiting = [];

  constructor(form) {
    this.form = form;
    this.status = document.getElementById("annonce");
    form.addEventListener("submit", (event) => this.#submit(event));
    form.addEventListener("input", (event) => this.#typed(event));
    form.addEventListener("focusin", ({ target }) => (this.before = target.value));
    form.addEventListener("focusout", (event) => this.#left(event));
    on(CALL_ASKED, ({ stop }) => this.act(`add:${stop}`));
    on(MOVE_ASKED, ({ from, to, name }) => this.#move(from, to, name));
    if (document.querySelector(".notice--done")) forgetAt(form.dataset.new);
    this.#restore();
  }

  #data(action) {
    const data = new FormData(this.form);
    data.set("do", action);
    return data;
  }

  #submit(event) {
    const action = event.submitter?.value ?? "preview";
    if (LEAVES.has(action)) {
      // What follows is a page of the server; a refusal or a lost connection finds the text again here.
      keep(this.form);
      return;
    }
    event.preventDefault();
    const move = /^move:(\d+):(\d+)$/.exec(action);
    if (move) this.#move(Number(move[1]), Number(move[2]), event.submitter.closest(".call").dataset.name);
    else this.act(action, event.submitter.id);
  }

  #typed(event) {
    keep(this.form);
    if (event.target.name === "query") this.#later("search", ["ajout"], 300);
    else this.#later("preview", ["apercu"]);
  }

  /** A new hour or length, once its field is left: what follows is reckoned again. */
  #left({ target }) {
    if (!OF_A_CALL.test(target.name) || target.value === this.before) return;
    const follows = this.form.elements.namedItem("follows").checked;
    this.act(follows ? `follow:${target.closest(".call").dataset.rank}` : "preview", "", ["haltes", "apercu"]);
  }

  /** A preview or a search, a moment after the last key; actions that are under way come first. */
  #later(action, parts, wait = WAIT_MS) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#waiting.length) this.#later(action, parts, wait);
      else this.#perform(action, "", parts);
    }, wait);
  }

  async #move(from, to, name) {
    const list = document.querySelector(".calls__list");
    const count = list.querySelectorAll(".call").length;
    if (to < 0 || to >= count) return;
    if (!(await this.act(`move:${from}:${to}`))) return;
    this.#announce(list.dataset.textMoved.replace("{name}", name).replace("{rank}", String(to + 1)).replace("{count}", String(count)));
    const side = to < from ? "monter" : "descendre";
    const button = document.getElementById(`${side}-${to}`);
    (button?.disabled ? document.getElementById(`${side === "monter" ? "descendre" : "monter"}-${to}`) : button)?.focus();
  }

  /**
   * Actions take turns: what one did is in the form before the next one is asked. A button pressed twice means it once,
   * and one that names a row is not taken while rows change places: its row would be another.
   * @param {string} action what the button says
   * @param {string} focus the element that keeps the focus
   * @param {string[]} parts the parts to take from the answer
   * @returns {Promise<boolean>} whether it was done
   */
  act(action, focus = "", parts = OF_CALLS.test(action) ? CALLS : PARTS) {
    const isTaken = this.#waiting.includes(action) || (OF_A_ROW.test(action) && this.#waiting.some((one) => MOVES_ROWS.test(one)));
    if (isTaken) return Promise.resolve(false);
    clearTimeout(this.#timer);
    if (!this.#waiting.length) this.#latest.start();
    this.#waiting.push(action);
    this.#turn = this.#turn.then(async () => {
      const isDone = await this.#perform(action, focus, parts);
      this.#waiting.shift();
      return isDone;
    });
    return this.#turn;
  }

  async #perform(action, focus, parts) {
    const signal = this.#latest.start();
    document.getElementById("apercu").setAttribute("aria-busy", "true");
    try {
      this.#show(await this.#ask(action, signal), parts, focus);
      return true;
    } catch (error) {
      if (!isAbort(error)) this.#announce(this.form.dataset.textFailed);
      return false;
    } finally {
      if (!signal.aborted) document.getElementById("apercu").removeAttribute("aria-busy");
    }
  }

  /** The answer to what the form holds now: one that comes after more was typed is asked for again. */
  async #ask(action, signal) {
    let page;
    let sent;
    let left = TRIES;
    do {
      sent = this.#text();
      page = await postForm(this.form.action, this.#data(action), { signal });
      left -= 1;
    } while (left > 0 && sent !== this.#text());
    return page;
  }

  #text() {
    return JSON.stringify([...new FormData(this.form)]);
  }

  #show(page, parts, focus = "") {
    const held = document.activeElement;
    const id = focus || held?.id;
    const caret = held?.type === "search" ? held.selectionStart : null;
    for (const part of parts) {
      const fresh = page.getElementById(part);
      if (!fresh) continue;
      if (part !== "haltes" || !patchCalls(fresh)) document.getElementById(part).replaceWith(fresh);
    }
    const version = page.querySelector("#tournee [name=version]");
    if (version && parts === PARTS) this.form.elements.namedItem("version").value = version.value;
    if (parts.includes("haltes")) this.#tellCalls();
    const field = id ? document.getElementById(id) : null;
    if (field && field !== document.activeElement) {
      field.focus();
      if (caret !== null && field.type === "search") field.setSelectionRange(caret, caret);
    }
    keep(this.form);
  }

  #tellCalls() {
    const list = document.querySelector(".calls__list");
    if (list && !list.querySelector(".call__handle")) mountReorder(list);
    emit(CALLS_SHOWN, { round: stopsIn(document) });
  }

  #announce(text) {
    this.status.textContent = text;
  }

  /** What was typed and never saved comes back, with a way to forget it. */
  async #restore() {
    const entries = kept(this.form);
    if (!entries) return;
    const data = new FormData();
    for (const [name, value] of entries) data.append(name, value);
    data.set("csrfmiddlewaretoken", this.form.elements.namedItem("csrfmiddlewaretoken").value);
    data.set("do", "preview");
    const notice = document.getElementById("saisie-retrouvee");
    try {
      this.#show(await postForm(this.form.action, data), PARTS);
    } catch {
      return;
    }
    notice.hidden = false;
    notice.querySelector("[data-forget]").addEventListener("click", () => {
      // An answer that came now would keep it all again.
      clearTimeout(this.#timer);
      this.#latest.start();
      forget(this.form);
      location.assign(location.pathname);
    });
  }
}

function stopsIn(part) {
  return [...part.querySelectorAll(".call")].map((call) => call.dataset.stop);
}

/**
 * The hours of the answer in the rows that stand, when they are the same rows: the field one types in stays untouched.
 * @param {HTMLElement} fresh
 * @returns {boolean} false when the rows are others
 */
function patchCalls(fresh) {
  const shown = document.getElementById("haltes");
  const isSame = stopsIn(shown).length > 0 && stopsIn(shown).join() === stopsIn(fresh).join();
  if (!isSame) return false;
  for (const field of fresh.querySelectorAll(".call input[id]")) {
    const standing = document.getElementById(field.id);
    if (standing !== document.activeElement) standing.value = field.value;
  }
  for (const text of [".call__stop", ".call__end", ".leg > span"]) {
    const said = [...fresh.querySelectorAll(text)];
    const standing = [...shown.querySelectorAll(text)];
    if (said.length === standing.length) said.forEach((one, rank) => standing[rank].replaceChildren(...one.childNodes));
  }
  return true;
}
