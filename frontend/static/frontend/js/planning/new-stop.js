/** A stop made where the map was clicked: its name asked for, then stored through the planning API as a draft. */
import { element } from "../lib/dom.js";

const TIMEOUT_MS = 10_000;

/**
 * @param {HTMLElement} card where the small form shows
 * @param {{lat: number, lon: number}} point degrees, EPSG:4326
 * @param {DOMStringMap} texts
 * @param {(stop: {id: string, name: string, lat: number, lon: number, isDraft: boolean}) => void} made
 */
export function askForStop(card, point, texts, made) {
  const name = element("input", { type: "text", id: "nouvel-arret", maxlength: "200", required: "" });
  const problem = element("p", { class: "desk-field__error", role: "alert" });
  const form = element(
    "form",
    { class: "new-stop" },
    element("label", { class: "desk-field__label", for: "nouvel-arret" }, texts.textName),
    name,
    element("button", { class: "button button--small", type: "submit" }, texts.textCreate),
    problem,
  );
  // One asking, one stop: a second click, or an answer lost on the way, makes no second one.
  const key = crypto.randomUUID();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const stop = await create(texts.stops, key, { name: name.value, location: [point.lon, point.lat] });
      card.hidden = true;
      made({ id: stop.id, name: stop.commune_name ? `${stop.commune_name} – ${stop.name}` : stop.name, ...point, isDraft: true });
    } catch (error) {
      problem.textContent = error.message || texts.textRefused;
    }
  });
  card.replaceChildren(form);
  card.hidden = false;
  name.focus();
}

/** The stop as stored. An Error carries the service's own sentence, or none when nothing answered. */
async function create(url, key, body) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token, "Idempotency-Key": key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Error("");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.detail ?? "");
  return answer;
}
