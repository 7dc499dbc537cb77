// The municipality's zones as a list: searched, sorted, and more fetched when it is asked for.
import { get } from "./api.js";
import { $, button, el, fill, goTo } from "./elements.js";
import { attempt } from "./problems.js";
import { searching } from "./searching.js";
import { area } from "./shapes.js";
import { number, picked, t } from "./told.js";

const AT_A_TIME = 50, COLOURS = { waiting: "warning", approved: "success", refused: "danger" };

export const inWords = (m2) => (m2 >= 100_000 ? `${number(m2 / 1e6, 2)} km²` : `${number(m2)} m²`);

/** The list on the page: `show(zone)` and `edit(zone)` are what a row offers, `shown(zones)` hears what is listed. */
export function zoneList({ show, edit, shown }) {
  let zones = [], next = null;
  const find = $("#find"), sort = $("#sort");

  function query(cursor) {
    const asked = new URLSearchParams({ limit: AT_A_TIME, sort: sort.value });
    if (find.value.trim()) asked.set("q", find.value.trim());
    if (cursor) asked.set("cursor", cursor);
    return get(`/v1/staff/zones?${asked}`);
  }

  function add(page) {
    next = page.next;
    shown(zones);
    $("#list").append(...page.items.map(row));
    $("#more").hidden = !next;
    $("#none").textContent = t(find.value.trim() ? "zones.none-found" : "zones.none");
    $("#none").hidden = zones.length > 0;
  }

  const act = (label, named, zone, pressed) =>
    button(label, () => pressed(zone), { variant: "tertiary", size: "sm", "aria-label": t(named, { name: picked(zone.name) }) });

  const row = (zone) => el("tr", { id: `zone-${zone.id}` },
    el("th", { scope: "row" }, el("a", { class: "ds-link", href: `/console/zones/${zone.id}` }, picked(zone.name))), el("td", {}, t(`zones.kind-${zone.kind}`)),
    el("td", {}, zone.approval ? el("span", { class: "ds-tag", "data-size": "sm", "data-color": COLOURS[zone.approval] }, t(`zones.approval-${zone.approval}`)) : ""), el("td", { class: "numeric" }, inWords(area(zone.geometry))),
    el("td", {}, el("div", { class: "row" },
      act(t("zones.show"), "zones.show-named", zone, show),
      act(t("common.edit"), "zones.edit-named", zone, edit))));

  /** The first of the zones that are looked for. */
  async function load() {
    const page = await query();
    zones = page.items;
    fill($("#list"), []);
    add(page);
  }

  searching(find, load);
  sort.addEventListener("change", (event) => attempt($("#problem"), event.target, load));
  $("#more").onclick = (event) => attempt($("#problem"), event.target, async () => {
    const place = zones.length, page = await query(next);
    zones.push(...page.items);
    add(page);
    goTo($(`#zone-${zones[place]?.id} button`) ?? $("#list-heading"));
  });
  return {
    load,
    /** All of them again, and this one among them wherever it would stand. */
    async reload(zone) {
      find.value = "";
      await load();
      if (!zone || zones.some((one) => one.id === zone.id)) return;
      zones.unshift(zone);
      shown(zones);
      $("#list").prepend(row(zone));
    },
    zones: () => zones,
  };
}
