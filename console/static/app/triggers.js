// Where and when: every rule as a sentence, on or off, and those that are live now on the map.
import { announce } from "./announcer.js";
import { get, put, remove } from "./api.js";
import { confirmed } from "./confirm.js";
import { $, button, el, fill, goTo } from "./elements.js";
import { townMap } from "./map.js";
import { placeSearch } from "./place-search.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { searching } from "./searching.js";
import { placeOf } from "./trigger-places.js";
import { number, t, told } from "./told.js";

const AT_A_TIME = 50;
const COLOURS = { live: "success", waiting: "warning", gone: "danger", not_yet: "info" };
const problem = $("#problem");
let found = [], next = null, map = null;

const listed = (cursor) => {
  const asked = new URLSearchParams({ limit: AT_A_TIME, geometry: true });
  for (const [name, value] of [["q", $("#find").value.trim()], ["state", $("#state").value], ["place_id", new URLSearchParams(location.search).get("place")], ["cursor", cursor]]) if (value) asked.set(name, value);
  return get(`/v1/staff/triggers?${asked}`);
};

async function load() {
  const page = await listed();
  found = page.items;
  fill($("#triggers"), found.map(card));
  shown(page.next);
}

function shown(following) {
  next = following;
  const live = found.filter((one) => one.standing === "live");
  map?.zones(found.map(placeOf), new Set(live.map((one) => one.id)));
  $("#live-now").textContent = live.length === 1 ? t("trigger.live-one") : t("trigger.live-now", { count: number(live.length) });
  $("#more").hidden = !next;
  $("#none").hidden = found.length > 0;
  $("#none").textContent = t($("#find").value.trim() || $("#state").value ? "trigger.none-found" : "trigger.none");
}

function card(one) {
  const act = (label, onclick, more = {}) => button(label, onclick, { variant: "tertiary", size: "sm", "aria-describedby": `said-${one.id}`, ...more });
  const onOff = one.standing === "over" || one.standing === "gone" ? null
    : button(t(one.paused ? "trigger.switch-on" : "trigger.switch-off"), (event) => toggle(event.target, one), { variant: "secondary", size: "sm", "aria-describedby": `said-${one.id}` });
  return el("li", { class: "ds-card stack", id: `trigger-${one.id}` },
    el("p", { class: "ds-paragraph", id: `said-${one.id}` }, one.sentence),
    el("div", { class: "row" }, el("span", { class: "ds-tag", "data-size": "sm", "data-color": COLOURS[one.standing] ?? "neutral" }, t(`trigger.standing-${one.standing}`)),
      onOff, el("a", { class: "ds-link", href: `/console/triggers/${one.id}/edit`, "aria-describedby": `said-${one.id}` }, t("common.edit")),
      act(t("trigger.show"), () => { map?.look([placeOf(one).geometry]); goTo($("#map-heading")); }),
      act(t("common.remove"), (event) => away(event.target, one), { colour: "danger" })));
}

const toggle = (pressed, one) => attempt(problem, pressed, async () => {
  const changed = await put(`/v1/staff/triggers/${one.id}/paused`, { paused: !one.paused });
  const full = { ...changed, geometry: one.geometry };
  found[found.findIndex((each) => each.id === one.id)] = full;
  $(`#trigger-${one.id}`).replaceWith(card(full));
  shown(next);
  goTo($(`#trigger-${one.id} button`));
  announce(t(full.paused ? "trigger.is-off" : "trigger.is-on", { sentence: full.sentence }));
});

const away = (pressed, one) => attempt(problem, pressed, async () => {
  if (!(await confirmed({ heading: t("trigger.remove-heading"), text: one.sentence, yes: t("common.remove"), danger: true }))) return;
  await remove(`/v1/staff/triggers/${one.id}`);
  await load();
  goTo($("#list-heading"));
  announce(t("trigger.removed", { sentence: one.sentence }));
});

searching($("#find"), load);
$("#state").onchange = () => attempt(problem, null, load);
$("#more").onclick = (event) => attempt(problem, event.target, async () => {
  const page = await listed(next), place = found.length;
  found.push(...page.items);
  $("#triggers").append(...page.items.map(card));
  shown(page.next);
  goTo($(`#trigger-${found[place]?.id} button`) ?? $("#list-heading"));
});
$("#cap")?.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt($("#cap-problem"), event.submitter, async () => {
    const { per_day } = await put("/v1/staff/presence", { per_day: Number($("#per-day").value) });
    announce(t("trigger.cap-saved", { count: number(per_day) }));
  }, finder($("#cap")));
});

attempt(problem, null, async () => {
  await load();
  if ($("#cap")) $("#per-day").value = (await get("/v1/staff/presence")).per_day;
  const town = await get(`/v1/municipalities/${told.municipality.number}`);
  map = townMap($("#map"), { title: t("trigger.map"), boundary: town.boundary, still: true });
  placeSearch(map);
  await map.ready;
  shown(next);
  if (found.length) map.look(found.map((one) => placeOf(one).geometry));
}).then(() => { $("main").dataset.ready = "true"; });
