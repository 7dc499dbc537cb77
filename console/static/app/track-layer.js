// A track on the town's map: its line, its stops, where it invites, and where the phone is now.
import { palette } from "./map.js";

const LAYERS = ["line", "stops", "fired", "here"];

/** Put a track on a ready map. Gives `line(points)`, `stops(points)`, `fired(points)` and `here(point)`, each of [lon, lat]. */
export function trackLayer(canvas) {
  const kept = Object.fromEntries(LAYERS.map((name) => [name, []]));
  const data = (name) => ({ type: "FeatureCollection", features: name === "line"
    ? (kept.line.length > 1 ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: kept.line } }] : [])
    : kept[name].map((point) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: point } })) });

  function draw() {
    const c = palette();
    const circle = (radius, fill, stroke) => ({ type: "circle", paint: { "circle-radius": radius, "circle-color": fill, "circle-stroke-width": 2, "circle-stroke-color": stroke } });
    const looks = {
      line: { type: "line", paint: { "line-color": c.text, "line-width": 3, "line-dasharray": [2, 1] } },
      stops: circle(6, c.halo, c.text), fired: circle(9, c.picked, c.halo), here: circle(7, c.text, c.halo),
    };
    for (const name of LAYERS) {
      if (canvas.getSource(`track-${name}`)) continue;
      canvas.addSource(`track-${name}`, { type: "geojson", data: data(name) });
      canvas.addLayer({ id: `track-${name}`, source: `track-${name}`, ...looks[name] });
    }
  }
  draw();
  canvas.on("styledata", () => { if (canvas.getSource("zones") && !canvas.getSource("track-line")) draw(); });
  const show = (name) => (points) => { kept[name] = points; canvas.getSource(`track-${name}`)?.setData(data(name)); };
  return { line: show("line"), stops: show("stops"), fired: show("fired"), here: (point) => show("here")(point ? [point] : []) };
}
