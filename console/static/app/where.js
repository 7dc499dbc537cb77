// Where a case is about: nowhere in particular, a district or place that is there already, or a shape that is drawn.
import { get } from "./api.js";
import { cornerTable } from "./corners.js";
import { pens } from "./drawing.js";
import { $, $$, el, fill } from "./elements.js";
import { townMap } from "./map.js";
import { placeSearch } from "./place-search.js";
import { searching } from "./searching.js";
import { area, drawable } from "./shapes.js";
import { number, picked, t, told } from "./told.js";

const AT_A_TIME = 50;

/** Work the page's choice, `shape` (GeoJSON) first; gives `read()`, which is null where nothing was chosen. */
export async function where(shape = null) {
  let pen = null, kept = shape;
  const [town, places] = await Promise.all([get(`/v1/municipalities/${told.municipality.number}`), zones()]);
  const map = townMap($("#map"), { title: t("where.map"), boundary: town.boundary, still: true });
  placeSearch(map);
  const corners = cornerTable($("#corners"), (ring) => take(ring && { type: "Polygon", coordinates: [ring] }));
  const way = () => $("input[name=where]:checked").value;

  function zones(words = "") {
    return get(`/v1/staff/zones?geometry=false&limit=${AT_A_TIME}${words ? `&q=${encodeURIComponent(words)}` : ""}`);
  }

  function offer({ items, next }) {
    fill($("#zone"), el("option", { value: "" }, t("where.choose-one")), items.map((zone) => el("option", { value: zone.id }, picked(zone.name))));
    if (next) $("#find-zone").closest(".ds-field").hidden = false;
  }

  function take(geometry, { drawn = false } = {}) {
    kept = drawable(geometry);
    map.draft(drawn ? null : kept);
    const m2 = kept ? area(kept) : 0;
    $("#where-size").textContent = m2 ? t("where.size", { size: m2 >= 100_000 ? `${number(m2 / 1e6, 2)} km²` : `${number(m2)} m²` }) : "";
  }

  function change(given = null) {
    for (const name of ["choose", "draw"]) $(`#where-${name}`).hidden = way() !== name;
    pen?.clear();
    corners.clear();
    $("#zone").value = "";
    take(given);
  }

  offer(places);
  searching($("#find-zone"), async (words) => offer(await zones(words)));
  $("#zone").onchange = async (event) => {
    const id = event.target.value;
    const { geometry } = id ? await get(`/v1/staff/zones/${id}`) : { geometry: null };
    take(geometry);
    if (geometry) map.look([geometry]);
  };
  for (const radio of $$("input[name=where]")) radio.onchange = () => change();
  $("#draw").onclick = () => { corners.clear(); take(null); pen?.begin(); };
  $("#clear").onclick = () => { corners.clear(); pen?.clear(); take(null); };
  $("#add-corner").onclick = () => corners.add();
  if (shape) $("input[name=where][value=draw]").checked = true;
  change(shape);
  map.ready.then((canvas) => {
    pen = pens(canvas, (ring) => { corners.take(ring); take({ type: "Polygon", coordinates: [ring] }, { drawn: true }); });
    if (shape) map.look([shape]);
    $("#map").dataset.drawable = "true";
  });
  return { read: () => kept };
}
