// What a map question has beside its words: the area in which answers must lie, and the municipality's own layers to look at.
import { announce } from "../announcer.js";
import { get } from "../api.js";
import { $, $$, button, el, field, fill, freshId, goTo } from "../elements.js";
import { localized, readTexts } from "../localized.js";
import { mark } from "../problems.js";
import { drawable } from "../shapes.js";
import { number, picked, t } from "../told.js";

const MOST_BYTES = 1 << 20;

/** The areas in what a file says, as one geometry; null where there are none. */
export function areasOf(geojson) {
  const parts = geojson?.type === "FeatureCollection" ? geojson.features.map((one) => one.geometry) : [geojson?.type === "Feature" ? geojson.geometry : geojson];
  const rings = parts.flatMap((one) => (one?.type === "Polygon" ? [one.coordinates] : one?.type === "MultiPolygon" ? one.coordinates : []));
  return !rings.length ? null : rings.length === 1 ? { type: "Polygon", coordinates: rings[0] } : { type: "MultiPolygon", coordinates: rings };
}

/** What a file of GeoJSON says; what is wrong with it is said at `input`. */
async function read(input) {
  const [file] = input.files;
  if (!file) return null;
  if (file.size > MOST_BYTES) return void mark(input, t("survey.file-too-large"));
  try {
    return JSON.parse(await file.text());
  } catch {
    mark(input, t("survey.file-not-geojson"));
    return null;
  }
}

const chooser = (label, help, onfile) => {
  const input = el("input", { class: "ds-input", type: "file", accept: ".geojson,.json,application/geo+json", id: freshId("file"), onchange: async () => { const found = await read(input); if (found) onfile(found, input); } });
  return field(label, input, { help });
};

function mask(question) {
  const place = el("div", { class: "stack", "data-special": "mask", "data-part": "mask" });
  place.value = question.mask ?? null;
  const select = el("select", { class: "ds-input" });
  const set = (value) => { place.value = value; place.dispatchEvent(new Event("change", { bubbles: true })); };
  const offer = (zones = []) => {
    fill(select, el("option", { value: "" }, t("survey.mask-none")), place.value ? el("option", { value: "kept" }, t("survey.mask-kept")) : null,
      zones.map((zone) => el("option", { value: zone.id }, picked(zone.name))), zones.length ? null : el("option", { value: "more", hidden: true }, ""));
    select.value = place.value ? "kept" : "";
  };
  select.addEventListener("focus", async () => { offer((await get("/v1/staff/zones?geometry=false&limit=100")).items); }, { once: true });
  select.addEventListener("change", async (event) => {
    event.stopPropagation();
    if (select.value === "kept") return;
    set(select.value ? drawable((await get(`/v1/staff/zones/${select.value}`)).geometry) : null);
    announce(t(place.value ? "survey.mask-chosen" : "survey.mask-none"));
  });
  offer();
  place.append(field(t("survey.mask"), select, { help: t("survey.mask-help") }), chooser(t("survey.mask-file"), undefined, (found, input) => {
    const areas = areasOf(found);
    if (!areas) return mark(input, t("survey.file-no-areas"));
    set(areas);
    offer();
    return announce(t("survey.mask-chosen"));
  }));
  return place;
}

function layers(question, languages) {
  const rows = el("div", { class: "stack" }, (question.layers ?? []).map((one) => layer(one, languages)));
  const add = button(t("survey.layer-add"), () => { const one = layer({}, languages); rows.append(one); goTo($("input", one)); }, { variant: "secondary", size: "sm" });
  return el("div", { class: "stack", "data-special": "layers", "data-part": "layers", role: "group", "aria-label": t("survey.layers") },
    el("div", { class: "ds-label", "data-weight": "medium" }, t("survey.layers")), el("div", { class: "quiet" }, t("survey.layers-help")), rows, el("div", { class: "row" }, add));
}

function layer(one, languages) {
  const name = localized(t("survey.layer"), languages, { value: one.label, maximum: 120 });
  const said = el("p", { class: "ds-paragraph quiet", "data-size": "sm" });
  const tell = () => { said.textContent = row.geojson ? t("survey.layer-holds", { count: number((row.geojson.features ?? [0]).length) }) : t("survey.layer-empty"); };
  const row = el("div", { class: "option", "data-layer": true }, el("div", { class: "stack" }, name.element, said,
    chooser(t("survey.layer-file"), undefined, (found) => { row.geojson = found; tell(); row.dispatchEvent(new Event("change", { bubbles: true })); })),
  button("×", () => { const around = row.parentElement; row.remove(); around.dispatchEvent(new Event("change", { bubbles: true })); goTo($("button", around.parentElement)); }, { variant: "tertiary", "data-icon": true, "aria-label": t("survey.layer-drop") }));
  row.geojson = one.geojson ?? null;
  tell();
  return row;
}

export const special = (name, question, languages) => (name === "mask" ? mask(question) : layers(question, languages));

/** What the special parts of a card say. */
export function readSpecial(card) {
  const found = {}, chosen = $("[data-special=mask]", card), list = $("[data-special=layers]", card);
  if (chosen?.value) found.mask = chosen.value;
  const rows = list ? $$("[data-layer]", list) : [];
  if (rows.length) found.layers = rows.map((row) => ({ label: readTexts($(".tongues, .ds-field", row)) ?? {}, ...(row.geojson ? { geojson: row.geojson } : {}) }));
  return found;
}
