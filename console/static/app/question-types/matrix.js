// One column for each row.
import { $, el } from "../elements.js";
import { register } from "../question-types.js";
import { choice, group } from "../resident/answer-parts.js";
import { picked, t } from "../told.js";

register("matrix", {
  written: [{ list: "rows", least: 1 }, { list: "columns" }],
  field(question, id) {
    const rows = question.rows.map((row, at) => el("fieldset", { class: "ds-fieldset", "data-row": row.key }, el("legend", { class: "ds-label", "data-weight": "regular" }, picked(row.label)),
      el("div", { class: "row" }, question.columns.map((column) => choice("radio", `${id}-${at}`, column.key, picked(column.label))))));
    const element = group(question, id, el("div", { class: "stack" }, rows), t("app.choose-each"));
    const read = () => Object.fromEntries(rows.map((row) => [row.dataset.row, $("input:checked", row)?.value]).filter(([, column]) => column));
    return { element, read: () => (Object.keys(read()).length ? read() : undefined) };
  },
});
