// Zones from a file: what becomes of each feature is seen before anything is kept.
import { announce } from "./announcer.js";
import { post } from "./api.js";
import { $, button, el, fill, goTo } from "./elements.js";
import { attempt, clearProblem, showProblem } from "./problems.js";
import { number, picked, t } from "./told.js";

const LARGEST = 20 * 2 ** 20, LOOKED_INTO = 1_000, AT_FIRST = 100;
const NAMES = /^(name|navn|namn)$/i, NAMELIKE = /(?<!kommune|fylkes|country|file|layer|user)(name|navn|namn)$/i;
const COLOURS = { new: "success", changed: "info", same: "neutral", refused: "danger" };

/** The section of the page; `imported()` is called once zones have come from a file. */
export function zoneImport(section, imported) {
  const problem = $("#import-problem"), form = $("#import-form");
  let raw = null, features = [], asked = 0;

  async function choose(file) {
    clearProblem(problem);
    fill($("#import-report"));
    form.hidden = true;
    if (!file) return;
    if (file.size > LARGEST) return showProblem(problem, { spoken: t("zones.file-large") });
    raw = new Uint8Array(await file.arrayBuffer());
    features = featuresOf(raw);
    const keys = [...new Set(features.slice(0, LOOKED_INTO).flatMap((one) => Object.keys(one?.properties ?? {})))];
    const option = (key, label = key) => el("option", { value: key }, label);
    fill($("#import-name"), option("", t("zones.import-name-guess")), keys.map((key) => option(key)));
    fill($("#import-id"), option("", t("zones.import-id-none")), keys.map((key) => option(key)));
    $("#import-name").value = keys.find((key) => NAMES.test(key)) ?? keys.find((key) => NAMELIKE.test(key)) ?? "";
    form.hidden = false;
    await check();
  }

  function send(dryRun) {
    const query = new URLSearchParams({ kind: $("input[name=import-kind]:checked", form).value, dry_run: dryRun });
    for (const part of ["name", "id"]) if ($(`#import-${part}`).value) query.set(part, $(`#import-${part}`).value);
    return post(`/v1/staff/zones/import?${query}`, raw, { headers: { "content-type": "application/geo+json" } });
  }

  const check = () => attempt(problem, null, async () => {
    fill($("#import-report"));
    const mine = ++asked, report = await send(true);
    if (mine === asked) show(report); // Another choice was made meanwhile: its answer is the one to show.
  });

  function counted(report, key) {
    const of = { new: 0, changed: 0, same: 0, refused: 0 };
    for (const one of report.features) of[one.outcome] += 1;
    return { of, said: t(key, Object.fromEntries(Object.entries(of).map(([outcome, count]) => [outcome, number(count)]))) };
  }

  function show(report) {
    const { of, said } = counted(report, "zones.import-checked"), count = of.new + of.changed;
    const rows = report.features.toSorted((a, b) => (b.outcome === "refused") - (a.outcome === "refused"));
    const body = el("tbody", {}, rows.slice(0, AT_FIRST).map(row));
    const rest = rows.length > AT_FIRST && button(t("zones.import-more", { count: number(rows.length) }), (event) => {
      body.append(...rows.slice(AT_FIRST).map(row));
      event.target.remove();
      goTo(body.rows[AT_FIRST]);
    }, { variant: "tertiary", size: "sm" });
    fill($("#import-report"),
      el("p", { class: "ds-paragraph", role: "status", id: "import-said" }, count ? said : `${said} ${t("zones.import-nothing")}`),
      el("div", { class: "row" }, count ? button(t("zones.import-act", { count: number(count) }), keep, { id: "import-keep" }) : null),
      el("div", { class: "scroll" }, el("table", { class: "ds-table", "data-size": "sm" }, el("caption", { class: "ds-sr-only" }, t("zones.import")),
        el("thead", {}, el("tr", {}, ["zones.import-number", "zones.name", "zones.import-outcome", "zones.import-said"].map((key) => el("th", { scope: "col" }, t(key))))), body)),
      rest);
  }

  const row = (one) => el("tr", {},
    el("td", { class: "numeric" }, number(one.number)), el("th", { scope: "row" }, one.name ? picked(one.name) : named(one.number)),
    el("td", {}, el("span", { class: "ds-tag", "data-size": "sm", "data-color": COLOURS[one.outcome] }, t(`zones.import-${one.outcome}`))),
    el("td", {}, one.said.join(" · ")));

  /** What a feature that was refused seems to be called. */
  function named(place) {
    const name = features[place - 1]?.properties?.[$("#import-name").value];
    return ["string", "number"].includes(typeof name) ? String(name).slice(0, 200) : "–";
  }

  async function keep(event) {
    let report = null;
    if (!(await attempt(problem, event.target, async () => { report = await send(false); await imported(); }))) return;
    const { said } = counted(report, "zones.import-done");
    announce(said);
    fill($("#import-report"), el("p", { class: "ds-paragraph" }, said));
    form.hidden = true;
    $("#import-file").value = "";
    goTo($("#list-heading"));
  }

  $("#import-file").addEventListener("change", (event) => choose(event.target.files[0]));
  form.addEventListener("change", check);
  for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());
  for (const kind of ["dragenter", "dragover"]) section.addEventListener(kind, () => section.toggleAttribute("data-over", true));
  for (const kind of ["dragleave", "drop"]) section.addEventListener(kind, () => section.toggleAttribute("data-over", false));
  section.addEventListener("drop", (event) => choose(event.dataTransfer.files[0]));
}

/** The features of a file, as far as the page can read it; the server says what is wrong with any other. */
function featuresOf(raw) {
  try {
    const read = JSON.parse(new TextDecoder().decode(raw));
    const whole = Array.isArray(read?.features) ? read : Object.values(read ?? {}).find((one) => Array.isArray(one?.features));
    return whole?.features ?? [];
  } catch {
    return [];
  }
}
