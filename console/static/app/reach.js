// Whom a survey is for: everyone, those who follow some districts, or those who come to a place.
import { $, $$, el, field, fill } from "./elements.js";
import { townMap } from "./map.js";
import { searching } from "./searching.js";
import { picked, t } from "./told.js";

/**
 * The choice below "who", with its map; `changed()` hears of every change. Of the places only the first are given, without
 * their shapes: `find(words)` looks among all of them, `read(id)` gives a whole one.
 */
export function reach({ districts, places, find, read }, boundary, changed) {
  const shapes = new Map();
  const map = townMap($("#map"), { title: t("survey.map"), boundary, still: true });
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

  let kept = null;

  const kind = () => $("input[name=reach]:checked").value;
  const chosen = () => kind() === "districts" ? $$("[data-district]:checked").map((box) => box.value) : kind() === "place" && $("#zone").value ? [$("#zone").value] : [];

  async function show() {
    $("#districts").hidden = kind() !== "districts";
    $("#place").hidden = kind() !== "place";
    const picks = new Set(chosen());
    const place = kind() === "place" && $("#zone").value;
    if (place && !shapes.has(place)) shapes.set(place, await read(place));
    const drawn = kind() === "place" ? (place ? [shapes.get(place)] : []) : districts;
    map.zones(drawn, picks);
    const seen = drawn.filter((zone) => picks.has(zone.id)).map((zone) => zone.geometry);
    map.look(seen.length ? seen : boundary ? [boundary] : []);
    changed();
  }
  for (const input of [...$$("input[name=reach]"), ...$$("[data-district]"), $("#zone")]) input.addEventListener("change", show);
  map.ready.then(show);

  return {
    kind, chosen,
    areas: () => (kind() === "districts" ? chosen() : []),
    zone: () => (kind() === "place" ? $("#zone").value : ""),
    /** Who may answer, as the survey document says it; `trigger` is known once the survey has been saved. */
    eligibility: (trigger) => kind() === "districts" ? { kind: "area", areas: chosen() }
      : kind() === "place" && $("#only-there").checked && trigger ? { kind: "present", triggers: [trigger] } : (kept ?? { kind: "registered" }),
    async put(eligibility, trigger) {
      if (eligibility?.kind === "interest") kept = eligibility;
      const areas = new Set(eligibility?.kind === "area" ? eligibility.areas : []);
      for (const box of $$("[data-district]")) box.checked = areas.has(box.value);
      if (areas.size) $("#reach-districts").checked = true;
      if (trigger) {
        $("#reach-place").checked = true;
        shapes.set(trigger.zone_id, await read(trigger.zone_id));
        offer(places.items, shapes.get(trigger.zone_id));
        $("#dwell").value = String(trigger.dwell_s);
        $("#only-there").checked = eligibility?.kind === "present";
      }
      await show();
    },
  };
}
