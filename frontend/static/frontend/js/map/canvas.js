/** The empty map: our own outlines and names, tiles above them only when the service has a base map. */
import { wantsStillness } from "../lib/dom.js";
import { requestJson } from "../lib/request.js";
import { L } from "./leaflet.js";

const MIN_ZOOM = 6;
// The room that a letter and a line of a name take, with some air.
const LETTER_PX = 9;
const LINE_PX = 18;

/**
 * @param {HTMLElement} root the element with the texts
 * @param {{tiles: string, attribution: string, maxZoom: number}} settings
 * @returns {object} a Leaflet map without a view
 */
export function createMap(root, settings) {
  const canvas = root.querySelector(".map__canvas");
  const moves = !wantsStillness();
  const map = L.map(canvas, {
    zoomControl: false,
    scrollWheelZoom: false,
    minZoom: MIN_ZOOM,
    maxZoom: settings.maxZoom,
    zoomAnimation: moves,
    fadeAnimation: moves,
    markerZoomAnimation: moves,
    inertia: moves,
  });
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", root.dataset.textMap);
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(root.dataset.textBorders);
  L.control
    .zoom({ zoomInTitle: root.dataset.textZoomIn, zoomOutTitle: root.dataset.textZoomOut, position: "topright" })
    .addTo(map);
  if (settings.tiles) {
    root.classList.add("map--tiles");
    L.tileLayer(settings.tiles, { attribution: settings.attribution, maxZoom: settings.maxZoom }).addTo(map);
  }
  // The frame may be hidden, then shown, then turned: the map follows its size.
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(canvas);
  return map;
}

/**
 * Draws the territory under everything else. Its absence is not an error that a visitor can use.
 * @param {object} map
 * @param {string} url
 * @param {{withNames: boolean}} options names are for a map without tiles
 */
export async function drawOutlines(map, url, { withNames }) {
  let outlines;
  try {
    outlines = await requestJson(url);
  } catch {
    return;
  }
  const areas = outlines.features.filter((feature) => feature.properties.kind !== "town");
  const style = { departement: { className: "map__land", weight: 2 }, communes: { className: "map__commune", weight: 0.8 } };
  L.geoJSON({ type: "FeatureCollection", features: areas }, {
    interactive: false,
    style: (feature) => ({ fillOpacity: 1, fill: feature.properties.kind === "departement", ...style[feature.properties.kind] }),
  }).addTo(map);
  if (withNames) showNames(map, outlines.features.filter((feature) => feature.properties.kind === "town"));
}

/** The names that the zoom has room for, in view: the smaller the commune, the nearer one must come. */
function showNames(map, towns) {
  const layer = L.layerGroup().addTo(map);
  const draw = () => {
    const zoom = map.getZoom();
    const view = map.getBounds().pad(0.1);
    const inView = towns.filter(({ geometry, properties }) => {
      const [lon, lat] = geometry.coordinates;
      return properties.zoom <= zoom && view.contains([lat, lon]);
    });
    layer.clearLayers();
    for (const { geometry, properties } of withoutOverlap(inView, map)) {
      const [lon, lat] = geometry.coordinates;
      layer.addLayer(nameAt(lat, lon, properties));
    }
  };
  map.on("moveend", draw);
  draw();
}

/** The first of the names that would cover each other: the most peopled commune comes first. */
function withoutOverlap(towns, map) {
  const kept = [];
  for (const town of towns) {
    const [lon, lat] = town.geometry.coordinates;
    const { x, y } = map.latLngToContainerPoint([lat, lon]);
    const half = (town.properties.name.length * LETTER_PX) / 2;
    const isFree = kept.every((other) => Math.abs(other.y - y) > LINE_PX || Math.abs(other.x - x) > other.half + half);
    if (isFree) kept.push({ town, x, y, half });
  }
  return kept.map(({ town }) => town);
}

function nameAt(lat, lon, { name, zoom }) {
  const text = document.createElement("span");
  text.className = zoom <= 9 ? "map__name map__name--town" : "map__name";
  text.textContent = name;
  text.setAttribute("aria-hidden", "true");
  const icon = L.divIcon({ html: text, className: "map__name-anchor", iconSize: [0, 0] });
  return L.marker([lat, lon], { icon, interactive: false, keyboard: false, pane: "overlayPane" });
}
