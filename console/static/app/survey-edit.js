// Writing a survey: what is written saves itself; then it is checked, looked at as residents will see it, and launched.
import { announce } from "./announcer.js";
import { all, get, post, Problem } from "./api.js";
import { preview } from "./audience.js";
import { beside } from "./editor/beside.js";
import { differences } from "./editor/differences.js";
import { showFlow } from "./editor/flow.js";
import { surveyForm } from "./editor/form.js";
import { history } from "./editor/history.js";
import { keeping } from "./editor/keeping.js";
import { showMissing } from "./editor/missing.js";
import { named } from "./editor/named.js";
import { previewing } from "./editor/preview.js";
import { showBeside, showChanged, standing } from "./editor/standing.js";
import { $, $$, el, fill, goTo } from "./elements.js";
import { invitation } from "./invitation.js";
import { launch } from "./launching.js";
import { townLanguages } from "./localized.js";
import { attempt, clearProblem } from "./problems.js";
import { drawn } from "./question-types.js";
import { reach } from "./reach.js";
import { picked, t, told } from "./told.js";

const PLACES = "kind=trigger&geometry=false&limit=50", SENTENCE_MS = 600;
const problem = $("#problem"), place = $("#survey");
const invites = invitation();
const form = surveyForm(place, { town: townLanguages(), triggers: () => invites.ids, changed: () => noted() });

if (told.draft) await form.write(told.draft);
else {
  $("#closes").value = new Date(Date.now() + 21 * 86_400_000).toISOString().slice(0, 10);
  $("#smallest").value = $("#smallest").min;
}
$("#closes").min = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

const say = standing();
const kept = keeping({
  read: form.read, draft: told.draft,
  said(state, about) {
    say(state, about);
    if (state === "changed") showChanged(about, form.read, settle);
  },
  began(id) { window.history.replaceState(null, "", `/console/surveys/${id}/edit`); ask(); },
});
let past = history(JSON.stringify(form.read()));
const ask = beside(kept, (heard) => {
  showBeside(heard);
  if (heard.version > kept.version && kept.isSaved) void kept.changed();
});

let pausing = 0;
/** Something was written: it is kept at once, and can be undone from the next pause on. */
function noted() {
  kept.touched();
  clearTimeout(pausing);
  form.questions.offer();
  past.note(JSON.stringify(form.read()));
  shown();
}
place.addEventListener("input", () => { kept.touched(); clearTimeout(pausing); pausing = setTimeout(noted, SENTENCE_MS); });
place.addEventListener("change", () => noted());
place.addEventListener("submit", (event) => event.preventDefault());

function shown() {
  $("#undo").disabled = !past.canUndo;
  $("#redo").disabled = !past.canRedo;
  const title = picked(form.title());
  $("h1").textContent = title ? t("survey.edit", { title }) : t(kept.id ? "survey.edit-untitled" : "survey.new");
  showMissing($("#missing"), form);
  $("#flow").hidden = !showFlow($("#flow-steps"), form.questions.read(), form.questions.go);
}

/** Go to another state of what is written, and to the place where it differs. */
async function go(text, said) {
  if (text === null) return;
  const before = form.read(), after = JSON.parse(text);
  await form.write(after);
  const [first] = differences(before, after);
  const input = first?.pointer.startsWith("/document") ? form.find(first.pointer.replace("/document", "")) : null;
  if (input) goTo(input);
  kept.touched();
  shown();
  announce(t(said));
}
const undo = () => { noted(); return go(past.undo(), "survey.undone"); };
const redo = () => go(past.redo(), "survey.redone");
$("#undo").onclick = undo;
$("#redo").onclick = redo;
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase(), again = key === "y" || (key === "z" && event.shiftKey);
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  void (again ? redo() : undo());
});

/** Go on with what is written here (`mine`), or with what somebody else has saved. */
async function settle(mine) {
  if (!mine) await form.write(kept.theirs);
  await kept.settled(mine);
  noted();
}

