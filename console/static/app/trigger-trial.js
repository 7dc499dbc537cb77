// Trying the rules on a walk, drawn or brought along: what would have been asked, when, and why at each step.
import { get, post } from "./api.js";
import { $, $$, button, el, field, fill, goTo } from "./elements.js";
import { townMap } from "./map.js";
import { finder } from "./pointers.js";
import { placeSearch } from "./place-search.js";
import { attempt } from "./problems.js";
import { typed } from "./shapes.js";
import { clock, moment, number, picked, t, told } from "./told.js";
import { trackLayer } from "./track-layer.js";
import { placeOf, spot } from "./trigger-places.js";
import { together, walk } from "./walks.js";

const form = $("#trial"), problem = $("#problem");
const TICK_MS = 250;
let stops = [], map = null, layer = null, seen = null, playing = null;

const ms = (time) => Date.parse(time);
const find = (pointer) => (/^\/(track|gpx)/.test(pointer) ? $(way() === "file" ? "#file" : "#centre") : finder(form)(pointer));
const way = () => $("[name=way]:checked", form).value;
const local = (at) => { const shown = new Date(at); shown.setMinutes(shown.getMinutes() - shown.getTimezoneOffset()); return shown.toISOString().slice(0, 16); };

function showStops() {
  layer?.stops(stops.map((one) => [one.lon, one.lat]));
  if (!seen) layer?.line(stops.map((one) => [one.lon, one.lat]));
  fill($("#stops"), stops.length ? stops.map((one, i) => el("li", { class: "row end" },
    field(t("trial.stay", { number: number(i + 1) }), el("input", { class: "ds-input narrow", inputmode: "decimal", value: String(one.minutes), autocomplete: "off", oninput: (event) => { one.minutes = typed(event.target.value) || 0; } })),
    button(t("common.remove"), () => { stops.splice(i, 1); changed(); goTo($("#centre")); }, { variant: "tertiary", size: "sm", "aria-label": t("trial.remove-stop", { number: number(i + 1) }) })))
    : el("li", { class: "quiet" }, t("trial.no-stops")));
}

/** The walk is another: what was found of the last one no longer stands. */
function changed() {
  seen = null;
  pause();
  layer?.fired([]);
  layer?.here(null);
  layer?.line([]);
  for (const id of ["#result", "#replay"]) $(id).hidden = true;
  showStops();
}

function add({ lng, lat }) {
  if (way() !== "draw") return;
  stops.push({ lon: lng, lat, minutes: 0 });
  changed();
}

async function track() {
  if (way() === "draw") {
    if (!stops.length) throw { spoken: t("trial.needs-walk") };
    return { track: walk(stops, new Date($("#begins").value || Date.now()).getTime()) };
  }
  const [file] = $("#file").files;
  if (!file) throw { spoken: t("trial.needs-file") };
  const text = await file.text();
  if (text.replace(/^\uFEFF/, "").trimStart().startsWith("<")) return { gpx: text };
  try {
    return { track: JSON.parse(text.replace(/^\uFEFF/, "")) };
  } catch {
    throw { spoken: t("trial.neither") };
  }
}

/** What is called what: the places and rules that the track met, each asked for once. */
async function named(ids, path, put) {
  const found = await Promise.all([...new Set(ids)].filter(Boolean).map((id) => get(`${path}/${id}`).catch(() => null)));
  return new Map(found.filter(Boolean).map((one) => [one.id, put(one)]));
}

async function met(decisions) {
  const [zones, beacons, rules] = await Promise.all([
    named(decisions.map((one) => one.zone_id), "/v1/staff/zones", (one) => ({ ...one, called: picked(one.name) })),
    named(decisions.map((one) => one.beacon_id), "/v1/staff/beacons", (one) => ({ ...one, called: one.name, kind: "trigger", geometry: spot(one.lon, one.lat) })),
    named(decisions.map((one) => one.trigger_id), "/v1/staff/triggers", (one) => one.sentence),
  ]);
  return { places: new Map([...zones, ...beacons]), rules };
}

/** What was found, and how sure that is. */
const sure = (one) => (one.chance === null ? one.said : t("trial.sure", { said: one.said, share: number(100 * one.chance) }));

