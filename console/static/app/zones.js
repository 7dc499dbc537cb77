// Zones: where a survey can reach people, drawn, measured out, or typed in.
import { announce } from "./announcer.js";
import { get, post, put, remove } from "./api.js";
import { confirmed } from "./confirm.js";
import { cornerTable } from "./corners.js";
import { pens } from "./drawing.js";
import { $, $$, button, el, fill, goTo } from "./elements.js";
import { localized, townLanguages } from "./localized.js";
import { townMap } from "./map.js";
import { attempt, clearProblem, showProblem } from "./problems.js";
import { searching } from "./searching.js";
import { area, crosses, typed } from "./shapes.js";
import { number, picked, t, told } from "./told.js";

const form = $("#zone"), problem = $("#problem");
const AT_A_TIME = 50;
let zones = [], next = null, shape = null, edited = null, names, pen = null, map;
const key = () => crypto.randomUUID();
let attemptKey = key();

const corners = cornerTable($("#corners"), (ring) => take(ring && { type: "Polygon", coordinates: [ring] }));

function take(geometry, { draw = true } = {}) {
  shape = geometry;
  map?.draft(draw || !pen ? geometry : null);
  const ring = geometry?.type === "Polygon" ? geometry.coordinates[0] : null;
  const size = geometry ? t("zones.size", { size: inWords(area(geometry)) }) : "";
  $("#size").textContent = ring && crosses(ring) ? t("zones.crosses") : size;
}

const inWords = (m2) => (m2 >= 100_000 ? `${number(m2 / 1e6, 2)} km²` : `${number(m2)} m²`);

function drawn(ring) {
  if (way() !== "draw") return;
  corners.take(ring);
  take({ type: "Polygon", coordinates: [ring] }, { draw: false });
}

function circle() {
  const [lat, lon, radius] = ["#lat", "#lon", "#radius"].map((id) => typed($(id).value));
  const good = Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && radius > 0;
  take(good ? { type: "Circle", center: [lon, lat], radius_m: radius } : null);
}

const way = () => $("input[name=way]:checked", form).value;

function changeWay() {
  for (const name of ["draw", "circle", "corners"]) $(`#way-${name}`).hidden = name !== way();
  pen?.clear();
  if (way() === "circle") circle();
  else {
    const ring = corners.read();
    take(ring && { type: "Polygon", coordinates: [ring] }, { draw: way() !== "draw" });
    if (ring && way() === "draw") pen?.take(ring);
  }
}

function reset(zone = null) {
  edited = zone;
  attemptKey = key();
  form.reset();
  names = localized(t("zones.name"), townLanguages(), { value: zone?.name, pointer: "/name" });
  fill($("#names"), names.element);
  $("#zone-heading").textContent = zone ? t("zones.edit-heading", { name: picked(zone.name) }) : t("zones.new");
  $("#cancel").hidden = !zone;
  $("#sensitive").checked = zone?.sensitive ?? false;
  corners.clear();
  if (zone) {
    $(`#kind-${zone.kind}`).checked = true;
    const round = zone.geometry.type === "Circle";
    $(`input[name=way][value=${round ? "circle" : "draw"}]`, form).checked = true;
    if (round) [$("#lon").value, $("#lat").value, $("#radius").value] = [...zone.geometry.center, zone.geometry.radius_m];
    else if (zone.geometry.type === "Polygon" && zone.geometry.coordinates.length === 1) corners.take(zone.geometry.coordinates[0]);
  }
  clearProblem(problem);
  changeWay();
  if (zone && !shape) take(zone.geometry);
}

const fields = { "/kind": "#kind-trigger", "/sensitive": "#sensitive" };
const find = (pointer) => $(`[data-pointer="${pointer}"]`, form) || (pointer === "/name" && $("[data-language]", form)) || (fields[pointer] && $(fields[pointer])) ||
  (pointer.startsWith("/geometry") && $("#ways")) || null;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const spoken = !names.read() ? t("zones.needs-name") : !shape ? t("zones.needs-shape") : null;
  if (spoken) return showProblem(problem, { spoken });
  const body = { name: names.read(), geometry: shape, kind: $("input[name=kind]:checked", form).value, sensitive: $("#sensitive").checked };
  let saved;
  const good = await attempt(problem, $("#save"), async () => {
    saved = edited ? await put(`/v1/staff/zones/${edited.id}`, body) : await post("/v1/staff/zones", body, { headers: { "idempotency-key": attemptKey } });
    $("#find").value = "";
    await load();
    if (!zones.some((zone) => zone.id === saved.id)) { zones.unshift(saved); map?.zones(zones); $("#list").prepend(row(saved)); }
  }, find);
  if (!good) return;
  announce(t("zones.saved", { name: picked(body.name) }));
  reset();
  map?.look([saved?.geometry ?? body.geometry]);
  goTo($(`#zone-${saved.id}`) ?? $("#list-heading"));
});

