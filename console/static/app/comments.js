// What was written to a survey in people's own words: published with the results, or refused with a reason.
import { announce } from "./announcer.js";
import { get, post } from "./api.js";
import { $, $$, button, el, field, fill, goTo } from "./elements.js";
import { attempt } from "./problems.js";
import { picked, t, told } from "./told.js";

/** Show the comments of the page's survey, those that wait first. */
export function comments() {
  const base = `/v1/staff/surveys/${told.survey.id}/comments`;
  const list = $("#comments"), which = $("#which"), more = $("#more"), problem = $("#problem");
  let next = null;

  async function read(anew) {
    const page = await get(`${base}?state=${which.value}${!anew && next ? `&cursor=${next}` : ""}`);
    next = page.next;
    if (anew) fill(list);
    list.append(...page.items.map(card));
    if (!list.children.length) list.append(el("li", { class: "quiet" }, t("result.comments-none")));
    more.hidden = !next;
  }

  function card(one) {
    const reason = el("input", { class: "ds-input", maxlength: 200, autocomplete: "off", value: one.refused_because ?? "" });
    const wrong = el("div", { class: "problem", hidden: true });
    const act = (label, way, refuse) => button(label, (event) => decide(event.target, one, wrong, refuse ? reason : null), { variant: "secondary", size: "sm", colour: way });
    return el("li", { class: "ds-card stack", tabindex: "-1" }, el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, picked(told.survey.labels[one.question]) || one.question),
      one.body.split("\n").filter(Boolean).map((part) => el("p", { class: "ds-paragraph" }, part)), wrong,
      el("div", { class: "row end" }, one.state === "published" ? null : act(t("result.publish"), "success", false), field(t("result.reason"), reason), act(t("result.refuse"), "danger", true)));
  }

  const decide = (pressed, one, wrong, reason) => attempt(wrong, pressed, async () => {
    const because = reason?.value.trim();
    if (reason && !because) { goTo(reason); throw { spoken: t("result.needs-reason") }; }
    await post(`${base}/${one.id}/moderation`, reason ? { refused_because: because } : {});
    const card = wrong.closest("li"), after = card.nextElementSibling ?? card.previousElementSibling;
    card.remove();
    announce(t("result.decided"));
    if (!$$("li", list).length) await read(true);
    goTo(after ?? $("#comments-heading"));
  });

  which.onchange = () => attempt(problem, null, () => read(true));
  more.onclick = (event) => attempt(problem, event.target, () => read(false));
  return attempt(problem, null, () => read(true));
}
