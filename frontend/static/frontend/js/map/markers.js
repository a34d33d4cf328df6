/** Markers are real links and buttons with a name: the keyboard and the screen reader find them like anything else. */
import { element, icon } from "../lib/dom.js";
import { L, latLng } from "./leaflet.js";

const SIZE = 40;
const ICONS = { wifi_point: "wifi", passage: "bus" };
const NEAR_PX = 30;
const ACTIVE = "marker__face--active";

function anchored(face, point, { anchor = [SIZE / 2, SIZE / 2], size = SIZE, id = "", rise = 0 } = {}) {
  const shape = L.divIcon({ html: face, className: "marker", iconSize: [size, size], iconAnchor: anchor });
  const marker = L.marker(latLng(point), { icon: shape, keyboard: false, interactive: false, zIndexOffset: rise });
  marker.recordIds = id ? [id] : [];
  marker.face = face;
  return marker;
}

/**
 * @param {{kind: string, id: string, name: string, url: string, words?: string, lon: number, lat: number}} record
 * @param {string} sprite
 * @param {(record: object) => void} choose called instead of following the link
 */
export function recordMarker(record, sprite, choose) {
  const name = record.words ? `${record.name}, ${record.words}` : record.name;
  const face = element("a", { class: `marker__face marker__face--${record.kind}`, "aria-label": name });
  if (record.url) face.href = record.url;
  face.append(icon(sprite, ICONS[record.kind] ?? "screen"));
  if (choose) {
    face.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose([record]);
    });
  }
  return anchored(face, record, { anchor: [SIZE / 2, SIZE * 1.2], id: record.id });
}

/**
 * @param {{lon: number, lat: number, count: number}} cluster
 * @param {string} text its name, with `{count}`
 * @param {() => void} open
 */
export function countMarker(cluster, text, open) {
  const size = Math.min(64, SIZE + 6 * Math.floor(Math.log10(cluster.count)));
  const count = new Intl.NumberFormat(document.documentElement.lang || undefined).format(cluster.count);
  const name = text.replace("{count}", count);
  const face = element("button", { type: "button", class: "marker__face marker__face--count", "aria-label": name });
  face.append(count);
  face.addEventListener("click", open);
  return anchored(face, cluster, { anchor: [size / 2, size / 2], size });
}

/** Where the search starts from; it stays under what was found there. */
export function startMarker([lat, lon], text) {
  const face = element("span", { class: "marker__you", role: "img", "aria-label": text });
  return anchored(face, { lat, lon }, { anchor: [11, 11], size: 22, rise: -1000 });
}

/**
 * Records whose markers would cover each other at this zoom, together; each record is in exactly one group.
 * @param {{lon: number, lat: number}[]} records
 * @param {(record: object) => {x: number, y: number}} pixelOf
 * @returns {object[][]} in the order of the records
 */
export function groupNear(records, pixelOf) {
  const groups = [];
  for (const record of records) {
    const here = pixelOf(record);
    const near = groups.find(({ at }) => Math.hypot(at.x - here.x, at.y - here.y) < NEAR_PX);
    if (near) near.records.push(record);
    else groups.push({ at: here, records: [record] });
  }
  return groups.map(({ records: together }) => together);
}

/** Shows which marker the list points at. */
export function highlight(markers, id) {
  for (const marker of markers) {
    marker.face.classList.toggle(ACTIVE, id !== "" && marker.recordIds.includes(id));
  }
}
