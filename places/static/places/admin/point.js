/* A map for the two boxes of a position. Leaflet's (lat, lng) order stays in this file. */
const DECIMALS = 6;
/* Without tiles only the outlines help: the whole commune must be seen. */
const ZOOM_WITH_TILES = 16;
const ZOOM_WITHOUT = 12;

/** @returns {?{lat: number, lng: number}} what the boxes say, or null when they say no position */
function readBoxes([lat, lon]) {
  const values = [lat, lon].map((box) => Number.parseFloat(box.value.replace(",", ".")));
  return values.every(Number.isFinite) ? { lat: values[0], lng: values[1] } : null;
}

function writeBoxes([lat, lon], position) {
  lat.value = position ? String(Number(position.lat.toFixed(DECIMALS))) : "";
  lon.value = position ? String(Number(position.lng.toFixed(DECIMALS))) : "";
}

/** The outlines are a help only: without them the map still takes a position. */
async function addOutlines(map, address, commune) {
  const url = new URL(address, location.href);
  if (commune) {
    url.searchParams.set("commune", commune);
  }
  const response = await fetch(url, { headers: { Accept: "application/geo+json" } });
  if (!response.ok) {
    return null;
  }
  const layer = globalThis.L.geoJSON(await response.json(), {
    interactive: false,
    style: (feature) => ({ className: `point-outline point-outline--${feature.properties.kind}`, weight: 1.5 }),
  });
  layer.addTo(map).bringToBack();
  const home = layer.getLayers().find((part) => part.feature.properties.kind === "commune");
  return home ? home.getBounds() : null;
}

function makeMap(canvas, settings) {
  const [west, south, east, north] = settings.extent;
  const map = globalThis.L.map(canvas, { scrollWheelZoom: false });
  map.fitBounds([[south, west], [north, east]]);
  if (settings.tiles) {
    const { attribution, max_zoom: maxZoom } = settings;
    globalThis.L.tileLayer(settings.tiles, { attribution, maxZoom }).addTo(map);
  }
  return map;
}

function mount(root) {
  const boxes = root.querySelectorAll("input");
  const canvas = root.querySelector("[data-point-canvas]");
  for (const part of root.querySelectorAll("[hidden]")) {
    part.hidden = false;
  }
  const settings = JSON.parse(root.dataset.pointMap);
  const map = makeMap(canvas, settings);
  const icon = globalThis.L.divIcon({ className: "point-marker", iconSize: [18, 18] });
  const marker = globalThis.L.marker(map.getCenter(), { icon, draggable: true, keyboard: false });

  const show = (position, { move = false } = {}) => {
    if (!position) {
      marker.remove();
      return;
    }
    marker.setLatLng(position).addTo(map);
    if (move) {
      map.setView(position, Math.max(map.getZoom(), settings.tiles ? ZOOM_WITH_TILES : ZOOM_WITHOUT));
    }
  };
  const take = (position) => {
    writeBoxes(boxes, position);
    show(position);
  };

  show(readBoxes(boxes), { move: true });
  map.on("click", (event) => take(event.latlng.wrap()));
  marker.on("dragend", () => take(marker.getLatLng()));
  root.querySelector("[data-point-clear]").addEventListener("click", () => take(null));
  for (const box of boxes) {
    box.addEventListener("change", () => show(readBoxes(boxes), { move: true }));
  }
  const commune = document.querySelector("#id_commune")?.value;
  addOutlines(map, settings.outlines, commune).then((bounds) => {
    if (bounds && !readBoxes(boxes)) {
      map.fitBounds(bounds);
    }
  });
}

for (const root of document.querySelectorAll("[data-point-map]")) {
  mount(root);
}
