// A notice of a breach: written one language at a time, kept on the server, seen as residents will, and told.
import { leave } from "./announcer.js";
import { post, Problem, put, remove } from "./api.js";
import { confirmed } from "./confirm.js";
import { $, $$, el, field, fill } from "./elements.js";
import { townLanguages } from "./localized.js";
import { attempt } from "./problems.js";
import { languageName, number, t, timeOfDay, told } from "./told.js";

const LABELS = { title: t("breach.headline"), happened: t("breach.happened"), consequences: t("breach.consequences"), measures: t("breach.measures"), contact: t("breach.contact") };
const PARTS = Object.keys(LABELS);
const form = $("#breach"), problem = $("#problem"), languages = townLanguages();
const draft = told.draft;
const words = Object.fromEntries(PARTS.map((part) => [part, { ...draft[part] }]));
const here = `/v1/staff/breaches/drafts/${draft.id}`;
let version = draft.version, language = languages[0], waiting = null, saving = Promise.resolve(), written = "";

const local = (iso) => {
  if (!iso) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};
const instant = (id) => ($(`#${id}`).value ? new Date($(`#${id}`).value).toISOString() : null);
const purposes = () => $$("[name=purpose]:checked", form).map((one) => one.value);
const missing = (tag) => PARTS.filter((part) => !words[part][tag]?.trim());

const tongueOf = (tag) => t("breach.written-of", { language: languageName(tag), written: PARTS.length - missing(tag).length, whole: PARTS.length });

/** The fields of each language, of which one is shown. */
function lay() {
  $("#tongue").append(el("div", { class: "row" }, languages.map((tag) => field(tongueOf(tag),
    el("input", { class: "ds-input", type: "radio", name: "tongue", id: `tongue-${tag}`, value: tag, onchange: () => choose(tag) }), { toggle: true }))));
  fill($("#words"), languages.map((tag) => el("div", { class: "stack loose", "data-tongue": tag }, PARTS.map((part) =>
    field(LABELS[part], el(part === "title" ? "input" : "textarea", { class: "ds-input", id: `${part}-${tag}`, lang: tag, rows: part === "title" ? null : 3, maxlength: part === "title" ? 200 : 5000, autocomplete: "off", value: words[part][tag] ?? "",
      oninput: (event) => { words[part][tag] = event.target.value; tally(); show(); later(); } }))))));
}

function choose(tag) {
  language = tag;
  $(`#tongue-${tag}`).checked = true;
  for (const group of $$("[data-tongue]")) group.hidden = group.dataset.tongue !== tag;
  show();
}

function tally() {
  for (const tag of languages) $(`label[for=tongue-${tag}]`).textContent = tongueOf(tag);
}

/** The notice as residents will see it in their app. */
function show() {
  const said = (part) => words[part][language]?.trim() || t("breach.not-written", { part: LABELS[part] });
  fill($("#preview"), el("section", { class: "ds-alert stack", "data-color": "danger", lang: language },
    el("h3", { class: "ds-heading", "data-size": "2xs" }, said("title")),
    PARTS.slice(1).map((part) => el("p", { class: words[part][language]?.trim() ? "ds-paragraph" : "ds-paragraph quiet" }, said(part)))));
}

const body = () => JSON.stringify({ since: instant("since"), until: instant("until"), purposes: purposes(), ...words });

/** Keep what is written, a moment after the last letter. */
function later() {
  clearTimeout(waiting);
  $("#saved").textContent = t("breach.unsaved");
  waiting = setTimeout(() => { save().catch((error) => attempt(problem, null, () => { throw error; })); }, 700);
}

/** Keep it now, one after the other. */
function save() {
  clearTimeout(waiting);
  saving = saving.catch(() => {}).then(async () => {
    const now = body();
    if (now === written) return;
    const kept = await put(here, { ...JSON.parse(now), version });
    version = kept.version;
    written = now;
    $("#saved").textContent = t("breach.saved-at", { time: timeOfDay(kept.changed_at) });
  });
  return saving;
}

const find = (pointer) => {
  const [, part, tag] = pointer.split("/");
  if (part === "purposes") return $("[name=purpose]", form);
  if (!PARTS.includes(part)) return $(`#${part}`);
  return $(`#${part}-${tag ?? languages.find((one) => !words[part][one]?.trim()) ?? language}`);
};

const untimed = () => ["since", "until"].filter((id) => !instant(id)).map((id) => ({ pointer: `/${id}`, detail: t(`breach.needs-${id}`) }));
const refuse = (errors) => { if (errors.length) throw new Problem(422, { type: "validation", errors }); };

/** What is missing, said once for each language, before anybody is asked whether they are sure. */
const unsaid = () => languages.filter((tag) => missing(tag).length).map((tag) => ({
  pointer: `/${missing(tag)[0]}/${tag}`, detail: t("breach.missing", { language: languageName(tag), parts: missing(tag).map((part) => LABELS[part]).join(" · ") }),
}));

const concerned = () => ({ since: instant("since"), until: instant("until"), purposes: purposes() });
const spoken = (count) => (typeof count === "number" ? number(count) : count);
const count = async () => (await post("/v1/staff/breaches/preview", concerned())).residents;

$("#purposes").append(...Object.entries(told.purposes).map(([key, title]) =>
  field(title, el("input", { class: "ds-input", type: "checkbox", name: "purpose", value: key, id: `whose-${key}`, checked: draft.purposes?.includes(key) }), { toggle: true })),
el("p", { class: "quiet" }, t("breach.whose-help")));
for (const id of ["since", "until"]) $(`#${id}`).value = local(draft[id]);
form.addEventListener("change", (event) => { if (event.target.name !== "tongue") later(); });
$("#count").addEventListener("click", (event) => attempt(problem, event.target, async () => {
  refuse(untimed());
  $("#counted").textContent = t("breach.concerns", { count: spoken(await count()) });
}, find));
$("#discard").addEventListener("click", (event) => attempt(problem, event.target, async () => {
  if (!(await confirmed({ heading: t("breach.discard-heading"), text: t("breach.discard-text"), yes: t("breach.discard"), danger: true }))) return;
  clearTimeout(waiting);
  await saving.catch(() => {});
  await remove(here);
  written = body();
  leave("/console/oversight", t("breach.discarded"));
}));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(problem, $("#tell"), async () => {
    refuse([...untimed(), ...unsaid()]);
    await save();
    if (!(await confirmed({ heading: t("breach.tell-heading"), text: t("breach.tell-text", { count: spoken(await count()) }), yes: t("breach.tell"), danger: true }))) return;
    await post(`${here}/tell`, { version });
    leave("/console/oversight", t("breach.told"));
  }, find);
});
addEventListener("beforeunload", (event) => { if (body() !== written) { save().catch(() => {}); event.preventDefault(); } });
// A field in a language that is not shown is shown before the reader is led to it.
problem.addEventListener("click", (event) => {
  const led = event.target.closest("a");
  const group = led?.hash && document.getElementById(led.hash.slice(1))?.closest("[data-tongue]");
  if (group) choose(group.dataset.tongue);
}, true);
lay();
choose(language);
written = body();
form.dataset.ready = "true";
