// What a question lets people choose among: options, or the rows and columns of a table.
import { $, $$, button, el, field, freshId, goTo } from "./elements.js";
import { localized, readTexts, rename } from "./localized.js";
import { t } from "./told.js";

/**
 * A list of options to write. `part` is what the list is in a question (options, rows, columns), `least` how many there
 * must be; `marks` names what can be said of each: `other` (asks for words), `exclusive` (stands alone);
 * `pictures` asks for the address of a picture, of which the text is what is read aloud.
 */
export function optionList(part, languages, written, { least = 2, marks = [], pictures = false } = {}) {
  const place = el("div", { class: "stack", "data-part": part, "data-list": part });
  const rows = () => $$("[data-option]", place);
  const say = (key, values) => t(`survey.list-${part}-${key}`, values);

  function option(one) {
    const text = localized(say("one"), languages, { value: one.label, maximum: 120 });
    const drop = button("×", () => { const next = row.nextElementSibling ?? row.previousElementSibling; row.remove(); goTo($("input", next ?? place) ?? place); tidy(); }, { variant: "tertiary", "data-icon": true });
    const row = el("div", { class: "option", "data-option": one.key ?? "" }, text.element, drop,
      pictures ? picture(one) : null,
      marks.length ? el("div", { class: "row" }, marks.map((mark) => field(t(`survey.option-${mark}`), el("input", { class: "ds-input", type: "checkbox", id: freshId(mark), "data-mark": mark, checked: one[mark] ?? false }), { toggle: true }))) : null);
    row.kept = one;
    return row;
  }

  const picture = (one) => field(t("survey.image"), el("input", { class: "ds-input", "data-image": true, autocomplete: "off", maxlength: 500, value: one.image ?? "" }), { help: t("survey.image-help") });

  const tidy = () => rows().forEach((row, i) => {
    rename($(".tongues, .ds-field", row), say("number", { number: i + 1 }));
    const drop = $(".ds-button", row);
    drop.setAttribute("aria-label", say("remove", { number: i + 1 }));
    drop.disabled = rows().length <= least;
  });
  const more = el("div", { class: "row" }, button(say("add"), () => { const row = option({}); more.before(row); tidy(); goTo($("input", row)); }, { variant: "secondary", size: "sm" }));
  place.append(...written.map(option), more);
  tidy();
  return place;
}

/** Give every option that has none a key. */
export function nameOptions(place) {
  const stem = place.dataset.list[0];
  const taken = new Set($$("[data-option]", place).map((row) => row.dataset.option));
  for (const row of $$("[data-option]", place)) for (let n = 1; !row.dataset.option; n++) if (!taken.has(`${stem}${n}`)) taken.add(row.dataset.option = `${stem}${n}`);
}

/** The options written below an element made by `optionList`. */
export function readOptions(place) {
  nameOptions(place);
  return $$("[data-option]", place).map((row) => {
    const { other, exclusive, image: before, ...kept } = row.kept;
    const marked = Object.fromEntries($$("[data-mark]", row).filter((box) => box.checked).map((box) => [box.dataset.mark, true]));
    const unasked = $("[data-mark]", row) ? {} : { ...(other ? { other } : {}), ...(exclusive ? { exclusive } : {}) };
    const image = $("[data-image]", row)?.value.trim();
    return { ...kept, ...unasked, ...marked, ...(image ? { image } : {}), key: row.dataset.option, label: readTexts($(".tongues, .ds-field", row)) ?? {} };
  });
}
