// Whom a survey is for: everyone, those who follow some districts, or those who come to a place.
import { $, $$, el, field, fill } from "./elements.js";
import { townMap } from "./map.js";
import { picked, t } from "./told.js";

/** The choice below "who", with its map; `changed()` hears of every change. */
export function reach(zones, boundary, changed) {
  const districts = zones.filter((zone) => zone.kind === "district");
  const places = zones.filter((zone) => zone.kind === "trigger");
  const map = townMap($("#map"), { title: t("survey.map"), boundary, still: true });
  fill($("#district-choices"), districts.map((zone) =>
    field(picked(zone.name), el("input", { class: "ds-input", type: "checkbox", value: zone.id, "data-district": true }), { toggle: true })));
  fill($("#zone"), el("option", { value: "" }, t("survey.choose-zone")), places.map((zone) => el("option", { value: zone.id }, picked(zone.name))));
  $("#reach-districts").closest(".ds-field").hidden = !districts.length;
  $("#reach-place").closest(".ds-field").hidden = !places.length;

  let kept = null;

  const kind = () => $("input[name=reach]:checked").value;
  const chosen = () => kind() === "districts" ? $$("[data-district]:checked").map((box) => box.value) : kind() === "place" && $("#zone").value ? [$("#zone").value] : [];

  function show() {
    $("#districts").hidden = kind() !== "districts";
    $("#place").hidden = kind() !== "place";
    const picks = new Set(chosen());
    map.zones(kind() === "place" ? places : districts, picks);
    const seen = zones.filter((zone) => picks.has(zone.id)).map((zone) => zone.geometry);
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
    put(eligibility, trigger) {
      if (eligibility?.kind === "interest") kept = eligibility;
      const areas = new Set(eligibility?.kind === "area" ? eligibility.areas : []);
      for (const box of $$("[data-district]")) box.checked = areas.has(box.value);
      if (areas.size) $("#reach-districts").checked = true;
      if (trigger) {
        $("#reach-place").checked = true;
        $("#zone").value = trigger.zone_id;
        $("#dwell").value = String(trigger.dwell_s);
        $("#only-there").checked = eligibility?.kind === "present";
      }
      show();
    },
  };
}