/** The draft is saved as it is, with what invites people to it, and read through. */
async function check() {
  await ready;
  await kept.flush();
  const where = form.read().plan.place;
  await invites.set(kept.id, where?.zone_id ? { ...where, until: form.until(30) } : null);
  await kept.flush();
  const proof = await post(`/v1/staff/surveys/${kept.id}/validate`);
  if (where && !where.zone_id && !where.alone) proof.errors.push({ pointer: "/eligibility/triggers", detail: t("survey.needs-zone") });
  proof.warnings.push(...form.questions.read().flatMap(({ type }, at) => (drawn(type)?.field || ["section", "info"].includes(type) ? [] : [{ pointer: `/questions/${at}`, detail: t("survey.not-here-yet") }])));
  const lines = (found) => found.map((one) => ({ ...one, where: named(one.pointer, { tongue: false }) }));
  fill($("#warnings"), proof.warnings.length ? [el("p", { class: "ds-paragraph" }, t("survey.second-thoughts")),
    el("ul", { class: "ds-list" }, lines(proof.warnings).map((one) => el("li", {}, [one.where, one.detail].filter(Boolean).join(": "))))] : []);
  if (proof.errors.length) throw new Problem(422, { type: "validation", errors: lines(proof.errors) });
}

previewing({ read: () => form.read().document, languages: form.languages, saved: async () => { await kept.flush(); return kept.id; } });

let who;
async function audience() {
  await ready;
  const seen = await preview($("#audience"), { areas: who.areas(), languages: form.languages() });
  if (who.zone()) $("#audience").prepend(el("p", { class: "ds-paragraph", "data-size": "sm" }, t(who.alone() ? "survey.audience-alone" : "survey.audience-place")));
  return seen;
}

/** What is said of the audience until it is asked for; and to whom a message would go. */
function reached() {
  fill($("#audience"), el("p", { class: "ds-paragraph" }, t(who?.alone() ? "survey.audience-alone" : who?.zone() ? "survey.audience-place" : "survey.audience-none")));
  $("#notify-help").textContent = t(who?.kind() === "place" ? "survey.notify-place" : "survey.notify-help");
}

$("#check").onclick = async () => { if (await attempt(problem, $("#check"), check, form.find)) announce(t("survey.valid")); };
$("#preview").onclick = () => attempt(problem, $("#preview"), audience);
$("#launch").onclick = () => attempt(problem, $("#launch"), () => launch({ check, survey: () => kept.id }), form.find);
$("#fold").onclick = () => { const is = $("#fold").getAttribute("aria-pressed") !== "true"; $("#fold").setAttribute("aria-pressed", String(is)); form.questions.foldAll(is); };
for (const one of $$("[data-add]")) one.onclick = () => { goTo($("input, textarea", form.questions.add(one.dataset.add))); noted(); };

/** What was written here before and was never saved is put in again; whoever has saved since is asked about it. */
async function recover() {
  const copy = await kept.found();
  if (!copy) return;
  const state = JSON.parse(copy.text);
  if (told.draft && !differences(state, { document: told.draft.document, plan: told.draft.plan }).length) return void kept.forget();
  await form.write(state);
  kept.took(copy);
  noted();
  announce(t("survey.recovered"));
}

const ready = attempt(problem, null, async () => {
  const [about, districts, places, trigger] = await Promise.all([get(`/v1/municipalities/${told.municipality.number}`), all("/v1/staff/zones?kind=district"),
    get(`/v1/staff/zones?${PLACES}`), kept.id ? invites.find(kept.id) : null]);
  who = reach({ districts, places, find: (words) => get(`/v1/staff/zones?${PLACES}&q=${encodeURIComponent(words)}`), read: (id) => get(`/v1/staff/zones/${id}`) },
    about.boundary, reached);
  await form.choose(who, trigger && { zone_id: trigger.zone_id, dwell_s: trigger.dwell_s, alone: told.draft?.document.eligibility?.kind === "present" });
  kept.asRead();
  if (!past.canUndo) past = history(JSON.stringify(form.read()));
  await recover();
  if (kept.id) { void ask(); if (told.draft.version) say("saved", told.draft); }
  shown();
  clearProblem(problem);
  place.dataset.ready = "true";
  const see = new URLSearchParams(location.search).get("see");
  if (see) goTo(form.find(see) ?? $("h1"));
});
