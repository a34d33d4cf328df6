/** What the map draws: the markers of the list, or the counts of the same area. */
import { requestJson } from "../lib/request.js";
import { boundsOf, latLng, visiblePart } from "./leaflet.js";
import { countMarker, groupNear, recordMarker, startMarker } from "./markers.js";

/**
 * The markers of the list at this zoom; those that would cover each other share one, which opens or lists them.
 * @param {object} map
 * @param {{markers: object[], position?: number[]}} data
 * @param {{sprite: string, texts: DOMStringMap, choose: ?(records: object[]) => void}} tools
 */
export function listMarkers(map, data, tools) {
  const made = markersOf(map, data.markers.map((record) => ({ ...record, count: 1 })), tools);
  return data.position ? [startMarker(data.position, tools.texts.textYou), ...made] : made;
}

/**
 * The counts and single points of the area that the map shows, as the service answers them, and the stops of the page.
 * @param {object} map
 * @param {{bbox: number[], kinds: string[], services: string[], stops: object[]}} data
 * @param {{sprite: string, texts: DOMStringMap, source: string, choose: (records: object[]) => void}} tools
 * @param {AbortSignal} signal
 */
export async function areaMarkers(map, data, tools, signal) {
  const part = visiblePart(map, data.bbox);
  if (!part) return [];
  const answer = await requestJson(`${tools.source}?${clustersQuery(part, map.getZoom(), data)}`, { signal });
  const stops = data.stops.map((stop) => ({ ...stop, count: 1 }));
  return markersOf(map, [...answer.features.map(readFeature), ...stops], tools);
}

/** One marker for each group of items that would cover each other; an item is a record or a count. */
function markersOf(map, items, { sprite, texts, choose }) {
  return groupNear(items, (item) => map.project(latLng(item))).map((group) => {
    const count = group.reduce((sum, item) => sum + item.count, 0);
    if (count === 1) return recordMarker(group[0], sprite, choose);
    const marker = countMarker({ ...group[0], count }, texts.textCount, () => open(map, group, choose));
    marker.recordIds = group.map((item) => item.id);
    return marker;
  });
}

/** Comes nearer while that tells the items apart, else lists them. */
function open(map, group, choose) {
  const points = group.map(latLng);
  const areRecords = group.every((item) => item.count === 1);
  const areTogether = points.every((point) => point.equals(points[0], 1e-5));
  if (areRecords && (areTogether || map.getZoom() >= map.getMaxZoom())) choose(group);
  else if (areTogether) map.setView(points[0], Math.min(map.getZoom() + 2, map.getMaxZoom()));
  else map.fitBounds(points, { padding: [60, 60], maxZoom: map.getMaxZoom() });
}

/**
 * @param {number[]} bbox
 * @param {number} zoom
 * @param {{kinds: string[], services: string[]}} filters
 * @returns {URLSearchParams}
 */
export function clustersQuery(bbox, zoom, { kinds, services }) {
  const query = new URLSearchParams({ bbox: bbox.map((side) => side.toFixed(5)).join(","), zoom: String(Math.round(zoom)) });
  if (kinds.length) query.set("kinds", kinds.join(","));
  if (services.length) query.set("services", services.join(","));
  return query;
}

/**
 * A feature of the light layer: a count, or one record.
 * @param {any} feature
 */
export function readFeature({ id, geometry, properties }) {
  const [lon, lat] = geometry.coordinates;
  return { ...properties, id: properties.id ?? id, lon, lat, count: properties.count ?? 1 };
}

/**
 * Where the map looks first.
 * @param {object} map
 * @param {object} data
 * @param {number} nearest the closest zoom that still shows where one is
 */
export function fitTo(map, data, nearest) {
  if (data.isArea) {
    map.fitBounds(boundsOf(data.bbox), { animate: false });
    return;
  }
  const points = data.markers.map(latLng);
  if (data.position) points.push(data.position);
  if (points.length === 1) map.setView(points[0], nearest, { animate: false });
  else if (points.length) map.fitBounds(points, { padding: [36, 48], maxZoom: nearest, animate: false });
  else map.fitBounds(boundsOf(data.bbox), { animate: false });
}
