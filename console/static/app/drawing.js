// Drawing and reshaping one polygon on the map with pointer or touch.
import { TerraDraw, TerraDrawModeUndoRedo, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { palette } from "./map.js";

/**
 * Pens for a ready map; `drawn(ring)` hears of each finished or changed polygon, a closed ring of [lon, lat], and
 * `cornered({ undo, redo })` whether a corner of one that is being drawn can be taken back, or put there again.
 */
export function pens(map, drawn, cornered = () => {}) {
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
    undoRedo: { modeLevel: new TerraDrawModeUndoRedo() },
  });
  draw.start();
  draw.setMode("select");
  const polygon = () => draw.getSnapshot().filter((one) => one.geometry.type === "Polygon" && one.properties.mode === "polygon").at(-1);
  let ours = false;
  /** What we change ourselves is told to nobody: the pen lets go of a shape corner by corner. */
  const silently = (act) => { ours = true; try { return act(); } finally { ours = false; } };
  const tell = () => { const one = polygon(); if (one && !ours) drawn(one.geometry.coordinates[0]); };
  const select = () => { draw.setMode("select"); const one = polygon(); if (one) draw.selectFeature(one.id); };
  draw.on("finish", (_id, { action }) => { if (action === "draw") setTimeout(select); tell(); setTimeout(tellCorners); });
  draw.on("change", (_ids, kind, context) => { tellCorners(); if (draw.getMode() === "select" && kind === "delete" && context?.origin !== "api") tell(); });
  const drawing = () => draw.getMode() === "polygon";
  const tellCorners = () => cornered({ undo: drawing() && draw.canUndo(), redo: drawing() && draw.canRedo() });
  const empty = (mode) => silently(() => { draw.clear(); draw.setMode(mode); tellCorners(); });
  return {
    begin() { empty("polygon"); },
    clear() { empty("select"); },
    /** Take back the last corner of a shape that is being drawn, or put it there again; whether there was one. */
    back: () => drawing() && draw.canUndo() && draw.undo(),
    forth: () => drawing() && draw.canRedo() && draw.redo(),
    /** Put a ring that came from elsewhere under the pen. */
    take(ring) {
      return silently(() => {
        draw.clear();
        const rounded = ring.map((point) => point.map((value) => Number(value.toFixed(7))));
        const [said] = draw.addFeatures([{ type: "Feature", geometry: { type: "Polygon", coordinates: [rounded] }, properties: { mode: "polygon" } }]);
        if (said?.valid) select();
        return said?.valid === true;
      });
    },
  };
}
