// What was written to a survey in people's own words: published with the results, or refused with a reason, one by one or many.
import { announce } from "./announcer.js";
import { get, post } from "./api.js";
import { $, $$, button, el, field, fill, freshId, goTo } from "./elements.js";
import { attempt } from "./problems.js";
import { number, picked, t, told } from "./told.js";

/** Show the comments of the page's survey, those that wait first, below each question that they were written to. */
export function comments() {
  const base = `/v1/staff/surveys/${told.survey.id}/comments`;
  const list = $("#comments"), which = $("#which"), more = $("#more"), problem = $("#comments-problem"), whole = $("#select-all"), reason = $("#reason");
  let next = null;

  const boxes = (state = "") => $$(`[data-comment]${state}`, list);
  const chosen = () => boxes(":checked").map((box) => box.value);

  async function read(anew) {
    const page = await get(`${base}?state=${which.value}${!anew && next ? `&cursor=${next}` : ""}`);
    next = page.next;
    if (anew) fill(list);
    for (const one of page.items) below(one.question).append(card(one));
    if (!boxes().length) list.append(el("p", { class: "ds-paragraph quiet" }, t("result.comments-none")));
    more.hidden = !next;
    count(page.counts);
    choose();
  }

  function count(counts) {
    for (const option of which.options) option.textContent = `${t(`result.which-${option.value}`)} (${number(counts[option.value])})`;
  }

  /** The list below a question, which stands once as a heading. */
  function below(question) {
    const there = $(`[data-under="${CSS.escape(question)}"]`, list);
    if (there) return there;
    const heading = el("h3", { class: "ds-heading", "data-size": "2xs", id: freshId("asked") }, picked(told.survey.labels[question]) || question);
    const made = el("ul", { class: "stack plain-list", "data-under": question, "aria-labelledby": heading.id });
    list.append(el("section", { class: "stack" }, heading, made));
    return made;
  }

  const card = (one) => el("li", { class: "ds-card stack" },
    field(el("span", {}, marked(one)), el("input", { class: "ds-input", type: "checkbox", value: one.id, "data-comment": true, onchange: choose }), { toggle: true }),
    one.refused_because ? el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, t("result.refused-because", { reason: one.refused_because })) : null);

  /** The text of a comment; what may tell who somebody is stands out. */
  function marked({ body, marks = [] }) {
    const parts = [];
    let at = 0;
    const letters = [...body];
    for (const { kind, start, end } of marks) {
      parts.push(letters.slice(at, start).join(""), el("mark", {}, letters.slice(start, end).join("")), el("span", { class: "quiet small" }, ` (${t(`result.mark-${kind}`)})`));
      at = end;
    }
    return [...parts, letters.slice(at).join("")];
  }

  /** How many are chosen, and what can be done with them. */
  function choose() {
    const many = chosen().length;
    $("#chosen").textContent = t("result.chosen", { count: number(many), of: number(boxes().length) });
    whole.checked = many > 0 && many === boxes().length;
    whole.indeterminate = many > 0 && many < boxes().length;
    $("#publish").hidden = which.value === "published";
    $("#refuse-form").hidden = which.value === "refused";
    $("#again").hidden = which.value === "waiting";
  }

  const decide = (pressed, state, because) => attempt(problem, pressed, async () => {
    const ids = chosen();
    if (!ids.length) { goTo(whole); throw { spoken: t("result.choose-some") }; }
    if (state === "refused" && !because) { goTo(reason); throw { spoken: t("result.needs-reason") }; }
    await judge(ids, state, because);
    reason.value = "";
    if (which.value === "waiting") offerUndo(ids, state);
  });

  async function judge(ids, state, because) {
    const { decided } = await post(`${base}/moderation`, { ids, state, ...(because ? { refused_because: because } : {}) });
    await read(true);
    announce(t(`result.done-${state}`, { count: number(decided) }));
    goTo($("#comments-heading"));
  }

  function offerUndo(ids, state) {
    const undo = button(t("result.undo"), (event) => attempt(problem, event.target, async () => { fill($("#undo")); await judge(ids, "waiting"); }), { variant: "secondary", size: "sm" });
    fill($("#undo"), el("p", { class: "ds-paragraph" }, t(`result.done-${state}`, { count: number(ids.length) })), undo);
  }

  whole.onchange = () => { for (const box of boxes()) box.checked = whole.checked; choose(); };
  $("#publish").onclick = (event) => decide(event.target, "published");
  $("#again").onclick = (event) => decide(event.target, "waiting");
  $("#refuse-form").addEventListener("submit", (event) => { event.preventDefault(); decide(event.submitter, "refused", reason.value.trim()); });
  which.onchange = () => { fill($("#undo")); attempt(problem, null, () => read(true)); };
  more.onclick = (event) => attempt(problem, event.target, () => read(false));
  return attempt(problem, null, () => read(true));
}
