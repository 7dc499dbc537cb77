// What lies beneath the town's map: an archive of its own, Kartverket's tiles through our server, a sketch, or nothing.
// The archive and the sketch speak one language, Protomaps' basemap schema, and are drawn by the same layers.
import { addProtocol } from "maplibre-gl";
import { bounds } from "./shapes.js";
import { t, told } from "./told.js";

const MARGIN = [1, 0.5]; // Degrees around the municipality: the server hands on no tiles beyond.
const LINK = '© <a href="https://www.kartverket.no/">Kartverket</a>';
const here = (path) => new URL(path, location.href).href;

/** The layers that the archive has; without an archive that can be read the map is a plain one. */
async function opened() {
  try {
    const { PMTiles, Protocol } = await import("pmtiles");
    const archive = new PMTiles(here("/tiles/town.pmtiles"));
    const { vector_layers: layers } = await archive.getMetadata();
    const protocol = new Protocol({ metadata: true });
    protocol.add(archive);
    addProtocol("pmtiles", protocol.tile);
    return new Set(layers.map((layer) => layer.id));
  } catch {
    return null;
  }
}
const archived = told.basemap === "archive" ? await opened() : null;

const LIGHT = {
  earth: "#eeebe1", built: "#ece4d6", park: "#cfe5c4", wood: "#dfead3", beach: "#f3e7bd", water: "#cfe2ec", river: "#b4d3e2", casing: "#cfc6b4", road: "#ffffff",
  highway: "#f2c879", "highway-casing": "#cf9a3f", rail: "#8d949b", runway: "#d5d3cc", building: "#e0d8c9", text: "#33404d", sea: "#2d627f", green: "#2f6130", halo: "#ffffff", shield: "#6d4b0c", border: "#8b9d94", dot: "#5b6773",
};
const DARK = {
  earth: "#222826", built: "#343a36", park: "#2b4632", wood: "#293730", beach: "#4a452f", water: "#14212a", river: "#1f3a49", casing: "#1d2321", road: "#5a6560",
  highway: "#8f7440", "highway-casing": "#4d3d1d", rail: "#87928c", runway: "#454d49", building: "#3c433f", text: "#d5dedb", sea: "#8fc1dc", green: "#a3d3a0", halo: "#161d1f", shield: "#f0d399", border: "#71837b", dot: "#aab5b0",
};

const is = (...kinds) => ["match", ["get", "kind"], kinds, true, false];
const byZoom = (...stops) => ["interpolate", ["exponential", 1.6], ["zoom"], ...stops];
const GREEN = ["park", "garden", "golf_course", "recreation_ground", "pitch", "cemetery", "playground", "grass", "zoo"];
const shown = ["<=", ["coalesce", ["get", "min_zoom"], 0], ["+", ["zoom"], 0.01]];
const rank = { "symbol-sort-key": ["coalesce", ["get", "min_zoom"], 15] };

