/** The desk's three maps: the day's round, the stops to choose from, the point of one stop. */
import { element, pageData } from "../lib/dom.js";
import { emit, on } from "../lib/events.js";
import { createMap, drawOutlines } from "../map/canvas.js";
import { boundsOf, L, latLng } from "../map/leaflet.js";
import { CALL_ASKED, CALLS_SHOWN } from "./events.js";
import { askForStop } from "./new-stop.js";

const SIZE = 28;
const NEAR_ZOOM = 13;
// The outlines come later and would cover what lies in their own pane.
const ABOVE_OUTLINES = "shadowPane";

function start(root) {
  const settings = pageData("carte-reglages");
  const map = createMap(root, settings);
  drawOutlines(map, root.dataset.outlines, { withNames: !settings.tiles });
  map.scrollWheelZoom.enable();
  return map;
}

function look(map, points, box) {
  if (points.length > 1) map.fitBounds(points, { padding: [30, 30], maxZoom: NEAR_ZOOM, animate: false });
  else if (points.length) map.setView(points[0], NEAR_ZOOM, { animate: false });
  else map.fitBounds(boundsOf(box), { animate: false });
}

function anchored(face, point) {
  const shape = L.divIcon({ html: face, className: "pin-anchor", iconSize: [SIZE, SIZE], iconAnchor: [SIZE / 2, SIZE / 2] });
  return L.marker(latLng(point), { icon: shape, keyboard: false, interactive: false });
}

/** A number in the colour of its unit. */
function numbered(rank, { name, words = "" }, colour) {
  const label = words ? `${rank}. ${name}, ${words}` : `${rank}. ${name}`;
  const face = element("span", { class: "pin", role: "img", "aria-label": label, title: label }, String(rank));
  if (colour) {
    face.style.setProperty("background", colour);
    face.style.setProperty("color", readableOn(colour));
  }
  return face;
}

/**
 * Black or white, whichever reads better on the colour (relative luminance of WCAG).
 * @param {string} colour #rrggbb
 * @returns {string}
 */
export function readableOn(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}

/**
 * @param {HTMLElement} root
 */
export function mountRoundMap(root) {
  const { rounds, box } = pageData("carte-donnees");
  const map = start(root);
  look(map, rounds.flatMap((round) => round.points.map(latLng)), box);
  for (const { points, colour } of rounds) {
    L.polyline(points.map(latLng), { color: colour, weight: 3, interactive: false, pane: ABOVE_OUTLINES }).addTo(map);
    points.forEach((point, rank) => anchored(numbered(rank + 1, point, colour), point).addTo(map));
  }
}

/**
 * @param {HTMLElement} root
 */
export function mountStopsMap(root) {
  const { stops, round, box } = pageData("carte-donnees");
  const known = new Map(stops.map((stop) => [stop.id, stop]));
  const map = start(root);
  const layer = L.layerGroup().addTo(map);
  const card = root.querySelector(".map__card");

  const draw = (ids) => {
    layer.clearLayers();
    const line = ids.map((id) => known.get(id)).filter(Boolean);
    const taken = new Set(ids);
    L.polyline(line.map(latLng), { className: "round-line", weight: 3, interactive: false, pane: ABOVE_OUTLINES }).addTo(layer);
    for (const stop of known.values()) if (!taken.has(stop.id)) layer.addLayer(anchored(stopButton(stop, card, root.dataset), stop));
    line.forEach((stop, rank) => layer.addLayer(anchored(numbered(rank + 1, stop), stop)));
  };
  draw(round);
  const points = (round.length ? round.map((id) => known.get(id)).filter(Boolean) : stops).map(latLng);
  look(map, points, box);
  on(CALLS_SHOWN, ({ round: ids }) => {
    card.hidden = true;
    draw(ids);
  });
  map.on("click", ({ latlng }) => {
    const point = { lat: Number(latlng.lat.toFixed(6)), lon: Number(latlng.lng.toFixed(6)) };
    askForStop(card, point, root.dataset, (stop) => {
      known.set(stop.id, stop);
      emit(CALL_ASKED, { stop: stop.id });
    });
  });
}

function stopButton(stop, card, texts) {
  const name = stop.isDraft ? `${stop.name} (${texts.textDraft})` : stop.name;
  const label = texts.textAdd.replace("{name}", name);
  const face = element("button", { type: "button", class: `pin pin--stop${stop.isDraft ? " pin--draft" : ""}`, "aria-label": label, title: name }, "+");
  // Leaflet would take the click for one on the map.
  L.DomEvent.disableClickPropagation(face);
  face.addEventListener("click", () => {
    card.hidden = true;
    emit(CALL_ASKED, { stop: stop.id });
  });
  return face;
}

/**
 * The point of one stop: a click moves it, the two fields say it.
 * @param {HTMLElement} root
 */
export function mountPointMap(root) {
  const { box } = pageData("carte-donnees");
  const form = document.getElementById("arret");
  const lat = form.elements.namedItem("lat");
  const lon = form.elements.namedItem("lon");
  const map = start(root);
  const layer = L.layerGroup().addTo(map);

  const read = () => {
    layer.clearLayers();
    const point = { lat: lat.valueAsNumber, lon: lon.valueAsNumber };
    if (!Number.isFinite(point.lat) || !Number.isFinite(point.lon)) return null;
    const face = element("span", { class: "pin pin--here", role: "img", "aria-label": root.dataset.textHere }, "●");
    layer.addLayer(anchored(face, point));
    return latLng(point);
  };
  const first = read();
  look(map, first ? [first] : [], box);
  map.on("click", ({ latlng }) => {
    lat.value = latlng.lat.toFixed(6);
    lon.value = latlng.lng.toFixed(6);
    read();
  });
  for (const field of [lat, lon]) field.addEventListener("change", read);
}