/** The first of the zones that are called so; the map shows those that are listed. */
async function load() {
  const page = await listed();
  zones = page.items;
  fill($("#list"), []);
  show(zones, page.next);
}

async function further() {
  const page = await listed(next);
  zones.push(...page.items);
  show(page.items, page.next);
}

const listed = (cursor) => get(`/v1/staff/zones?limit=${AT_A_TIME}${$("#find").value.trim() ? `&q=${encodeURIComponent($("#find").value.trim())}` : ""}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);

function show(rows, following) {
  next = following;
  map?.zones(zones);
  $("#list").append(...rows.map(row));
  $("#more").hidden = !next;
  if (next) $("#find").closest(".ds-field").hidden = false;
  $("#none").textContent = t($("#find").value.trim() ? "zones.none-found" : "zones.none");
  $("#none").hidden = zones.length > 0;
}

const row = (zone) => el("tr", { id: `zone-${zone.id}` },
  el("th", { scope: "row" }, picked(zone.name)), el("td", {}, t(`zones.kind-${zone.kind}`)), el("td", { class: "numeric" }, inWords(area(zone.geometry))),
  el("td", {}, el("div", { class: "row" },
    button(t("zones.show"), () => { map.look([zone.geometry]); map.zones(zones, new Set([zone.id])); goTo($("#map-heading")); }, { variant: "tertiary", size: "sm", "aria-label": t("zones.show-named", { name: picked(zone.name) }) }),
    button(t("common.edit"), () => { reset(zone); map.look([zone.geometry]); goTo($("#zone-heading")); }, { variant: "tertiary", size: "sm", "aria-label": t("zones.edit-named", { name: picked(zone.name) }) }),
    button(t("common.remove"), () => away(zone), { variant: "tertiary", size: "sm", colour: "danger", "aria-label": t("zones.remove-named", { name: picked(zone.name) }) }))));

async function away(zone) {
  if (!(await confirmed({ heading: t("zones.remove-heading", { name: picked(zone.name) }), text: t("zones.remove-text"), yes: t("common.remove"), danger: true }))) return;
  if (await attempt(problem, null, async () => { await remove(`/v1/staff/zones/${zone.id}`); await load(); })) {
    announce(t("zones.removed", { name: picked(zone.name) }));
    goTo($("#list-heading"));
  }
}

searching($("#find"), load);
$("#more").onclick = (event) => attempt(problem, event.target, async () => { const place = zones.length; await further(); goTo($(`#zone-${zones[place]?.id} button`) ?? $("#list-heading")); });
$("#draw").onclick = () => { pen?.begin(); corners.clear(); take(null); announce(t("zones.draw-help")); };
$("#clear").onclick = () => { pen?.clear(); corners.clear(); take(null); };
$("#add-corner").onclick = () => corners.add();
$("#cancel").onclick = () => { reset(); goTo($("#zone-heading")); };
$("#centre").onclick = () => { const { lng, lat } = map.canvas.getCenter(); $("#lat").value = lat.toFixed(6); $("#lon").value = lng.toFixed(6); circle(); };
for (const id of ["#lat", "#lon", "#radius"]) $(id).addEventListener("input", circle);
for (const radio of $$("input[name=way]", form)) radio.addEventListener("change", changeWay);

reset();
await attempt(problem, null, async () => {
  const town = await get(`/v1/municipalities/${told.municipality.number}`);
  map = townMap($("#map"), { title: t("zones.map"), boundary: town.boundary });
  await load();
  const canvas = await map.ready;
  pen = pens(canvas, drawn);
  map.zones(zones);
});
