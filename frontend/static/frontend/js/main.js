/** Mounts each behaviour on the elements that ask for it. Without this file every page still works. */
import { mountGeolocation } from "./panels/geolocation.js";
import { mountMap } from "./panels/map.js";
import { mountResults } from "./panels/results.js";
import { mountSearch } from "./panels/search.js";
import { mountSuggestions } from "./panels/suggestions.js";

const BEHAVIOURS = {
  geolocation: mountGeolocation,
  map: mountMap,
  results: mountResults,
  search: mountSearch,
  suggestions: mountSuggestions,
};

for (const element of document.querySelectorAll("[data-behaviour]")) {
  BEHAVIOURS[element.dataset.behaviour]?.(element);
}
