// What was said in a hearing by name: read, published, published without the name, or set aside with a reason.
import { announce } from "./announcer.js";
import { all, post } from "./api.js";
import { $, $$, el, field, fill, goTo } from "./elements.js";
import { marked, warning } from "./marked.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { moment, number, t } from "./told.js";

const AT_A_TIME = 30;
const COLOURS = { received: "warning", published: "success", refused: "neutral" };

/** Show a hearing's statements; who `writes` can decide about each. `counted` hears how many there are of each state. */
export function statements(base, writes, counted) {
  const list = $("#statements"), which = $("#which"), more = $("#more");
  let found = [], shown = AT_A_TIME;
  const wanted = () => found.filter((one) => which.value === "all" || one.state === which.value);

  function show() {
    const some = wanted();
    $("#how-many").textContent = some.length ? t("hearing.how-many", { count: number(some.length) }) : t("hearing.statements-none");
    fill(list, some.slice(0, shown).map(card));
    more.hidden = some.length <= shown;
    counted(Object.fromEntries(Object.keys(COLOURS).map((state) => [state, found.filter((one) => one.state === state).length])));
  }

  function card(one) {
    const heading = el("h3", { class: "ds-heading", "data-size": "2xs", tabindex: "-1" }, one.name);
    const tag = (text, colour) => el("span", { class: "ds-tag", "data-size": "sm", "data-color": colour }, text);
    return el("li", { class: "ds-card stack", "data-statement": one.id },
      el("div", { class: "row between" }, heading, el("div", { class: "row" },
        tag(t(`hearing.kind-${one.kind}`), "neutral"), one.late ? tag(t("hearing.late"), "warning") : null,
        tag(t(`hearing.decided-${one.state}`), COLOURS[one.state]))),
      el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, [moment(one.received_at), t(one.email_confirmed ? "hearing.address-confirmed" : "hearing.name-not-verified")].join(" · ")),
      warning(one.marks), marked(one.body, one.marks),
      one.name_withheld ? el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, t("hearing.withheld-because", { reason: one.name_withheld })) : null,
      one.blotted && !one.refused_because ? el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, t("hearing.blotted")) : null,
      one.refused_because ? el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, t("hearing.refused-because", { reason: one.refused_because })) : null,
      writes ? decision(one) : null);
  }

  function decision(one) {
    const unclear = one.state === "received" && one.marks.length > 0;
    const numbers = one.marks.some((mark) => mark.kind === "number");
    const ways = [...(unclear ? ["choose"] : []), ...(numbers ? ["blot"] : []), "publish", "withhold", "refuse"];
    const choice = el("select", { class: "ds-input" }, ways.map((way) => el("option", { value: way }, t(`hearing.way-${way === "withhold" && numbers ? "withhold-blot" : way}`))));
    choice.value = unclear ? "choose" : one.refused_because ? "refuse" : one.name_withheld ? "withhold" : one.blotted ? "blot" : "publish";
    const reason = el("input", { class: "ds-input", maxlength: 200, autocomplete: "off", value: one.refused_because ?? one.name_withheld ?? "" });
    const why = field(t("hearing.reason"), reason);
    const change = () => {
      why.hidden = ["choose", "publish", "blot"].includes(choice.value);
      reason.dataset.pointer = choice.value === "refuse" ? "/refused_because" : "/name_withheld";
      $("label", why).textContent = t(choice.value === "refuse" ? "hearing.reason" : "hearing.ground");
    };
    choice.onchange = change;
    change();
    const wrong = el("div", { class: "problem", hidden: true });
    const save = el("button", { class: "ds-button", "data-size": "sm", "data-variant": "secondary", "aria-label": `${t("hearing.decide-statement")}: ${one.name}` }, t("hearing.decide-statement"));
    return el("form", { class: "stack", novalidate: true, onsubmit: (event) => { event.preventDefault(); decide(event.target, one, wrong, save, choice, reason); } },
      wrong, el("div", { class: "row end" }, field(t("hearing.way"), choice), why, save));
  }

  const decide = (form, one, wrong, save, choice, reason) => attempt(wrong, save, async () => {
    const way = choice.value, because = reason.value.trim();
    if (way === "choose") { goTo(choice); throw { spoken: t("hearing.needs-way") }; }
    if (["withhold", "refuse"].includes(way) && !because) { goTo(reason); throw { spoken: t("hearing.needs-reason") }; }
    const judged = await post(`${base}/statements/${one.id}/moderation`, judgement(one, way, because));
    const place = $$("[data-statement]", list).findIndex((each) => each.dataset.statement === one.id);
    found = found.map((each) => (each.id === judged.id ? judged : each));
    show();
    announce(t("hearing.statement-decided"));
    const left = $$("[data-statement]", list);
    goTo(left.length ? $("h3", left[Math.min(place, left.length - 1)]) : $("#statements-heading"));
  }, finder(form));

  /** What is sent of a decision; without the name it goes without the numbers too. */
  const judgement = (one, way, because) => {
    if (way === "refuse") return { refused_because: because };
    if (way === "withhold") return { name_withheld: because, blotted: one.marks.some((mark) => mark.kind === "number") };
    return { blotted: way === "blot" };
  };

  which.onchange = () => { shown = AT_A_TIME; show(); };
  more.onclick = () => { const place = shown; shown += AT_A_TIME; show(); goTo($$("h3", list)[place]); };
  return attempt($("#problem"), null, async () => {
    found = await all(`${base}/statements`);
    if (!found.some((one) => one.state === "received") && found.length) which.value = "all";
    show();
  });
}
