/** The map beside the list: always the same set, reached by the keyboard, inert until it is entered. */
import { element, pageData } from "../lib/dom.js";
import { emit, on, RECORD_CHOSEN, RECORD_POINTED, RESULTS_SHOWN, SEARCH_ASKED } from "../lib/events.js";
import { isAbort, Latest } from "../lib/request.js";
import { searchQuery } from "../lib/address.js";
import { createMap, drawOutlines } from "../map/canvas.js";
import { areaMarkers, fitTo, listMarkers } from "../map/layers.js";
import { L } from "../map/leaflet.js";
import { highlight } from "../map/markers.js";
import { setHidden, setPosition } from "./search.js";

// Without tiles, only the borders and names of communes say where one is.
const ZOOM_WITHOUT_TILES = 12;
const ZOOM_WITH_TILES = 15;

/**
 * @param {HTMLElement} root
 */
export function mountMap(root) {
  const message = root.querySelector(".map__message");
  if (!L) {
    message.textContent = root.dataset.textFailed;
    return;
  }
  // A hidden frame has no size to fit anything in: the map starts when it first shows.
  const start = new ResizeObserver(() => {
    if (!root.clientHeight) return;
    start.disconnect();
    new MapPanel(root, message);
  });
  start.observe(root);
}

class MapPanel {
  #latest = new Latest();
  #markers = [];
  #isEntered = false;

  constructor(root, message) {
    this.root = root;
    this.message = message;
    this.settings = pageData("carte-reglages");
    this.map = createMap(root, this.settings);
    this.layer = L.layerGroup();
    this.canvas = root.querySelector(".map__canvas");
    this.tools = { sprite: root.dataset.icons, texts: root.dataset, source: root.dataset.clusters, choose: (records) => this.choose(records) };
    this.read();
    this.layer.addTo(this.map);
    drawOutlines(this.map, root.dataset.outlines, { withNames: !this.settings.tiles });
    this.#listen();
    this.#mountDoor();
    this.#mountArea();
  }

  /** Takes what the list says, looks at it and draws it. */
  read() {
    this.data = pageData("carte-donnees");
    this.#hideCard();
    fitTo(this.map, this.data, this.settings.tiles ? ZOOM_WITH_TILES : ZOOM_WITHOUT_TILES);
    this.root.querySelector(".map__area").hidden = true;
    this.draw();
    const selected = this.data.markers.find((record) => record.id === this.data.selected);
    if (selected) this.#showCard([selected]);
  }

  async draw() {
    const signal = this.#latest.start();
    try {
      const markers =
        this.data.mode === "counts"
          ? await areaMarkers(this.map, this.data, this.tools, signal)
          : listMarkers(this.map, this.data, { ...this.tools, choose: this.data.mode === "record" ? null : this.tools.choose });
      this.message.textContent = "";
      this.#replace(markers);
    } catch (error) {
      if (isAbort(error)) return;
      this.message.textContent = this.root.dataset.textFailed;
      this.#replace([]);
    }
  }

  #replace(markers) {
    this.layer.clearLayers();
    this.#markers = markers;
    for (const marker of markers) this.layer.addLayer(marker);
  }

  #listen() {
    this.map.on("moveend", () => this.draw());
    this.map.on("dragend zoomend", () => this.#offerArea());
    on(RESULTS_SHOWN, () => this.read());
    on(RECORD_POINTED, ({ id }) => highlight(this.#markers, id));
  }

  /** Until a pointer or the keyboard enters, the map holds neither the page's scroll nor its focus. */
  #mountDoor() {
    const door = this.root.querySelector(".map__enter");
    const enter = (withFocus) => {
      this.#isEntered = true;
      this.canvas.inert = false;
      door.hidden = true;
      if (withFocus) this.canvas.focus();
    };
    const leave = () => {
      this.#isEntered = false;
      this.map.scrollWheelZoom.disable();
      this.canvas.inert = true;
      door.hidden = false;
    };
    leave();
    door.addEventListener("click", () => enter(true));
    this.canvas.addEventListener("click", () => this.map.scrollWheelZoom.enable());
    door.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "mouse") enter(false);
    });
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (!this.#hideCard()) {
        leave();
        door.focus();
      }
    });
  }

  /** After a move by hand, the list may follow the map. */
  #mountArea() {
    const button = this.root.querySelector(".map__area");
    button.addEventListener("click", () => {
      const form = document.getElementById("recherche");
      const view = this.map.getBounds();
      const box = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()];
      form.elements.namedItem("q").value = "";
      setPosition(form, null);
      setHidden(form, "bbox", box.map((side) => side.toFixed(5)).join(","));
      emit(SEARCH_ASKED, { query: searchQuery(new FormData(form)), push: true });
      this.canvas.focus();
    });
  }

  #offerArea() {
    const canSearch = document.getElementById("recherche") !== null;
    if (canSearch && this.#isEntered) this.root.querySelector(".map__area").hidden = false;
  }

  choose(records) {
    this.#showCard(records);
    if (records.length === 1) emit(RECORD_CHOSEN, { id: records[0].id });
    highlight(this.#markers, records[0].id);
  }

  #showCard(records) {
    const card = this.root.querySelector(".map__card");
    const close = element("button", { type: "button", class: "map__close", "aria-label": this.root.dataset.textClose }, "×");
    close.addEventListener("click", () => {
      this.#hideCard();
      emit(RECORD_CHOSEN, { id: "" });
      this.canvas.focus();
    });
    card.replaceChildren(close, ...records.map((record) => this.#lines(record)));
    card.hidden = false;
  }

  #lines(record) {
    const lines = element("div", { class: "map__card-record" }, element("p", { class: "map__card-name" }, record.name));
    if (record.words) lines.append(element("p", { class: "map__card-words" }, record.words));
    if (record.url) lines.append(element("a", { class: "map__card-link", href: record.url, "aria-label": `${this.root.dataset.textPage} : ${record.name}` }, this.root.dataset.textPage));
    return lines;
  }

  /** @returns {boolean} whether there was one */
  #hideCard() {
    const card = this.root.querySelector(".map__card");
    const wasShown = !card.hidden;
    card.hidden = true;
    return wasShown;
  }
}
