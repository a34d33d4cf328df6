/** Mounts what makes the moderators' desk fast. Without this file every decision still has its button. */
import { mountKeys } from "./keys.js";
import { mountProposalMap } from "./map.js";
import { mountQueueKeys } from "./queue-keys.js";
import { mountSelection } from "./selection.js";

const BEHAVIOURS = {
  keys: mountKeys,
  "proposal-map": mountProposalMap,
  "queue-keys": mountQueueKeys,
  selection: mountSelection,
};

for (const element of document.querySelectorAll("[data-behaviour]")) {
  BEHAVIOURS[element.dataset.behaviour]?.(element);
}
