// Beacons: where they hang, what they send, how they are; one by one or from a file.
import { announce } from "./announcer.js";
import { get, post, put, remove } from "./api.js";
import { confirmed } from "./confirm.js";
import { $, $$, button, el, field, fill, goTo } from "./elements.js";
import { townMap } from "./map.js";
import { finder } from "./pointers.js";
import { placeSearch } from "./place-search.js";
import { attempt, clearProblem } from "./problems.js";
import { searching } from "./searching.js";
import { typed } from "./shapes.js";
import { day, number, t, told } from "./told.js";
import { spot } from "./trigger-places.js";

const PARTS = {
  ibeacon: ["uuid", "major", "minor"], altbeacon: ["id1", "id2", "id3"], eddystone_uid: ["namespace", "instance"],
  eddystone_eid: ["identity_key", "rotation_exponent", "clock_offset"],
};
const NUMBERS = new Set(["major", "minor", "id2", "id3", "rotation_exponent", "clock_offset"]);
const problem = $("#problem"), form = $("#beacon");
const AT_A_TIME = 50;
const COLOURS = { well: "success", dying: "warning", silent: "danger", never: "neutral" };
let changing = null, found = [], next = null, map = null;

const protocolOf = (beacon) => Object.keys(PARTS).find((name) => beacon[name]);
const nameOf = (protocol) => $(`#protocol option[value=${protocol}]`).textContent;

function identity(known = {}) {
  const protocol = $("#protocol").value;
  fill($("#identity"), PARTS[protocol].map((part) => field(t(`beacon.part-${part}`), el("input", {
    class: "ds-input", id: `part-${part}`, "data-part": part, "data-pointer": `/${protocol}/${part}`, autocomplete: "off", spellcheck: "false",
    inputmode: NUMBERS.has(part) ? "numeric" : null, value: known[part] ?? (part === "clock_offset" ? 0 : ""),
  }), part === "identity_key" ? { help: t("beacon.key-help") } : {})));
}

function written() {
  const protocol = $("#protocol").value;
  const sent = Object.fromEntries($$("[data-part]").map((input) => {
    const value = input.value.trim();
    return [input.dataset.part, NUMBERS.has(input.dataset.part) && /^-?\d+$/.test(value) ? Number(value) : value];
  }));
  return { name: $("#name").value.trim(), lat: typed($("#lat").value), lon: typed($("#lon").value), zone_id: changing?.zone_id ?? null, [protocol]: sent };
}

const listed = (cursor) => {
  const asked = new URLSearchParams({ limit: AT_A_TIME });
  if ($("#find").value.trim()) asked.set("q", $("#find").value.trim());
  if (cursor) asked.set("cursor", cursor);
  return get(`/v1/staff/beacons?${asked}`);
};

async function show() {
  const page = await listed();
  found = page.items;
  fill($("#beacons"), found.map(card));
  shown(page.next);
}

function shown(following) {
  next = following;
  map?.zones(found.map(onMap), new Set(found.filter((one) => one.condition === "dying" || one.condition === "silent").map((one) => one.id)));
  $("#more").hidden = !next;
  $("#none").hidden = found.length > 0;
  $("#none").textContent = t($("#find").value.trim() ? "beacon.none-found" : "beacon.none");
}

const onMap = (beacon) => ({ id: beacon.id, name: beacon.name, kind: "trigger", geometry: spot(beacon.lon, beacon.lat) });

