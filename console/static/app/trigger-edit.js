// A rule as a sentence: where, when, what it leads to and how often, said as it will stand.
import { leave } from "./announcer.js";
import { get, post, put } from "./api.js";
import { chooser } from "./chooser.js";
import { $, $$, el } from "./elements.js";
import { townMap } from "./map.js";
import { placeSearch } from "./place-search.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { typed } from "./shapes.js";
import { picked, t, told } from "./told.js";
import { spot } from "./trigger-places.js";

const form = $("#trigger"), problem = $("#problem");
const asked = new URLSearchParams(location.search);
const key = crypto.randomUUID();
const DAY_MS = 86_400_000;
let kept = null, zones, beacons, leads, map = null, waits = 0;

const local = (moment) => { const at = new Date(moment); return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`; };
const midnight = (day, later = 0) => { const at = new Date(`${day}T00:00`); at.setDate(at.getDate() + later); return at.toISOString(); };
const atBeacon = () => $("#on").value === "beacon";
const stays = () => $("#on").value === "dwell" || atBeacon();

/** A bound as it was kept, unless its day was changed: it may lie within the day. */
const bound = (name, day, later) => (!day ? null : kept?.[name] && day === local(Date.parse(kept[name]) - later) ? kept[name] : midnight(day, later ? 1 : 0));

function written() {
  const [kind, subject] = leads.value().split(" ");
  const minutes = $("#minutes").value.trim();
  const days = $$("[name=weekday]:checked").map((box) => Number(box.value));
  const [from, to] = [$("#from").value, $("#to").value];
  return {
    on: $("#on").value,
    zone_id: atBeacon() ? null : zones.value() || null,
    beacon_id: atBeacon() ? beacons.value() || null : null,
    dwell_s: stays() && minutes ? Math.round(typed(minutes) * 60) : 0,
    between: from || to ? { from: from || "00:00", to: to || "24:00" } : null,
    weekdays: days.length ? days : null,
    active_from: bound("active_from", $("#begins").value, 0),
    active_to: bound("active_to", $("#ends").value, 1000) ?? undefined,
    once: $("#once").value, priority: Number($("#priority").value),
    ...(kept && (kept.proof === "beacon") === atBeacon() ? { proof: kept.proof } : {}),
    action: subject ? { kind, subject_id: subject } : undefined,
  };
}

const complete = (rule) => (rule.zone_id || rule.beacon_id) && rule.action && rule.active_to && (rule.on !== "dwell" || rule.dwell_s);

/** Say the rule once nothing more is changed for a moment; what is wrong with it is told when it is saved. */
function say() {
  clearTimeout(waits);
  const mine = waits = setTimeout(async () => {
    const rule = written();
    const said = complete(rule) ? await post("/v1/staff/triggers/sentence", rule).catch(() => null) : null;
    if (mine === waits) $("#sentence").textContent = said?.sentence ?? t("trigger.not-yet-said");
  }, 300);
}

async function show() {
  $("#zone-choice").hidden = atBeacon();
  $("#beacon-choice").hidden = !atBeacon();
  $("#stay").hidden = !stays();
  say();
  const chosen = atBeacon() ? beacons.value() : zones.value();
  if (!map || !chosen) return map?.zones([]);
  const place = await get(`/v1/staff/${atBeacon() ? "beacons" : "zones"}/${chosen}`);
  const shape = place.geometry ?? spot(place.lon, place.lat);
  map.zones([{ id: place.id, name: place.name, kind: "trigger", geometry: shape }], new Set([place.id]));
  map.look([shape]);
}

/** Put a rule into the form. */
function take(rule) {
  const [kind, id] = [rule.action.kind, rule.action.subject_id];
  $("#on").value = rule.on;
  const place = { value: rule.zone_id ?? rule.beacon_id, label: picked(rule.place) };
  (rule.zone_id ? zones : beacons).choose(place);
  if (rule.title) leads.choose({ value: `${kind} ${id}`, label: picked(rule.title), group: t(`trigger.kind-${kind}`) });
  $("#minutes").value = rule.dwell_s ? String(rule.dwell_s / 60) : "";
  for (const box of $$("[name=weekday]")) box.checked = rule.weekdays?.includes(Number(box.value)) ?? false;
  $("#from").value = rule.between?.from ?? "";
  $("#to").value = rule.between ? rule.between.to.replace("24:00", "") : "";
  $("#begins").value = rule.active_from ? local(rule.active_from) : "";
  $("#ends").value = local(Date.parse(rule.active_to) - 1000);
  for (const [id, value, label] of [["once", rule.once, t("trigger.once-days", { count: rule.once.slice(1, -1) })], ["priority", String(rule.priority), String(rule.priority)]]) {
    if (!$$("option", $(`#${id}`)).some((option) => option.value === value)) $(`#${id}`).append(el("option", { value }, label));
    $(`#${id}`).value = value;
  }
}