/** Layers over a source of Protomaps' schema; `within` narrows one to a layer of it. */
function drawn(c, within, land) {
  const fill = (id, layer, filter, colour, more = {}) => ({ id: `base-${id}`, type: "fill", ...within(layer, ["all", ["match", ["geometry-type"], ["Polygon", "MultiPolygon"], true, false], filter]), paint: { "fill-color": colour, ...more } });
  const line = (id, layer, filter, colour, width, more = {}) => ({ id: `base-${id}`, type: "line", ...within(layer, ["all", ["match", ["geometry-type"], ["LineString", "MultiLineString"], true, false], filter]), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": colour, "line-width": width, ...more } });
  const minor = [is("minor_road", "other"), byZoom(12, 0.3, 14, 2, 18, 14)];
  const major = [is("major_road", "medium_road"), byZoom(8, 0.6, 12, 2, 14, 4.5, 18, 20)];
  const highway = [is("highway"), byZoom(6, 1, 10, 2.2, 14, 6, 18, 24)];
  const wider = (width) => width.map((each, i) => (i > 3 && i % 2 === 0 ? each + 1.4 : each));
  return [
    fill("earth", "earth", ["!", is("island")], c.earth),
    ...land,
    fill("sea", "water", is("ocean"), c.water),
    fill("islands", "earth", is("island"), land.length ? land[0].paint["fill-color"] : c.earth),
    fill("wood", "landuse", is("wood", "forest", "scrub"), c.wood),
    fill("built", "landuse", is("residential", "industrial", "commercial", "neighbourhood", "urban_area", "school", "hospital"), c.built),
    fill("beach", "landuse", is("beach", "sand"), c.beach),
    fill("green", "landuse", is(...GREEN), c.park),
    fill("runway", "landuse", is("aerodrome", "runway"), c.runway),
    fill("water", "water", ["!", is("ocean")], c.water),
    line("river", "water", is("river", "stream", "canal"), c.river, byZoom(9, 0.6, 14, 2.5, 18, 8)),
    { ...fill("buildings", "buildings", true, c.building), minzoom: 14 },
    line("border", "boundaries", is("municipality", "locality", "county"), c.border, 1.4, { "line-dasharray": [4, 3] }),
    line("ferry", "roads", is("ferry"), c.river, 1.2, { "line-dasharray": [3, 3] }),
    line("path", "roads", is("path"), c.casing, byZoom(13, 0.5, 18, 3), { "line-dasharray": [2, 1.5] }),
    line("minor-casing", "roads", minor[0], c.casing, wider(minor[1])),
    line("major-casing", "roads", major[0], c.casing, wider(major[1])),
    line("highway-casing", "roads", highway[0], c["highway-casing"], wider(highway[1])),
    line("minor", "roads", minor[0], c.road, minor[1]),
    line("major", "roads", major[0], c.road, major[1]),
    line("highway", "roads", highway[0], c.highway, highway[1]),
    line("rail", "roads", is("rail"), c.rail, byZoom(8, 0.8, 14, 2)),
    { ...line("sleepers", "roads", is("rail"), c.rail, byZoom(11, 3, 14, 6), { "line-dasharray": [0.15, 2.5] }), minzoom: 11, layout: {} },
    { id: "base-dots", type: "circle", ...within("pois", ["all", is("square", "station", "museum", "monument", "landmark", "attraction", "airport", "townhall", "place_of_worship", "hospital", "library"), shown]), paint: { "circle-radius": 2.6, "circle-color": c.dot, "circle-stroke-color": c.halo, "circle-stroke-width": 1 } },
  ];
}

/** Names over the zones' fills and beneath their names; those that matter most are placed first. */
function named(c, within) {
  const text = (id, layer, filter, colour, size, layout = {}) => ({ id: `base-${id}`, type: "symbol", ...within(layer, ["all", ["has", "name"], shown, filter]), layout: { "text-field": ["get", "name"], "text-font": ["Inter"], "text-size": size, "text-max-width": 7, "text-padding": 3, ...rank, ...layout }, paint: { "text-color": colour, "text-halo-color": c.halo, "text-halo-width": 1.4 } });
  const point = ["match", ["geometry-type"], ["Point", "MultiPoint"], true, false];
  const sizes = ["interpolate", ["linear"], ["zoom"], 8, ["match", ["get", "kind_detail"], ["city", "town"], 15, ["village"], 12, 11], 14, ["match", ["get", "kind_detail"], ["city", "town"], 21, ["village"], 16, 14]];
  return [
    { ...text("street-names", "roads", is("minor_road", "major_road", "medium_road", "path"), c.text, 11, { "symbol-placement": "line", "text-max-angle": 35 }), minzoom: 11.5 },
    text("poi-names", "pois", is("square", "station", "museum", "monument", "landmark", "attraction", "airport", "townhall", "place_of_worship", "hospital", "library", "school", "beach"), c.text, 12, { "text-anchor": "top", "text-offset": [0, 0.45] }),
    text("park-names", "pois", is(...GREEN), c.green, 12),
    { ...text("shields", "roads", true, c.shield, 11, { "symbol-placement": "line", "symbol-spacing": 320, "text-field": ["coalesce", ["get", "ref"], ["get", "shield_text"]], "text-rotation-alignment": "viewport", "text-pitch-alignment": "viewport" }), ...within("roads", ["all", ["any", ["has", "ref"], ["has", "shield_text"]], is("highway", "major_road", "medium_road"), shown]) },
    text("water-names", "water", point, c.sea, ["interpolate", ["linear"], ["zoom"], 9, 11, 14, 15], { "text-letter-spacing": 0.08 }),
    text("island-names", "earth", point, c.text, 12),
    text("places", "places", ["all", ["!", is("country", "region")], ["any", ["<", ["zoom"], 13], ["!", ["match", ["get", "kind_detail"], ["city", "town"], true, false]]]], c.text, sizes),
  ];
}

const around = (boundary) => {
  const box = boundary && bounds([boundary]);
  return box ? { bounds: [box[0][0] - MARGIN[0], box[0][1] - MARGIN[1], box[1][0] + MARGIN[0], box[1][1] + MARGIN[1]] } : {};
};

/** What is said of the map in small print, beside what its sources say of themselves. */
export const credits = () => ({ sketch: [t("map.sketch")], plain: told.for_staff ? [t("map.plain")] : [] })[told.basemap] ?? [];

/**
 * The base of a map over `boundary` (GeoJSON), dark or not: its `sources`, the layers `below` what is drawn on the map and
 * the `names` above, and whether it has the `coast` and border itself. `land` is the fill of the municipality's own area.
 */
export function base(boundary, dark, land) {
  const c = dark ? DARK : LIGHT;
  if (archived) {
    const within = (layer, filter) => ({ source: "base", "source-layer": layer, filter });
    const there = (layers) => layers.filter((layer) => archived.has(layer["source-layer"]));
    return { sources: { base: { type: "vector", url: `pmtiles://${here("/tiles/town.pmtiles")}` } }, below: there(drawn(c, within, [])), names: there(named(c, within)) };
  }
  if (told.basemap === "kartverket") {
    const source = { type: "raster", tileSize: 256, maxzoom: 18, tiles: [`${here("/tiles/kartverket/")}{z}/{y}/{x}.png`], attribution: LINK, ...around(boundary) };
    const paint = dark ? { "raster-brightness-min": 0.88, "raster-brightness-max": 0.1 } : {}; // White becomes dark, black light.
    return { sources: { base: source }, below: [{ id: "base-tiles", type: "raster", source: "base", paint }], names: [] };
  }
  if (told.basemap === "sketch") {
    const within = (layer, filter) => ({ source: "base", filter: ["all", ["==", ["get", "layer"], layer], filter] });
    return { sources: { base: { type: "geojson", data: here(`/tiles/sketch/${told.municipality.number}.geojson`) } }, below: drawn(c, within, [land]), names: named(c, within), coast: true };
  }
  return { sources: {}, below: [land], names: [] };
}
