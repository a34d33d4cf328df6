/** Leaflet is a classic script, loaded before this module: the one place that reads a global. */
export const L = globalThis.L;

/**
 * Leaflet says (lat, lng) where everything else here says lon, lat.
 * @param {{lon: number, lat: number}} point degrees, EPSG:4326
 */
export function latLng({ lon, lat }) {
  return L.latLng(lat, lon);
}

/**
 * @param {number[]} box west, south, east, north in degrees
 */
export function boundsOf([west, south, east, north]) {
  return L.latLngBounds([south, west], [north, east]);
}

/**
 * The part of a box that the map shows now.
 * @param {object} map a Leaflet map
 * @param {number[]} box west, south, east, north
 * @returns {number[]|null} null when they do not meet
 */
export function visiblePart(map, [west, south, east, north]) {
  const view = map.getBounds();
  const part = [
    Math.max(west, view.getWest()),
    Math.max(south, view.getSouth()),
    Math.min(east, view.getEast()),
    Math.min(north, view.getNorth()),
  ];
  return part[0] < part[2] && part[1] < part[3] ? part : null;
}