/** What the address of the page names already: a place, a beacon, a survey, a hearing or an item. */
async function begun() {
  const [zone, beacon, kind] = [asked.get("zone"), asked.get("beacon"), ["survey", "hearing", "info"].find((one) => asked.get(one))];
  if (zone) zones.choose({ value: zone, label: picked((await get(`/v1/staff/zones/${zone}`)).name) });
  if (beacon) {
    $("#on").value = "beacon";
    beacons.choose({ value: beacon, label: (await get(`/v1/staff/beacons/${beacon}`)).name });
  }
  if (kind) {
    const one = await get(`/v1/staff/${{ survey: "surveys", hearing: "hearings", info: "information" }[kind]}/${asked.get(kind)}`);
    leads.choose({ value: `${kind} ${asked.get(kind)}`, label: picked(one.title ?? one.written.title), group: t(`trigger.kind-${kind}`) });
  }
  $("#minutes").value = "5";
  $("#ends").value = local(Date.now() + 90 * DAY_MS);
}

form.addEventListener("input", say);
$("#on").addEventListener("change", () => attempt(problem, null, show));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(problem, $("#save"), async () => {
    const rule = written();
    const saved = kept ? await put(`/v1/staff/triggers/${kept.id}`, rule) : await post("/v1/staff/triggers", rule, { headers: { "idempotency-key": key } });
    leave("/console/triggers", t("trigger.saved", { sentence: saved.sentence }));
  }, finder(form));
});

attempt(problem, null, async () => {
  const changed = () => attempt(problem, null, show);
  const named = (one) => ({ value: one.id, label: picked(one.name) });
  [zones, beacons, leads] = await Promise.all([
    chooser($("#zone-choice"), { label: t("trigger.zone"), find: t("trigger.find-zone"), path: "/v1/staff/zones?kind=trigger&geometry=false", option: named, pointer: "/zone_id", changed }),
    chooser($("#beacon-choice"), { label: t("trigger.beacon"), find: t("trigger.find-beacon"), path: "/v1/staff/beacons", option: named, pointer: "/beacon_id", changed }),
    chooser($("#subject-choice"), { label: t("trigger.leads"), find: t("trigger.find-subject"), path: "/v1/staff/subjects?drafts=true", pointer: "/action",
      option: (one) => ({ value: `${one.kind} ${one.id}`, label: picked(one.title), group: t(`trigger.kind-${one.kind}`) }), changed: say }),
  ]);
  if (told.trigger) take(kept = await get(`/v1/staff/triggers/${told.trigger.id}`));
  else await begun();
  const town = await get(`/v1/municipalities/${told.municipality.number}`);
  map = townMap($("#map"), { title: t("trigger.place-map"), boundary: town.boundary, still: true });
  placeSearch(map);
  await map.ready;
  await show();
}).then(() => { form.dataset.ready = "true"; });
