// What staff see of an audience: how many the last count found, when that was, and of whom.
import { count, smallest } from "./counted.js";
import { el } from "./elements.js";
import { day, number, t } from "./told.js";

/** Refuse, in the reader's language, what the server would refuse: an audience that was not counted, or is too small. */
export function largeEnough(seen) {
  if (seen.counted_on === null) throw { spoken: t("counted.tomorrow") };
  if (typeof seen.reached !== "number") throw { spoken: tooFew(seen) };
}

const tooFew = (seen) => t("counted.too-few", { k: smallest(seen.reached) });

/** How many would be reached, when that was counted and of whom; or that nobody has been counted yet; and that so few cannot be sent to, where it `sends`. */
export function reached(seen, caption, { sends = false } = {}) {
  const small = (text) => el("p", { class: "ds-paragraph", "data-size": "sm" }, text);
  if (seen.counted_on === null) return [small(t("counted.tomorrow"))];
  if (sends && typeof seen.reached !== "number") return [el("p", { class: "ds-paragraph" }, tooFew(seen))];
  const whom = seen.counted_after_days ? t("counted.after", { days: number(seen.counted_after_days) }) : t("counted.demonstration");
  return [
    el("dl", { class: "figures" }, el("div", {}, el("dt", {}, caption), el("dd", {}, count(seen.reached)))),
    small(`${t("counted.on", { day: day(seen.counted_on) })} ${whom} ${t("counted.rounded")}`),
    seen.counted_from_tomorrow.length ? small(t("counted.new-districts")) : null];
}
