// Writing a survey's questions: a list of cards, moved by taps or by hand, folded, copied, read back in their order.
import { announce } from "./announcer.js";
import { offerConditions } from "./editor/conditions.js";
import { $, $$, button, el, fill, goTo } from "./elements.js";
import { cardBody, inCard, readCard } from "./question-card.js";
import { picked, t } from "./told.js";

/** The questions in `list`; `languages()` tells in which languages the survey is written now, `changed()` hears of moves. */
export function questionList(list, languages, changed) {
  const cards = () => $$(":scope > [data-question]", list);

  function made(type, question) {
    const heading = el("h3", { class: "ds-heading grow", "data-size": "2xs", tabindex: "-1" });
    const fold = button("", () => folded(card, !card.dataset.folded), { variant: "tertiary", size: "sm", "data-act": "fold", "data-icon": true });
    const controls = el("div", { class: "row" },
      small(t("survey.up"), () => move(card, -1), "up"), small(t("survey.down"), () => move(card, 1), "down"),
      small(t("survey.copy"), () => copy(card), "copy"), small(t("common.remove"), () => drop(card), "drop", "danger"));
    const grip = el("span", { class: "grip", "aria-hidden": "true", title: t("survey.drag") }, "⠿");
    const card = el("li", { class: "ds-card stack question", "data-question": type, "data-key": question.key ?? "" },
      el("div", { class: "row" }, grip, heading, fold), controls, el("div", { class: "stack", "data-body": true }, cardBody(type, question, languages())));
    card.kept = question;
    grip.addEventListener("pointerdown", () => { card.draggable = true; });
    card.addEventListener("dragend", () => { card.draggable = false; delete list.dataset.dragging; renumber(); changed(); });
    card.addEventListener("dragstart", (event) => { if (!card.draggable) return; event.dataTransfer.effectAllowed = "move"; list.dataset.dragging = card.dataset.key; dragged = card; });
    return card;
  }

  let dragged = null;
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-question]");
    if (!("dragging" in list.dataset) || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(dragged); else over.after(dragged);
  });

  function add(type, question = {}) {
    const card = made(type, question);
    list.append(card);
    renumber();
    return card;
  }

  /** Let the list say these questions; what was folded stays so. */
  function set(questions) {
    const closed = new Set(cards().filter((card) => card.dataset.folded).map((card) => card.dataset.key));
    fill(list, questions.map((one) => made(one.type, one)));
    renumber();
    for (const card of cards()) if (closed.has(card.dataset.key)) folded(card, true);
  }

  const small = (label, act, name, colour) => button(label, act, { variant: "tertiary", size: "sm", colour, "data-act": name });

  function folded(card, is) {
    if (is) card.dataset.folded = "true"; else delete card.dataset.folded;
    $("[data-body]", card).hidden = is;
    named(card);
  }

  function move(card, by) {
    const other = by < 0 ? card.previousElementSibling : card.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(card); else other.after(card);
    renumber();
    const again = $(by < 0 ? "[data-act=up]" : "[data-act=down]", card);
    goTo(again.disabled ? $("h3", card) : again);
    announce(t("survey.moved", { number: cards().indexOf(card) + 1 }));
    changed();
  }

  function copy(card) {
    const { key, ...question } = structuredClone(readCard(card));
    const twin = made(question.type, question);
    card.after(twin);
    renumber();
    goTo($("h3", twin));
    announce(t("survey.copied", { number: cards().indexOf(twin) + 1 }));
    changed();
  }

  function drop(card) {
    const next = card.nextElementSibling ?? card.previousElementSibling;
    card.remove();
    renumber();
    goTo(next ? $("h3", next) : document.getElementById("questions-heading"));
    announce(t("survey.removed"));
    changed();
  }

  /** Give every question that has none a key. */
  function name() {
    const taken = new Set(cards().map((card) => card.dataset.key));
    for (const card of cards()) for (let n = 1; !card.dataset.key; n++) if (!taken.has(`q${n}`)) taken.add(card.dataset.key = `q${n}`);
  }

  /** Let conditions speak of the questions before them as they are written now. */
  function offer() {
    offerConditions(cards().map((card) => $("[data-condition]", card)), read(), changed);
  }

  function named(card) {
    const number = cards().indexOf(card) + 1, type = t(`survey.type-${card.dataset.question}`), is = Boolean(card.dataset.folded);
    const said = is ? picked(readCard(card).label) : "";
    const title = t("survey.question-number", { number, type });
    $("h3", card).textContent = said ? `${title} – ${said}` : title;
    const fold = $("[data-act=fold]", card);
    fold.textContent = is ? "▸" : "▾";
    fold.setAttribute("aria-expanded", String(!is));
    fold.setAttribute("aria-label", `${t("survey.fold")}: ${title}`);
    for (const one of $$("[data-act]:not([data-act=fold])", card)) one.setAttribute("aria-label", `${one.textContent}: ${title}`);
  }

  function renumber() {
    const all = cards();
    offer();
    all.forEach((card, i) => {
      named(card);
      $("[data-act=up]", card).disabled = i === 0;
      $("[data-act=down]", card).disabled = i === all.length - 1;
    });
  }

  function read() {
    name();
    return cards().map(readCard);
  }

  /** The input that a pointer such as /questions/2/options/0/label/nn is about, unfolded. */
  function find(pointer) {
    const [, , index, ...rest] = pointer.split("/");
    const card = cards()[Number(index)];
    if (!card) return null;
    folded(card, false);
    const found = inCard(card, rest);
    for (let inside = found?.closest("details"); inside; inside = inside.parentElement.closest("details")) inside.open = true;
    return found;
  }

  const foldAll = (is) => { for (const card of cards()) folded(card, is); };
  /** Lead to a question by its place. */
  function go(index) {
    const card = cards()[index];
    folded(card, false);
    goTo($("h3", card));
  }

  return { add, read, find, offer, go, set, foldAll, fold: folded, get count() { return cards().length; } };
}
