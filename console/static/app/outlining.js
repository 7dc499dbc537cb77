// Outlining an area: drawn, as a point with a radius, by its corners, or pasted; each step can be undone.
import { announce } from "./announcer.js";
import { cornerTable } from "./corners.js";
import { pens } from "./drawing.js";
import { $, $$ } from "./elements.js";
import { pasted } from "./pasted.js";
import { area, crosses, outline, typed } from "./shapes.js";
import { t } from "./told.js";
import { undoing } from "./undoing.js";
import { inWords } from "./zone-list.js";

const WAYS = ["draw", "circle", "corners", "paste"];
const ofCircle = { "/geometry/center": "#lat", "/geometry/center/0": "#lon", "/geometry/center/1": "#lat" };
const form = $("#zone");
let shape = null, pen = null, map;

const corners = cornerTable($("#corners"), (ring) => take(polygon(ring), { small: true }));
const polygon = (ring) => ring && { type: "Polygon", coordinates: [ring] };
const open = { shape: {}, corner: {} };
const steps = undoing(lay, (ways) => enable("shape", ways));
const way = () => $("input[name=way]:checked", form).value;
const choose = (name) => { $(`input[name=way][value=${name}]`, form).checked = true; };

/** Offer what can be undone: a corner of what is being drawn, else a step of the shape. */
function enable(of, ways) {
  open[of] = ways;
  for (const act of ["undo", "redo"]) $(`#${act}`).disabled = !(open.shape[act] || open.corner[act]);
}

/** Take a shape that comes from one of the ways; `small` steps are undone together. */
function take(geometry, { small = false, drawn = false } = {}) {
  shape = geometry;
  steps.note(geometry, { small });
  tell(drawn ? null : geometry);
}

function tell(drafted) {
  map?.draft(drafted);
  const ring = outline(shape);
  $("#size").textContent = !shape ? "" : ring && crosses(ring) ? t("zones.crosses") : t("zones.size", { size: inWords(area(shape)) });
}

/** Lay a shape into every way of outlining one. */
function lay(geometry) {
  shape = geometry;
  if (geometry?.type === "Circle") {
    [$("#lon").value, $("#lat").value, $("#radius").value] = [...geometry.center.map((one) => Number(one.toFixed(6))), geometry.radius_m];
    choose("circle");
  } else {
    const ring = outline(geometry);
    if (ring) corners.take(ring);
    else corners.clear();
    if (way() === "circle") choose("draw");
  }
  show();
}

/** Show the chosen way, and the shape under its pen or as a draft. */
function show() {
  for (const name of WAYS) $(`#way-${name}`).hidden = name !== way();
  pen?.clear();
  const ring = outline(shape);
  tell(way() === "draw" && ring && pen?.take(ring) ? null : shape);
}

function drawn(ring) {
  if (way() !== "draw") return;
  corners.take(ring);
  take(polygon(ring), { drawn: true });
}

function circle() {
  const [lat, lon, radius] = ["#lat", "#lon", "#radius"].map((id) => typed($(id).value));
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && radius > 0 ? { type: "Circle", center: [lon, lat], radius_m: radius } : null;
}

function changeWay() {
  const kept = shape?.type === "Circle" ? null : shape;
  shape = way() === "circle" ? (circle() ?? shape) : (polygon(corners.read()) ?? kept);
  steps.note(shape, { small: true });
  show();
}

function paste() {
  const found = pasted($("#pasted").value);
  $("#pasted").toggleAttribute("aria-invalid", Boolean(found.wrong));
  $("#paste-said").textContent = found.wrong ? t(found.wrong, found.values) : "";
  if (found.wrong || !(found.point || found.geometry)) return;
  const geometry = found.geometry ?? { type: "Circle", center: found.point, radius_m: typed($("#radius").value) || 150 };
  const ring = outline(geometry);
  if (ring) corners.take(ring);
  else if (geometry.type === "Circle") [$("#lon").value, $("#lat").value, $("#radius").value] = [...geometry.center, geometry.radius_m];
  take(geometry, { small: true });
  $("#paste-said").textContent = found.point ? t("zones.pasted-point", { radius: geometry.radius_m }) : ring ? t("zones.pasted", { count: ring.length - 1 }) : t("zones.pasted-parts");
  map?.look([geometry]);
}

/** The shape as it is outlined now; null while there is none. */
export const outlined = () => shape;

/** Begin with a shape, or with none. */
export function begin(geometry) {
  $("#paste-said").textContent = "";
  $("#pasted").removeAttribute("aria-invalid");
  lay(geometry);
  steps.begin(shape);
}

/** Draw on a map of the town from now on. */
export async function drawOn(townMap) {
  map = townMap;
  pen = pens(await map.ready, drawn, (ways) => enable("corner", ways));
  show();
}

/** The field that a pointer into the geometry is about, of the way that is chosen. */
export function fieldOf(pointer) {
  if (way() === "circle") return $(ofCircle[pointer] ?? "#radius");
  if (way() === "corners") return $$("input", $("#corners"))[2 * Number(pointer.split("/")[4] ?? 0)] ?? $("#ways");
  return way() === "paste" ? $("#pasted") : $("#ways");
}

const undo = () => { if (!pen?.back()) steps.undo(); };
const redo = () => { if (!pen?.forth()) steps.redo(); };
$("#undo").onclick = undo;
$("#redo").onclick = redo;
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.target.closest("input:not([type=radio], [type=checkbox]), textarea, dialog")) return;
  const act = { z: event.shiftKey ? redo : undo, y: redo }[event.key.toLowerCase()];
  if (act) { event.preventDefault(); act(); }
});
let waits = 0;
$("#pasted").addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(paste, 300); });
$("#draw").onclick = () => { corners.clear(); take(null); pen?.begin(); announce(t("zones.draw-help")); };
$("#clear").onclick = () => { pen?.clear(); corners.clear(); take(null); };
$("#add-corner").onclick = () => corners.add();
$("#centre").onclick = () => { const { lng, lat } = map.canvas.getCenter(); $("#lat").value = lat.toFixed(6); $("#lon").value = lng.toFixed(6); take(circle()); };
for (const id of ["#lat", "#lon", "#radius"]) $(id).addEventListener("input", () => take(circle(), { small: true }));
for (const radio of $$("input[name=way]", form)) radio.addEventListener("change", changeWay);
