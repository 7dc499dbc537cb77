// Beacons: where they hang, what they send, how they are; one by one or from a file.
import { announce } from "./announcer.js";
import { all, get, post, put, remove } from "./api.js";
import { confirmed } from "./confirm.js";
import { $, $$, button, el, field, fill, goTo } from "./elements.js";
import { finder } from "./pointers.js";
import { attempt, clearProblem } from "./problems.js";
import { typed } from "./shapes.js";
import { day, number, t } from "./told.js";

const PARTS = {
  ibeacon: ["uuid", "major", "minor"], altbeacon: ["id1", "id2", "id3"], eddystone_uid: ["namespace", "instance"],
  eddystone_eid: ["identity_key", "rotation_exponent", "clock_offset"],
};
const NUMBERS = new Set(["major", "minor", "id2", "id3", "rotation_exponent", "clock_offset"]);
const problem = $("#problem"), form = $("#beacon");
let changing = null;

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

async function show() {
  const beacons = await all("/v1/staff/beacons");
  fill($("#beacons"), beacons.length ? beacons.map(card) : el("li", { class: "quiet" }, t("beacon.none")));
}

function card(beacon) {
  const protocol = protocolOf(beacon);
  const said = PARTS[protocol].filter((part) => beacon[protocol][part] !== undefined).map((part) => `${t(`beacon.part-${part}`)} ${beacon[protocol][part]}`);
  const act = (label, onclick, more = {}) => button(label, onclick, { variant: "tertiary", size: "sm", "aria-label": `${label}: ${beacon.name}`, ...more });
  const health = el("div", { role: "status" });
  return el("li", { class: "ds-card stack" },
    el("div", { class: "row between" }, el("h3", { class: "ds-heading", "data-size": "2xs" }, beacon.name), el("span", { class: "ds-tag", "data-size": "sm" }, nameOf(protocol))),
    el("p", { class: "ds-paragraph quiet identity", "data-size": "sm" }, said.join(" · ")),
    el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, t("beacon.place", { lat: number(beacon.lat, 5), lon: number(beacon.lon, 5) })),
    el("div", { class: "row" }, act(t("beacon.health"), (event) => well(event.target, beacon, health)), act(t("common.edit"), () => change(beacon)),
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
  if (!(await confirmed({ heading: t("beacon.take-down-heading", { name: beacon.name }), text: t("beacon.take-down-text"), yes: t("beacon.take-down"), danger: true }))) return;
  await remove(`/v1/staff/beacons/${beacon.id}`);
  await show();
  goTo($("#list-heading"));
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
$("#import").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt($("#import-problem"), event.submitter, async () => {
    const [file] = $("#file").files;
    if (!file) throw { spoken: t("beacon.needs-file") };
    const report = await post("/v1/staff/beacons/import", new Uint8Array(await file.arrayBuffer()), { headers: { "content-type": "text/csv" } });
    fill($("#report"), el("p", { class: "ds-paragraph" }, t("beacon.imported", { count: number(report.created) })),
      report.refused.length ? el("ul", { class: "ds-list" }, report.refused.map((one) => el("li", {}, t("beacon.refused", { line: number(one.index + 2), reason: one.reason })))) : null);
    await show();
  });
});
identity();
attempt(problem, null, show).then(() => { $("main").dataset.ready = "true"; });
