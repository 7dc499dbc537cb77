// Zones: where a survey can reach people, and the districts that residents follow.
import { announce } from "./announcer.js";
import { all, get, post, Problem, put } from "./api.js";
import { confirmed } from "./confirm.js";
import { $, el, fill, goTo } from "./elements.js";
import { localized, townLanguages } from "./localized.js";
import { townMap } from "./map.js";
import { begin, drawOn, fieldOf, outlined } from "./outlining.js";
import { placeSearch } from "./place-search.js";
import { attempt, clearProblem, showProblem } from "./problems.js";
import { picked, t, told } from "./told.js";
import { zoneImport } from "./zone-import.js";
import { zoneList } from "./zone-list.js";

const form = $("#zone"), problem = $("#problem");
let edited = null, names, map, districts = [], attemptKey = crypto.randomUUID();

function reset(zone = null) {
  edited = zone;
  attemptKey = crypto.randomUUID();
  form.reset();
  names = localized(t("zones.name"), townLanguages(), { value: zone?.name, pointer: "/name" });
  fill($("#names"), names.element);
  $("#zone-heading").textContent = zone ? t("zones.edit-heading", { name: picked(zone.name) }) : t("zones.new");
  $("#cancel").hidden = !zone;
  $("#sensitive").checked = zone?.sensitive ?? false;
  if (zone) $(`#kind-${zone.kind}`).checked = true;
  within(zone?.parent_id);
  clearProblem(problem);
  begin(zone?.geometry ?? null);
}

/** Offer the districts that a zone can lie in, and choose one. */
function within(chosen) {
  const others = districts.filter((one) => one.id !== edited?.id);
  fill($("#parent"), el("option", { value: "" }, t("zones.parent-none")), others.map((one) => el("option", { value: one.id }, picked(one.name))));
  $("#parent").value = chosen ?? "";
}

const fields = { "/kind": "#kind-trigger", "/sensitive": "#sensitive", "/parent_id": "#parent" };
function find(pointer) {
  if (pointer === "/name") return $("[data-language]", form);
  if (pointer.startsWith("/geometry")) return fieldOf(pointer);
  return $(`[data-pointer="${pointer}"]`, form) ?? $(fields[pointer] ?? "#none-such", form);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const missing = [
    names.read() ? null : { pointer: "/name", detail: t("zones.needs-name") },
    outlined() ? null : { pointer: "/geometry", detail: t("zones.needs-shape") },
  ].filter(Boolean);
  if (missing.length) return showProblem(problem, new Problem(422, { errors: missing }), find);
  const body = { ...kept(), name: names.read(), geometry: outlined(), kind: $("input[name=kind]:checked", form).value, sensitive: $("#sensitive").checked, parent_id: $("#parent").value || null };
  let saved = null;
  await attempt(problem, $("#save"), async () => {
    const found = await post(`/v1/staff/zones/check${edited ? `?zone_id=${edited.id}` : ""}`, body);
    if (!(await wanted(found, body))) return;
    saved = edited ? await put(`/v1/staff/zones/${edited.id}`, body) : await post("/v1/staff/zones", body, { headers: { "idempotency-key": attemptKey } });
    await Promise.all([list.reload(saved), loadDistricts()]);
  }, find);
  if (!saved) return;
  announce(t(saved.approval === "waiting" ? "zones.saved-waits" : "zones.saved", { name: picked(body.name) }));
  reset();
  map?.look([saved.geometry]);
  goTo($(`#zone-${saved.id}`) ?? $("#list-heading"));
});

/** What this page does not change of a zone stays as it was. */
function kept() {
  const { open_hours, active_from, active_to } = edited ?? {};
  return edited ? { open_hours, active_from, active_to } : {};
}

/** Whether a zone is to be saved although another is like it, or it will wait. */
async function wanted({ same_name, same_shape, sensitive }, body) {
  const called = (zones) => zones.map((zone) => `«${picked(zone.name)}»`).join(", ");
  const said = [
    same_name.length ? t("zones.same-name", { names: called(same_name) }) : "",
    same_shape.length ? t("zones.same-shape", { names: called(same_shape) }) : "",
    sensitive.length ? t("zones.overlaps", { names: called(sensitive) }) : "",
    edited?.approval === "approved" && JSON.stringify(body.geometry) !== JSON.stringify(edited.geometry) ? t("zones.asks-again") : "",
  ].filter(Boolean);
  return !said.length || confirmed({ heading: t("zones.look-twice"), text: said.join(" "), yes: t("zones.save-anyway") });
}

async function loadDistricts() {
  districts = await all("/v1/staff/zones?kind=district&geometry=false&sort=name&limit=200");
  within($("#parent").value);
}

function edit(zone) {
  reset(zone);
  map.look([zone.geometry]);
  goTo($("#zone-heading"));
}

const list = zoneList({
  show(zone) { map.look([zone.geometry]); map.zones(list.zones(), new Set([zone.id])); goTo($("#map-heading")); },
  edit,
  shown: (zones) => map?.zones(zones),
});

zoneImport($("#import"), () => list.reload());

$("#cancel").onclick = () => { reset(); goTo($("#zone-heading")); };

reset();
await attempt(problem, null, async () => {
  const town = await get(`/v1/municipalities/${told.municipality.number}`);
  map = townMap($("#map"), { title: t("zones.map"), boundary: town.boundary });
  placeSearch(map);
  await Promise.all([list.load(), loadDistricts()]);
  await drawOn(map);
  map.zones(list.zones());
  const asked = new URLSearchParams(location.search).get("edit");
  if (asked) edit(await get(`/v1/staff/zones/${encodeURIComponent(asked)}`));
});
