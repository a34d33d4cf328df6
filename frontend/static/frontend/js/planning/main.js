/** Mounts the desk's behaviours. Without this file every page still works, one page for each step. */
import { mountEditor } from "./editor.js";
import { mountReorder } from "./reorder.js";
import { mountPointMap, mountRoundMap, mountStopsMap } from "./maps.js";
import { mountVerdicts } from "./verdicts.js";

const BEHAVIOURS = {
  editor: mountEditor,
  "point-map": mountPointMap,
  reorder: mountReorder,
  "round-map": mountRoundMap,
  "stops-map": mountStopsMap,
  verdicts: mountVerdicts,
};

for (const element of document.querySelectorAll("[data-behaviour]")) {
  BEHAVIOURS[element.dataset.behaviour]?.(element);
}
