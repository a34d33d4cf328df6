/** « Autour de moi »: asked only when pressed, and a refusal is answered with another way. */
import { degrees, searchQuery } from "../lib/address.js";
import { emit, SEARCH_ASKED } from "../lib/events.js";
import { setPosition } from "./search.js";

const OPTIONS = { enableHighAccuracy: false, timeout: 10_000, maximumAge: 60_000 };

/**
 * @param {HTMLButtonElement} button
 */
export function mountGeolocation(button) {
  if (!navigator.geolocation) return;
  const form = button.form;
  const message = document.getElementById("message-recherche");
  button.hidden = false;
  button.addEventListener("click", () => {
    message.textContent = button.dataset.textWait;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        message.textContent = "";
        form.elements.namedItem("q").value = "";
        setPosition(form, { lat: degrees(coords.latitude), lon: degrees(coords.longitude), label: "" });
        emit(SEARCH_ASKED, { query: searchQuery(new FormData(form)), push: true, reveal: true });
      },
      (error) => {
        const denied = error.code === error.PERMISSION_DENIED;
        message.textContent = denied ? button.dataset.textDenied : button.dataset.textFailed;
      },
      OPTIONS,
    );
  });
}