async function show(found) {
  seen = found;
  const { places, rules } = await met(found.decisions);
  const matters = (one) => (places.get(one.zone_id ?? one.beacon_id)?.kind ?? "trigger") === "trigger";
  const rows = together(found.decisions.filter(matters));
  const fired = new Set(found.fired.map((one) => `${one.trigger_id} ${one.at}`));
  const invites = (one) => one.trigger_id && fired.has(`${one.trigger_id} ${one.at}`);
  const points = found.points.map((one) => [one.lon, one.lat]);
  const near = (at) => points[Math.max(found.points.findLastIndex((one) => ms(one.at) <= ms(at)), 0)];
  map?.zones([...places.values()].filter((one) => one.kind === "trigger"), new Set(found.decisions.filter(invites).map((one) => one.zone_id ?? one.beacon_id)));
  layer?.line(points);
  layer?.fired(points.length ? found.fired.map((one) => near(one.at)) : []);
  if (points.length) map?.look(points.map(([lon, lat]) => spot(lon, lat, 30)));
  fill($("#summary"),
    el("p", { class: "ds-alert", "data-color": found.fired.length ? "success" : "info" }, found.fired.length === 1 ? t("trial.invited-once") : found.fired.length ? t("trial.invited", { count: number(found.fired.length) }) : t(rows.length ? "trial.not-invited" : "trial.met-nothing")),
    found.fired.length ? el("ol", { class: "ds-list" }, found.fired.map((one) => el("li", {}, el("b", {}, moment(one.at)), " ", rules.get(one.trigger_id) ?? ""))) : null,
    found.notes.length ? el("ul", { class: "ds-list" }, found.notes.map((note) => el("li", {}, note))) : null);
  fill($("#steps"), rows.map((one) => el("tr", { "data-invites": Boolean(invites(one)) },
    el("td", {}, one.until === one.at ? clock(one.at) : t("trial.span", { from: clock(one.at), to: clock(one.until) })),
    el("td", {}, places.get(one.zone_id ?? one.beacon_id)?.called ?? "–"),
    el("td", {}, invites(one) ? el("b", {}, one.said) : sure(one), one.trigger_id && rules.has(one.trigger_id) ? el("div", { class: "quiet small" }, rules.get(one.trigger_id)) : null))));
  $("#result").hidden = false;
  $("#replay").hidden = points.length < 2;
  $("#step").max = Math.max(points.length - 1, 0);
  $("#step").value = 0;
  seen.said = (when) => rows.filter((one) => ms(one.at) <= ms(when) && ms(when) <= ms(one.until)).map((one) => `${places.get(one.zone_id ?? one.beacon_id)?.called ?? ""}: ${sure(one)}`);
  at(0);
  goTo($("#result-heading"));
}

function at(step) {
  const point = seen?.points[step];
  if (!point) return;
  layer?.here([point.lon, point.lat]);
  const words = [clock(point.at), ...(seen.said?.(point.at) ?? [])].join(" · ");
  $("#here").textContent = words;
  $("#step").setAttribute("aria-valuetext", words);
}

function pause() {
  clearInterval(playing);
  playing = null;
  $("#play").textContent = t("trial.play");
  $("#play").setAttribute("aria-pressed", "false");
}

$("#play").onclick = () => {
  if (playing) return pause();
  const last = Number($("#step").max);
  const stride = Math.max(1, Math.ceil(last / 120));
  if (Number($("#step").value) >= last) $("#step").value = 0;
  $("#play").textContent = t("trial.pause");
  $("#play").setAttribute("aria-pressed", "true");
  playing = setInterval(() => {
    $("#step").value = Math.min(Number($("#step").value) + stride, last);
    at(Number($("#step").value));
    if (Number($("#step").value) >= last) pause();
  }, TICK_MS);
};
$("#step").addEventListener("input", (event) => { pause(); at(Number(event.target.value)); });
for (const radio of $$("[name=way]", form)) {
  radio.addEventListener("change", () => {
    for (const name of ["draw", "file"]) $(`#way-${name}`).hidden = name !== way();
    $("#begins").value = way() === "draw" ? local(Date.now()) : "";
    changed();
  });
}
$("#centre").onclick = () => { if (map) add(map.canvas.getCenter()); };
$("#clear").onclick = () => { stops = []; changed(); };
form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(problem, $("#try"), async () => {
    pause();
    const begins = $("#begins").value;
    await show(await post("/v1/staff/triggers/simulate", {
      ...(await track()), accuracy_m: Number($("#accuracy").value), hears: $("#hears").checked, ...(begins ? { begins_at: new Date(begins).toISOString() } : {}),
    }));
  }, find);
});

$("#begins").value = local(Date.now());
showStops();
attempt(problem, null, async () => {
  const [town, { items }] = await Promise.all([get(`/v1/municipalities/${told.municipality.number}`), get("/v1/staff/triggers?limit=50&state=on&geometry=true")]);
  map = townMap($("#map"), { title: t("trial.map"), boundary: town.boundary });
  placeSearch(map);
  const canvas = await map.ready;
  const shapes = items.map(placeOf);
  map.zones(shapes);
  if (shapes.length) map.look(shapes.map((one) => one.geometry));
  layer = trackLayer(canvas);
  canvas.on("click", (event) => add(event.lngLat));
  showStops();
}).then(() => { form.dataset.ready = "true"; });
