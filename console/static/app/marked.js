// A text with what may tell who somebody is: marked where it stands, and said in words above it.
import { el } from "./elements.js";
import { number, t } from "./told.js";

/** The paragraphs of a text; `marks` count its characters, and each is `number` or `name`. */
export function marked(text, marks) {
  const signs = [...text], lines = [[]];
  let at = 0;
  const say = (to, kind) => {
    const parts = signs.slice(at, to).join("").split("\n");
    parts.forEach((part, i) => { if (i) lines.push([]); if (part) lines.at(-1).push(kind ? el("mark", { "data-kind": kind }, part) : part); });
    at = to;
  };
  for (const { start, end, kind } of marks) if (start >= at) { say(start); say(end, kind); }
  say(signs.length);
  return lines.filter((line) => line.length).map((line) => el("p", { class: "ds-paragraph" }, line));
}

/** What was marked, in words; null where nothing was. */
export function warning(marks) {
  const kinds = ["number", "name"].map((kind) => [kind, marks.filter((one) => one.kind === kind).length]).filter(([, count]) => count);
  return kinds.length ? el("p", { class: "ds-paragraph warned", "data-size": "sm" }, t("marked.look"), " ", kinds.map(([kind, count]) => t(`marked.${kind}`, { count: number(count) })).join(", ")) : null;
}
