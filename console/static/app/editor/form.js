// The editor's form: put what is written of a survey into it, and read it out again.
import { $, $$, el, field, fill } from "../elements.js";
import { localized } from "../localized.js";
import { questionList } from "../questions.js";
import { languageName, t } from "../told.js";

/** Of the document what the form does not show, and keeps as it is. */
const KEPT = ["assurance", "plan_id", "opens_at"];

/** The last moment of a day as the browser knows it, and the day of a moment. */
const lastMoment = (day) => new Date(`${day}T23:59:00`).toISOString();
const dayOf = (at) => new Date(new Date(at).getTime() - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

/** `town` are the municipality's languages, `triggers()` those that lead to this survey. */
export function surveyForm(form, { town, triggers, changed }) {
  const languages = () => town.filter((tag, i) => i === 0 || $(`#language-${tag}`).checked);
  const questions = questionList($("#questions"), languages, changed);
  let kept = {}, whom = { eligibility: { kind: "registered" }, place: null }, who = null, title, intro, message;

  fill($("#language-choices"), town.map((tag, i) =>
    field(languageName(tag), el("input", { class: "ds-input", type: "checkbox", id: `language-${tag}`, checked: true, disabled: i === 0, onchange: () => { texts(said()); questions.set(questions.read()); changed(); } }), { toggle: true })));

  const said = () => ({ title: title?.read(), intro: intro?.read(), message: message?.read() });

  function texts(before) {
    title = localized(t("survey.title"), languages(), { value: before.title, maximum: 120, pointer: "/title", help: t("survey.title-help") });
    intro = localized(t("survey.intro"), languages(), { value: before.intro, long: true, maximum: 2000, pointer: "/intro", optional: true, help: t("survey.intro-help") });
    message = localized(t("survey.message"), languages(), { value: before.message, maximum: 178, pointer: "/campaign/body", help: t("survey.message-help") });
    fill($("#texts-about"), title.element, intro.element);
    fill($("#message"), message.element);
  }

  function read() {
    const document = {
      ...kept, title: title.read() ?? {}, languages: languages(), eligibility: who ? who.eligibility(triggers()) : whom.eligibility, questions: questions.read(),
    };
    if ($("#smallest").value !== "") document.smallest_group = Number($("#smallest").value);
    if (intro.read()) document.intro = intro.read();
    if ($("#closes").value) document.closes_at = lastMoment($("#closes").value);
    const plan = { place: who ? who.place() : whom.place, message: { send: $("#notify").checked, body: message.read() ?? {} } };
    return { document, plan };
  }

  /** Put a draft into the form, in place of what is there. */
  async function write({ document, plan }) {
    kept = Object.fromEntries(KEPT.filter((name) => document[name]).map((name) => [name, document[name]]));
    const written = new Set(document.languages ?? town);
    for (const tag of town.slice(1)) $(`#language-${tag}`).checked = written.has(tag);
    texts({ title: document.title, intro: document.intro, message: plan?.message?.body });
    $("#closes").value = document.closes_at ? dayOf(document.closes_at) : "";
    $("#smallest").value = document.smallest_group ?? "";
    $("#notify").checked = plan?.message?.send ?? false;
    $("#message").hidden = !$("#notify").checked;
    questions.set(document.questions ?? []);
    whom = { eligibility: document.eligibility ?? whom.eligibility, place: plan?.place ?? null };
    if (who) await who.write(whom.eligibility, whom.place);
  }

  /** The input that a pointer into the document is about. */
  const find = (pointer) => $(`[data-pointer="${pointer}"]`, form)
    || (pointer.startsWith("/questions/") && questions.find(pointer)) || (pointer === "/questions" && $("[data-add]"))
    || (pointer.startsWith("/title") && $("[data-language]", title.element)) || (pointer.startsWith("/intro") && $("[data-language]", intro.element))
    || (pointer.startsWith("/eligibility/triggers") && $("#zone")) || (pointer.startsWith("/eligibility/areas") && $("[data-district]"))
    || (pointer.startsWith("/eligibility") && $("input[name=reach]:checked")) || null;

  texts({});
  $("#notify").onchange = () => { $("#message").hidden = !$("#notify").checked; };
  return {
    read, write, find, questions, languages,
    /** The choice of whom it is for, once the places are known. */
    async choose(chosen, place) {
      who = chosen;
      await who.write(whom.eligibility, whom.place ?? place);
    },
    title: () => title.read(),
    /** The deadline, or so many days from now where there is none to come. */
    until(days) {
      const end = $("#closes").value && lastMoment($("#closes").value);
      return end && Date.parse(end) > Date.now() ? end : new Date(Date.now() + days * 86_400_000).toISOString();
    },
    texts: () => $$("[data-language]", form).filter((input) => input.closest("#message[hidden]") === null),
    /** Unfold what a text stands in. */
    show(input) {
      const card = input.closest("[data-question]");
      if (card) questions.fold(card, false);
      for (let inside = input.closest("details"); inside; inside = inside.parentElement.closest("details")) inside.open = true;
    },
  };
}