function card(beacon) {
  const protocol = protocolOf(beacon);
  const said = PARTS[protocol].filter((part) => beacon[protocol][part] !== undefined).map((part) => `${t(`beacon.part-${part}`)} ${beacon[protocol][part]}`);
  const act = (label, onclick, more = {}) => button(label, onclick, { variant: "tertiary", size: "sm", "aria-label": `${label}: ${beacon.name}`, ...more });
  const health = el("div", { role: "status" });
  const volts = beacon.battery_mv === null ? "" : number(beacon.battery_mv / 1000, 1);
  return el("li", { class: "ds-card stack", id: `beacon-${beacon.id}` },
    el("div", { class: "row between" }, el("h3", { class: "ds-heading", "data-size": "2xs" }, beacon.name), el("span", { class: "ds-tag", "data-size": "sm" }, nameOf(protocol))),
    el("p", { class: "ds-paragraph" }, el("span", { class: "ds-tag", "data-size": "sm", "data-color": COLOURS[beacon.condition] }, t(`beacon.condition-${beacon.condition}`)), " ",
      beacon.last_heard ? t("beacon.last-heard", { day: day(beacon.last_heard) }) : t("beacon.never-heard"), volts ? ` ${t("beacon.battery", { volts })}` : ""),
    el("p", { class: "ds-paragraph quiet identity", "data-size": "sm" }, said.join(" · ")),
    el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, t("beacon.place", { lat: number(beacon.lat, 5), lon: number(beacon.lon, 5) })),
    beacon.triggers.length ? el("ul", { class: "ds-list" }, beacon.triggers.map((rule) => el("li", {}, el("a", { class: "ds-link", href: `/console/triggers/${rule.id}/edit` }, rule.sentence))))
      : el("p", { class: "ds-paragraph" }, t("beacon.no-rule")),
    el("div", { class: "row" }, el("a", { class: "ds-link", href: `/console/triggers/new?beacon=${beacon.id}`, "aria-label": `${t("beacon.new-rule")}: ${beacon.name}` }, t("beacon.new-rule")),
      act(t("beacon.on-map"), () => { map?.look([spot(beacon.lon, beacon.lat)]); goTo($("#map-heading")); }),
      act(t("beacon.health"), (event) => well(event.target, beacon, health)), act(t("common.edit"), () => change(beacon)),
      act(t("beacon.take-down"), (event) => takeDown(event.target, beacon), { colour: "danger" })),
    health);
}

const well = (pressed, beacon, place) => attempt(problem, pressed, async () => {
  const { items } = await get(`/v1/staff/beacons/${beacon.id}/health`);
  const cell = (value, unit) => el("td", { class: "numeric" }, value === null ? "–" : `${number(value, 1)} ${unit}`);
  fill(place, items.length ? el("div", { class: "scroll" }, el("table", { class: "ds-table", "data-size": "sm" }, el("caption", {}, t("beacon.heard")),
    el("thead", {}, el("tr", {}, ["day", "battery", "temperature", "offset"].map((name) => el("th", { scope: "col" }, t(`beacon.health-${name}`))))),
    el("tbody", {}, items.map((one) => el("tr", {}, el("th", { scope: "row" }, day(one.day)), cell(one.battery_mv, "mV"), cell(one.temperature_c, "°C"), cell(one.offset_s, "s"))))))
    : el("p", { class: "ds-paragraph" }, t("beacon.never-heard")));
});

const takeDown = (pressed, beacon) => attempt(problem, pressed, async () => {
  if (!(await confirmed({ heading: t("beacon.take-down-heading", { name: beacon.name }), text: beacon.triggers.length ? t("beacon.take-down-with", { count: number(beacon.triggers.length) }) : t("beacon.take-down-text"), yes: t("beacon.take-down"), danger: true }))) return;
  await remove(`/v1/staff/beacons/${beacon.id}`);
  await show();
  goTo($("#list-heading"));
  announce(t("beacon.taken-down", { name: beacon.name }));
});

/** Put a beacon into the form, or none. */
function change(beacon) {
  changing = beacon;
  clearProblem($("#beacon-problem"));
  $("#beacon-heading").textContent = beacon ? t("beacon.change", { name: beacon.name }) : t("beacon.new");
  for (const name of ["name", "lat", "lon"]) $(`#${name}`).value = beacon?.[name] ?? "";
  if (beacon) $("#protocol").value = protocolOf(beacon);
  identity(beacon?.[protocolOf(beacon)]);
  $("#cancel").hidden = !beacon;
  mark();
  goTo($("#beacon-heading"));
}

