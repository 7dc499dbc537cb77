// The town's map: municipality and zones from our own data, over whatever lies beneath (`basemap.js`).
import { AttributionControl, Map as Canvas, NavigationControl, ScaleControl } from "maplibre-gl";
import { base, credits } from "./basemap.js";
import { bounds, drawable, middle } from "./shapes.js";
import { picked, t } from "./told.js";

const NORWAY = [[4.5, 57.9], [31.2, 71.2]];

const isDark = matchMedia("(prefers-color-scheme: dark)");

/** Colours of the map; it has a palette of its own, since a canvas knows no stylesheet. */
export const palette = () => isDark.matches
  ? { water: "#14212a", land: "#2a312e", edge: "#71837b", zone: "#5ea5ea", picked: "#ffb454", draft: "#ffd166", text: "#eef2f4", halo: "#14212a" }
  : { water: "#cfe2ec", land: "#f8f5ec", edge: "#8b9d94", zone: "#0062ba", picked: "#b3470b", draft: "#b3470b", text: "#1e2b3c", halo: "#ffffff" };

const collection = (features) => ({ type: "FeatureCollection", features });
const source = () => ({ type: "geojson", data: collection([]) });

function style(boundary) {
  const c = palette();
  const outline = (id, from, colour, width) => ({ id, type: "line", source: from, paint: { "line-color": colour, "line-width": width } });
  const beneath = base(boundary, isDark.matches, { id: "town", type: "fill", source: "town", paint: { "fill-color": c.land } });
  return {
    version: 8,
    sources: { town: source(), zones: source(), names: source(), draft: source(), ...beneath.sources },
    layers: [
      { id: "water", type: "background", paint: { "background-color": c.water } },
      ...beneath.below,
      ...(beneath.coast ? [] : [outline("town-edge", "town", c.edge, 1.5)]),
      { id: "zones", type: "fill", source: "zones", paint: { "fill-color": ["case", ["get", "picked"], c.picked, c.zone], "fill-opacity": ["case", ["get", "picked"], 0.35, ["==", ["get", "kind"], "district"], 0.06, 0.22] } },
      outline("zones-edge", "zones", ["case", ["get", "picked"], c.picked, c.zone], ["case", ["get", "picked"], 3, 1.5]),
      { id: "draft", type: "fill", source: "draft", paint: { "fill-color": c.draft, "fill-opacity": 0.3 } },
      outline("draft-edge", "draft", c.draft, 3),
      ...beneath.names,
      { id: "names", type: "symbol", source: "names", layout: { "text-field": ["get", "name"], "text-font": ["Inter"], "text-size": 13, "text-max-width": 8 }, paint: { "text-color": c.text, "text-halo-color": c.halo, "text-halo-width": 1.6 } },
    ],
  };
}

/**
 * Put a map into `container`, named `title` for screen readers, and look at `boundary` (GeoJSON) first.
 * Gives the canvas and what can be shown on it; `ready` resolves when it can be drawn on.
 */
export function townMap(container, { title, boundary = null, still = false }) {
  const canvas = new Canvas({
    container, style: style(boundary), bounds: (boundary && bounds([boundary])) || NORWAY, fitBoundsOptions: { padding: 24 },
    attributionControl: false, fadeDuration: 0, cooperativeGestures: still, dragRotate: false, pitchWithRotate: false,
    locale: {
      "Map.Title": title, "NavigationControl.ZoomIn": t("map.zoom-in"), "NavigationControl.ZoomOut": t("map.zoom-out"),
      "CooperativeGesturesHandler.WindowsHelpText": t("map.gesture"), "CooperativeGesturesHandler.MacHelpText": t("map.gesture-mac"), "CooperativeGesturesHandler.MobileHelpText": t("map.gesture-mobile"),
    },
  });
  canvas.touchZoomRotate.disableRotation();
  canvas.addControl(new NavigationControl({ showCompass: false }), "top-right");
  canvas.addControl(new ScaleControl({ unit: "metric" }), "top-left");
  canvas.addControl(new AttributionControl({ compact: false, customAttribution: [...credits(), t("map.borders")] }));
  const kept = { town: boundary ? [feature(boundary)] : [], zones: [], names: [], draft: [] };
  const show = (name) => canvas.getSource(name)?.setData(collection(kept[name]));
  const showAll = () => Object.keys(kept).forEach(show);
  // Not once everything is there ("load"): where tiles fail to come, the map can be worked on all the same.
  const ready = new Promise((resolve) => canvas.once("style.load", () => { showAll(); container.dataset.ready = "true"; resolve(canvas); }));
  isDark.addEventListener("change", () => { canvas.setStyle(style(boundary), { diff: false }); canvas.once("styledata", showAll); });
  return {
    canvas, ready,
    /** Show zones `{id, name, kind, geometry}`; those in `chosen` stand out. */
    zones(list, chosen = new Set()) {
      kept.zones = list.map((zone) => feature(zone.geometry, { id: zone.id, kind: zone.kind, name: picked(zone.name), picked: chosen.has(zone.id) }));
      // One point for each name: a shape of several parts, or one that is cut into tiles, would bear it several times.
      kept.names = list.map((zone) => [middle(zone.geometry), zone]).filter(([point]) => point).map(([point, zone]) => feature({ type: "Point", coordinates: point }, { name: picked(zone.name) }));
      show("zones");
      show("names");
    },
    draft(geometry) { kept.draft = geometry ? [feature(geometry)] : []; show("draft"); },
    look(geometries) { const box = bounds(geometries); if (box) canvas.fitBounds(box, { padding: 48, maxZoom: 16, duration: 0 }); },
  };
}

const feature = (geometry, properties = {}) => ({ type: "Feature", geometry: drawable(geometry), properties });
