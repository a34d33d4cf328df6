/** Both positions of one place, the line between them, and the places that look alike. A click moves the proposed one. */
import { element, pageData } from "../lib/dom.js";
import { createMap, drawOutlines } from "../map/canvas.js";
import { boundsOf, L, latLng } from "../map/leaflet.js";

const SIZE = 26;
const NEAR_ZOOM = 17;
// The outlines come later and would cover what lies in their own pane.
const ABOVE_OUTLINES = "shadowPane";

const pointOf = ([lon, lat]) => latLng({ lon, lat });

/**
 * @param {HTMLElement} root
 */
export function mountProposalMap(root) {
  const { live, proposed, alike, box } = pageData("carte-donnees");
  const settings = pageData("carte-reglages");
  const map = createMap(root, settings);
  drawOutlines(map, root.dataset.outlines, { withNames: !settings.tiles });
  const layer = L.layerGroup().addTo(map);
  const draw = (there) => {
    layer.clearLayers();
    if (live && there) L.polyline([pointOf(live), pointOf(there)], { className: "moved-line", weight: 3, interactive: false, pane: ABOVE_OUTLINES }).addTo(layer);
    alike.forEach(({ name, point }, rank) => spot("alike", root.dataset.textAlike.replace("{name}", name), point, String(rank + 1)).addTo(layer));
    if (live) spot("live", root.dataset.textLive, live).addTo(layer);
    if (there) spot("proposed", root.dataset.textProposed, there).addTo(layer);
  };
  draw(proposed);
  look(map, [live, proposed].filter(Boolean), alike, box);
  mountFields(map, draw);
}

/** What is compared fills the view; what looks alike is shown as far as it is near. */
function look(map, points, alike, box) {
  const near = alike.map(({ point }) => point).filter((point) => points.some((one) => pointOf(one).distanceTo(pointOf(point)) < 300));
  const all = [...points, ...near].map(pointOf);
  if (all.length) map.fitBounds(L.latLngBounds(all), { padding: [36, 36], maxZoom: NEAR_ZOOM, animate: false });
  else map.fitBounds(boundsOf(box), { animate: false });
}

function spot(kind, label, point, text = "") {
  const face = element("span", { class: `spot spot--${kind}`, role: "img", "aria-label": label, title: label }, text);
  const shape = L.divIcon({ html: face, className: "spot-anchor", iconSize: [SIZE, SIZE], iconAnchor: [SIZE / 2, SIZE / 2] });
  return L.marker(pointOf(point), { icon: shape, keyboard: false, interactive: false, zIndexOffset: kind === "alike" ? 0 : 500 });
}

/** The two fields of an edited point and the map follow each other, while the fields are unfolded. */
function mountFields(map, draw) {
  const [lon, lat] = ["lon", "lat"].map((name) => document.querySelector(`[data-point="${name}"]`));
  if (!lon || !lat) return;
  const read = () => {
    const point = [lon, lat].map((field) => Number.parseFloat(field.value.replace(",", ".")));
    draw(point.every(Number.isFinite) ? point : null);
  };
  map.on("click", ({ latlng }) => {
    if (!lon.closest("details")?.open) return;
    lon.value = latlng.lng.toFixed(6);
    lat.value = latlng.lat.toFixed(6);
    read();
  });
  for (const field of [lon, lat]) field.addEventListener("change", read);
}