$("#protocol").onchange = () => identity();
$("#cancel").onclick = () => change(null);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt($("#beacon-problem"), $("#save"), async () => {
    const saved = changing ? await put(`/v1/staff/beacons/${changing.id}`, written()) : await post("/v1/staff/beacons", written());
    await show();
    change(null);
    announce(t("beacon.saved", { name: saved.name }));
  }, finder(form));
});
/** Judge the file, or take it in; what is wrong is told line by line, in the words of the file. */
async function read(dry) {
  const [file] = $("#file").files;
  if (!file) throw { spoken: t("beacon.needs-file") };
  const report = await post(`/v1/staff/beacons/import?dry_run=${dry}`, new Uint8Array(await file.arrayBuffer()), { headers: { "content-type": "text/csv" } });
  const heads = ["line", "column", "wrong"].map((name) => el("th", { scope: "col" }, t(`beacon.report-${name}`)));
  const rows = report.refused.flatMap((one) => one.errors.map((error) => el("tr", {}, el("td", { class: "numeric" }, number(one.line)), el("td", {}, error.column ?? "–"), el("td", {}, error.detail))));
  fill($("#report"), el("p", { class: "ds-paragraph" }, t(dry ? "beacon.would-be" : "beacon.imported", { count: number(report.created) })),
    rows.length ? el("div", { class: "scroll" }, el("table", { class: "ds-table", "data-size": "sm" }, el("caption", {}, t("beacon.refused")), el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows))) : null);
  $("#take-in").hidden = !dry || !report.created;
  $("#take-in").textContent = t("beacon.take-in", { count: number(report.created) });
  return report;
}

$("#import").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt($("#import-problem"), event.submitter, () => read(true));
});
$("#take-in").onclick = (event) => attempt($("#import-problem"), event.target, async () => {
  const { created } = await read(false);
  await show();
  announce(t("beacon.imported", { count: number(created) }));
});
$("#file").onchange = () => { $("#take-in").hidden = true; fill($("#report")); };
$("#fetch").onclick = (event) => attempt($("#import-problem"), event.target, async () => {
  const content = await get("/v1/staff/beacons/file", { raw: true });
  const link = el("a", { href: URL.createObjectURL(new Blob([content], { type: "text/csv" })), download: t("beacon.file-name") });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});

/** The place in the form, marked on the map. */
function mark() {
  const [lat, lon] = [typed($("#lat").value), typed($("#lon").value)];
  map?.draft(Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? spot(lon, lat) : null);
}

function place({ lng, lat }) {
  $("#lat").value = lat.toFixed(6);
  $("#lon").value = lng.toFixed(6);
  mark();
}

for (const id of ["#lat", "#lon"]) $(id).addEventListener("input", mark);
$("#centre").onclick = () => { if (map) place(map.canvas.getCenter()); };
$("#more").onclick = (event) => attempt(problem, event.target, async () => {
  const page = await listed(next), before = found.length;
  found.push(...page.items);
  $("#beacons").append(...page.items.map(card));
  shown(page.next);
  goTo($(`#beacon-${found[before]?.id} a`) ?? $("#list-heading"));
});
searching($("#find"), show);
identity();
attempt(problem, null, async () => {
  await show();
  const town = await get(`/v1/municipalities/${told.municipality.number}`);
  map = townMap($("#map"), { title: t("beacon.map"), boundary: town.boundary });
  placeSearch(map);
  const canvas = await map.ready;
  canvas.on("click", (event) => place(event.lngLat));
  shown(next);
  if (found.length) map.look(found.map((one) => spot(one.lon, one.lat, 60)));
}).then(() => { $("main").dataset.ready = "true"; });
