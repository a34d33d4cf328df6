/** The point of a place: a touch on the map, a drag or the arrows move it; two fields say it for who has no map. */
import { element, pageData } from "../lib/dom.js";
import { on } from "../lib/events.js";
import { createMap, drawOutlines } from "../map/canvas.js";
import { boundsOf, L, latLng } from "../map/leaflet.js";
import { ADDRESS_CHOSEN } from "./completion.js";

const SIZE = 40;
const NEAR_ZOOM = 15;
// Some metres at each press; with Shift, a street.
const STEP_PX = 4;
const LEAP = 10;
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/**
 * @param {HTMLElement} root
 * @param {HTMLFormElement} form
 */
export function mountPin(root, form) {
  if (!L) return;
  root.hidden = false;
  // A hidden step has no size to fit anything in: the map starts when it first shows.
  const start = new ResizeObserver(() => {
    if (!root.clientHeight) return;
    start.disconnect();
    new Pin(root, form);
  });
  start.observe(root);
}

class Pin {
  constructor(root, form) {
    this.root = root;
    this.form = form;
    const settings = pageData("carte-reglages");
    this.map = createMap(root, settings);
    drawOutlines(this.map, root.dataset.outlines, { withNames: !settings.tiles });
    this.face = element("button", { type: "button", class: "pin-face", "aria-label": root.dataset.textPin });
    this.marker = this.#marker();
    const known = this.#read();
    if (known) this.#put(known, NEAR_ZOOM);
    else this.map.fitBounds(boundsOf(pageData("carte-etendue")), { animate: false });
    this.#listen();
  }

  #marker() {
    const icon = L.divIcon({ html: this.face, className: "pin-anchor", iconSize: [SIZE, SIZE], iconAnchor: [SIZE / 2, SIZE] });
    return L.marker([0, 0], { icon, draggable: true, autoPan: true, keyboard: false });
  }

  #listen() {
    this.map.on("click", ({ latlng }) => this.#move(latlng));
    this.marker.on("dragend", () => this.#move(this.marker.getLatLng()));
    this.face.addEventListener("keydown", (event) => {
      const way = ARROWS[event.key];
      if (!way) return;
      event.preventDefault();
      event.stopPropagation();
      const step = STEP_PX * (event.shiftKey ? LEAP : 1);
      const at = this.map.latLngToContainerPoint(this.marker.getLatLng());
      this.#move(this.map.containerPointToLatLng([at.x + way[0] * step, at.y + way[1] * step]));
      this.map.panInside(this.marker.getLatLng(), { padding: [SIZE, SIZE], animate: false });
      this.face.focus({ preventScroll: true });
    });
    for (const name of ["lat", "lon"]) {
      this.form.elements.namedItem(name).addEventListener("change", () => {
        const known = this.#read();
        if (known) this.#put(known, NEAR_ZOOM);
        if (known) this.#choose("pin");
      });
    }
    on(ADDRESS_CHOSEN, ({ lat, lon, isAddress }) => {
      if (!Number.isFinite(lat) || !Number.isFinite(lon)) return;
      // The service finds the same point from the address: only what a hand moves is told apart.
      if (isAddress) this.#choose("address");
      if (this.#chosen() !== "pin") this.#put({ lat, lon }, isAddress ? NEAR_ZOOM + 1 : NEAR_ZOOM - 1);
    });
  }

  #put(point, zoom) {
    this.marker.setLatLng(latLng(point)).addTo(this.map);
    this.map.setView(latLng(point), Math.min(zoom, this.map.getMaxZoom()), { animate: false });
  }

  #move(latlng) {
    const [lat, lon] = [latlng.lat.toFixed(6), latlng.lng.toFixed(6)];
    this.marker.setLatLng(latlng).addTo(this.map);
    this.form.elements.namedItem("lat").value = lat;
    this.form.elements.namedItem("lon").value = lon;
    this.#choose("pin");
    const said = this.root.dataset.textMoved.replace("{lat}", lat).replace("{lon}", lon);
    this.root.querySelector("[data-part=moved]").textContent = said;
    this.form.dispatchEvent(new Event("change"));
  }

  #choose(value) {
    for (const radio of this.form.elements.namedItem("point")) radio.checked = radio.value === value;
  }

  #chosen() {
    return this.form.elements.namedItem("point").value;
  }

  #read() {
    const [lat, lon] = ["lat", "lon"].map((name) => Number.parseFloat(this.form.elements.namedItem(name).value.replace(",", ".")));
    return Number.isFinite(lat) && Number.isFinite(lon) ? { lat, lon } : null;
  }
}
