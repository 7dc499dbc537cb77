// Drawing and reshaping one polygon on the map with pointer or touch.
import { TerraDraw, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { palette } from "./map.js";

/** Pens for a ready map; `drawn(ring)` hears of each finished or changed polygon, a closed ring of [lon, lat]. */
export function pens(map, drawn) {
  const { draft: colour } = palette();
  const look = { fillColor: colour, fillOpacity: 0.3, outlineColor: colour, outlineWidth: 3, closingPointColor: colour, closingPointWidth: 7, closingPointOutlineColor: "#ffffff", closingPointOutlineWidth: 2 };
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: 7 }),
    modes: [
      new TerraDrawPolygonMode({ styles: look }),
      new TerraDrawSelectMode({
        flags: { polygon: { feature: { draggable: true, coordinates: { midpoints: true, draggable: true, deletable: true } } } },
        styles: { selectedPolygonColor: colour, selectedPolygonFillOpacity: 0.3, selectedPolygonOutlineColor: colour, selectedPolygonOutlineWidth: 3, selectionPointColor: colour, selectionPointOutlineColor: "#ffffff", selectionPointOutlineWidth: 2, midPointColor: colour, midPointOutlineColor: "#ffffff" },
      }),
    ],
  });
  draw.start();
  draw.setMode("select");
  const polygon = () => draw.getSnapshot().filter((one) => one.geometry.type === "Polygon" && one.properties.mode === "polygon").at(-1);
  const tell = () => { const one = polygon(); if (one) drawn(one.geometry.coordinates[0]); };
  const select = () => { draw.setMode("select"); const one = polygon(); if (one) draw.selectFeature(one.id); };
  draw.on("finish", (_id, { action }) => { if (action === "draw") setTimeout(select); tell(); });
  draw.on("change", (_ids, kind, context) => { if (draw.getMode() === "select" && kind === "delete" && context?.origin !== "api") tell(); });
  return {
    begin() { draw.clear(); draw.setMode("polygon"); },
    reshape: select,
    clear() { draw.clear(); draw.setMode("select"); },
    /** Put a ring that came from elsewhere under the pen. */
    take(ring) {
      draw.clear();
      const rounded = ring.map((point) => point.map((value) => Number(value.toFixed(7))));
      const [said] = draw.addFeatures([{ type: "Feature", geometry: { type: "Polygon", coordinates: [rounded] }, properties: { mode: "polygon" } }]);
      if (said?.valid) select();
      return said?.valid === true;
    },
  };
}
