// A polygon's corners as a table that the keyboard can fill in.
import { $$, el, fill, goTo } from "./elements.js";
import { typed } from "./shapes.js";
import { t } from "./told.js";

/** The table in `body`; `changed(ring)` hears of a closed ring of [lon, lat], or null while it is incomplete. */
export function cornerTable(body, changed) {
  const tell = () => changed(read());
  const coordinate = (value, label) => el("input", { class: "ds-input", inputmode: "decimal", autocomplete: "off", "aria-label": label, value: value ?? "", oninput: tell });
  const row = ([lon, lat], i) => el("tr", {},
    el("th", { scope: "row" }, String(i + 1)),
    el("td", {}, coordinate(lat, t("zones.corner-lat", { number: i + 1 }))),
    el("td", {}, coordinate(lon, t("zones.corner-lon", { number: i + 1 }))),
    el("td", {}, el("button", { type: "button", class: "ds-button", "data-variant": "tertiary", "data-size": "sm", "data-icon": true, "aria-label": t("zones.remove-corner", { number: i + 1 }), onclick: () => drop(i) }, "×")));
  const values = () => $$("tr", body).map((one) => $$("input", one).map((input) => input.value)).map(([lat, lon]) => [lon, lat]);
  const show = (points) => fill(body, points.map(row));
  function drop(i) {
    const rest = values().filter((_, j) => j !== i);
    show(rest.length ? rest : [["", ""]]);
    goTo($$("input", body)[Math.min(i, rest.length - 1) * 2] ?? $$("input", body)[0]);
    tell();
  }
  function read() {
    const points = values().map((point) => point.map(typed));
    const good = points.length >= 3 && points.every(([lon, lat]) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90);
    return good ? [...points, points[0]] : null;
  }
  show([["", ""], ["", ""], ["", ""]]);
  return {
    add() { show([...values(), ["", ""]]); goTo($$("input", body).at(-2)); },
    take(ring) { show(ring.slice(0, -1).map((point) => point.map((value) => value.toFixed(6)))); },
    clear() { show([["", ""], ["", ""], ["", ""]]); },
    read,
  };
}
