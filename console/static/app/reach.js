// Whom a survey is for: everyone, those who follow some districts, or those who come to a place.
import { $, $$, el, field, fill } from "./elements.js";
import { townMap } from "./map.js";
import { placeSearch } from "./place-search.js";
import { searching } from "./searching.js";
import { picked, t } from "./told.js";

/**
 * The choice below "who", with its map; `changed()` hears of every change. Of the places only the first are given, without
 * their shapes: `find(words)` looks among all of them, `read(id)` gives a whole one.
 */
export function reach({ districts, places, find, read }, boundary, changed) {
  const shapes = new Map();
  const map = townMap($("#map"), { title: t("survey.map"), boundary, still: true });
  placeSearch(map);
  fill($("#district-choices"), districts.map((zone) =>
    field(picked(zone.name), el("input", { class: "ds-input", type: "checkbox", value: zone.id, "data-district": true }), { toggle: true })));
  const offer = (found, chosen = null) => {
    fill($("#zone"), el("option", { value: "" }, t("survey.choose-zone")), [...(chosen && !found.some((zone) => zone.id === chosen.id) ? [chosen] : []), ...found].map((zone) => el("option", { value: zone.id }, zone.label ?? picked(zone.name))));
    $("#zone").value = chosen?.id ?? "";
  };
  offer(places.items);
  $("#find-zone").closest(".ds-field").hidden = !places.next;
  searching($("#find-zone"), async (words) => {
    const kept = $("#zone").selectedOptions[0];
    offer((await find(words)).items, kept?.value ? { id: kept.value, label: kept.textContent } : null);
  });
  $("#reach-districts").closest(".ds-field").hidden = !districts.length;
  $("#reach-place").closest(".ds-field").hidden = !places.items.length;

  let other = null;

  const kind = () => $("input[name=reach]:checked").value;
  const chosen = () => kind() === "districts" ? $$("[data-district]:checked").map((box) => box.value) : kind() === "place" && $("#zone").value ? [$("#zone").value] : [];

  async function shape(id) {
    if (!shapes.has(id)) shapes.set(id, await read(id));
    return shapes.get(id);
  }

  async function show() {
    $("#districts").hidden = kind() !== "districts";
    $("#place").hidden = kind() !== "place";
    const picks = new Set(chosen());
    const place = kind() === "place" && $("#zone").value;
    const drawn = kind() === "place" ? (place ? [await shape(place)] : []) : districts;
    map.zones(drawn, picks);
    const seen = drawn.filter((zone) => picks.has(zone.id)).map((zone) => zone.geometry);
    map.look(seen.length ? seen : boundary ? [boundary] : []);
    changed();
  }
  for (const input of [...$$("input[name=reach]"), ...$$("[data-district]"), $("#zone"), $("#only-there")]) input.addEventListener("change", show);
  map.ready.then(show);

  return {
    kind, chosen,
    areas: () => (kind() === "districts" ? chosen() : []),
    zone: () => (kind() === "place" ? $("#zone").value : ""),
    alone: () => kind() === "place" && $("#only-there").checked,
    /** Where and after how long people are invited, or null. */
    place: () => (kind() === "place" ? { zone_id: $("#zone").value, dwell_s: Number($("#dwell").value), alone: $("#only-there").checked } : null),
    /** Who may answer, as the survey document says it; `triggers` are those that lead to it. */
    eligibility: (triggers) => kind() === "districts" ? { kind: "area", areas: chosen() }
      : kind() === "place" && $("#only-there").checked ? { kind: "present", triggers } : (other ?? { kind: "registered" }),
    async write(eligibility, place) {
      other = eligibility?.kind === "interest" ? eligibility : null;
      const areas = new Set(eligibility?.kind === "area" ? eligibility.areas : []);
      for (const box of $$("[data-district]")) box.checked = areas.has(box.value);
      $(place ? "#reach-place" : eligibility?.kind === "area" ? "#reach-districts" : "#reach-everyone").checked = true;
      if (place) {
        const zone = place.zone_id ? await shape(place.zone_id).catch(() => null) : null;
        if (zone) offer(places.items, zone);
        else $("#zone").value = "";
        $("#dwell").value = String(place.dwell_s ?? 0);
      }
      $("#only-there").checked = place?.alone ?? true;
      await show();
    },
  };
}
