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
export function listMarkers(map, data, { sprite, texts, choose }) {
  const groups = groupNear(data.markers, (record) => map.project(latLng(record)));
  const made = groups.map((records) => {
    if (records.length === 1) return recordMarker(records[0], sprite, choose);
    const marker = countMarker({ ...records[0], count: records.length }, texts.textCount, () => open(map, records, choose));
    marker.recordIds = records.map((record) => record.id);
    return marker;
  });
  return data.position ? [startMarker(data.position, texts.textYou), ...made] : made;
}

/** Comes nearer while that tells the records apart, else lists them. */
function open(map, records, choose) {
  const points = records.map(latLng);
  const same = points.every((point) => point.equals(points[0], 1e-5));
  if (same || map.getZoom() >= map.getMaxZoom()) choose(records);
  else map.fitBounds(points, { padding: [60, 60], maxZoom: map.getMaxZoom() });
}

/**
 * The counts and single points of the area that the map shows, as the service answers them.
 * @param {object} map
 * @param {{bbox: number[], kinds: string[], services: string[]}} data
 * @param {{sprite: string, texts: DOMStringMap, source: string, choose: (records: object[]) => void}} tools
 * @param {AbortSignal} signal
 */
export async function areaMarkers(map, data, { sprite, texts, source, choose }, signal) {
  const part = visiblePart(map, data.bbox);
  if (!part) return [];
  const answer = await requestJson(`${source}?${clustersQuery(part, map.getZoom(), data)}`, { signal });
  return answer.features.map((feature) => {
    const item = readFeature(feature);
    if (item.count === 1) return recordMarker(item, sprite, choose);
    return countMarker(item, texts.textCount, () => map.setView(latLng(item), Math.min(map.getZoom() + 2, map.getMaxZoom())));
  });
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
