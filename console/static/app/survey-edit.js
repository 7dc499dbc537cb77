// Writing a survey: its texts, its questions, whom it is for; then checking, previewing, launching.
import { announce } from "./announcer.js";
import { all, get, post, Problem, put } from "./api.js";
import { preview } from "./audience.js";
import { $, $$, el, field, fill, goTo } from "./elements.js";
import { invitationTo } from "./invitation.js";
import { launch } from "./launching.js";
import { localized, townLanguages } from "./localized.js";
import { attempt } from "./problems.js";
import { questionList } from "./questions.js";
import { reach } from "./reach.js";
import { languageName, t, told } from "./told.js";

const form = $("#survey"), problem = $("#problem");
const town = townLanguages();
const PLACES = "kind=trigger&geometry=false&limit=50";
const languages = () => town.filter((tag, i) => i === 0 || $(`#language-${tag}`).checked);
const questions = questionList($("#questions"), languages);
const key = crypto.randomUUID();
const invitation = invitationTo(key);
const kept = Object.fromEntries(["assurance", "plan_id", "opens_at"].filter((name) => told.survey?.[name]).map((name) => [name, told.survey[name]]));
let saved = told.survey ?? null, who, title, intro, message;

fill($("#language-choices"), town.map((tag, i) =>
  field(languageName(tag), el("input", { class: "ds-input", type: "checkbox", id: `language-${tag}`, checked: true, disabled: i === 0, onchange: write }), { toggle: true })));

/** Put the text fields for the chosen languages on the page, keeping what is written. */
function write() {
  const before = { title: title?.read(), intro: intro?.read(), message: message?.read() };
  title = localized(t("survey.title"), languages(), { value: before.title, maximum: 120, pointer: "/title", help: t("survey.title-help") });
  intro = localized(t("survey.intro"), languages(), { value: before.intro, long: true, maximum: 2000, pointer: "/intro", optional: true, help: t("survey.intro-help") });
  message = localized(t("survey.message"), languages(), { value: before.message, maximum: 178, pointer: "/campaign/body", help: t("survey.message-help") });
  fill($("#texts-about"), title.element, intro.element);
  fill($("#message"), message.element);
  questions.rewrite();
}

function document_() {
  const closes = $("#closes").value;
  const survey = {
    ...kept, title: title.read() ?? {}, languages: languages(), smallest_group: Number($("#smallest").value),
    eligibility: who.eligibility(invitation.id), questions: questions.read(),
  };
  if (intro.read()) survey.intro = intro.read();
  if (closes) survey.closes_at = lastMoment();
  return survey;
}

const find = (pointer) => $(`[data-pointer="${pointer}"]`, form)
  || (pointer.startsWith("/questions/") && questions.find(pointer)) || (pointer === "/questions" && $("[data-add]"))
  || (pointer.startsWith("/title") && $("[data-language]", title.element)) || (pointer.startsWith("/intro") && $("[data-language]", intro.element))
  || (pointer.startsWith("/eligibility") && $("input[name=reach]:checked")) || null;

const lastMoment = (days) => ($("#closes").value ? new Date(`${$("#closes").value}T23:59:00`) : new Date(Date.now() + days * 86_400_000)).toISOString();

/** Save the draft, and for a place the trigger that invites those who come there. */
async function save() {
  await ready;
  if (!saved) saved = await post("/v1/staff/surveys", document_(), { headers: { "idempotency-key": key } });
  const before = invitation.id;
  if (who.zone()) await invitation.set(saved.id, { zone: who.zone(), dwell_s: Number($("#dwell").value), until: lastMoment(30) });
  await put(`/v1/staff/surveys/${saved.id}`, document_());
  if (before && !who.zone()) { await invitation.set(saved.id, null); await put(`/v1/staff/surveys/${saved.id}`, document_()); }
}

async function check() {
  await ready;
  if (who.kind() === "place" && !who.zone()) throw { spoken: t("survey.needs-zone") };
  if (who.kind() === "districts" && !who.areas().length) throw { spoken: t("survey.needs-district") };
  await save();
  const proof = await post(`/v1/staff/surveys/${saved.id}/validate`);
  fill($("#warnings"), proof.warnings.length ? [el("p", { class: "ds-paragraph" }, t("survey.second-thoughts")), el("ul", { class: "ds-list" }, proof.warnings.map((one) => el("li", {}, one.detail)))] : []);
  if (!proof.valid) throw new Problem(422, { type: "validation", errors: proof.errors });
}

async function ask() {
  await ready;
  const audience = await preview($("#audience"), { areas: who.areas(), languages: languages() });
  if (who.zone()) $("#audience").prepend(el("p", { class: "ds-paragraph", "data-size": "sm" }, t("survey.audience-place")));
  return audience;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await attempt(problem, $("#save"), save, find)) announce(t("survey.saved"));
});
$("#check").onclick = async () => { if (await attempt(problem, $("#check"), check, find)) announce(t("survey.valid")); };
$("#preview").onclick = () => attempt(problem, $("#preview"), ask);
$("#notify").onchange = () => { $("#message").hidden = !$("#notify").checked; };

$("#launch").onclick = () => attempt(problem, $("#launch"), () => launch({
  check, ask, until: lastMoment, survey: () => saved.id,
  written: () => ({ title: title.read(), message: message.read(), zone: who.zone(), notifies: $("#notify").checked }),
}), find);

for (const one of $$("[data-add]")) one.onclick = () => { goTo($("input", questions.add(one.dataset.add))); };

const soon = new Date(Date.now() + 21 * 86_400_000);
$("#closes").value = soon.toISOString().slice(0, 10);
$("#closes").min = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
write();
const ready = attempt(problem, null, async () => {
  const [about, districts, places] = await Promise.all([get(`/v1/municipalities/${told.municipality.number}`), all("/v1/staff/zones?kind=district"), get(`/v1/staff/zones?${PLACES}`)]);
  who = reach({ districts, places, find: (words) => get(`/v1/staff/zones?${PLACES}&q=${encodeURIComponent(words)}`), read: (id) => get(`/v1/staff/zones/${id}`) }, about.boundary, () => { fill($("#audience"), el("p", { class: "ds-paragraph" }, t(who?.zone() ? "survey.audience-place" : "survey.audience-none"))); });
  if (told.survey) await read(told.survey);
  form.dataset.ready = "true";
});

/** Put a draft that was saved before into the form. */
async function read(draft) {
  const written = new Set(draft.languages ?? town);
  for (const tag of town.slice(1)) $(`#language-${tag}`).checked = written.has(tag);
  title = { read: () => draft.title };
  intro = { read: () => draft.intro };
  write();
  if (draft.closes_at) $("#closes").value = draft.closes_at.slice(0, 10);
  $("#smallest").value = draft.smallest_group ?? 5;
  for (const one of draft.questions ?? []) questions.add(one.type, one);
  const trigger = await invitation.find(draft.id);
  await who.put(draft.eligibility, trigger);
}
