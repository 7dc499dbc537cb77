// What became of a message: one total with its parts, and how fast it went.
import { count, isSome, tally } from "./counted.js";
import { el, fill } from "./elements.js";
import { has, number, t, told } from "./told.js";

const STATES = ["sent", "logged", "queued", "deferred", "failed", "gone", "withheld", "expired", "recalled"];
const DONE = ["sent", "logged", "failed", "gone", "withheld", "expired", "recalled"];

/** Show how a message that was launched goes. */
export function showProgress(place, one) {
  const reasons = Object.entries(one.reasons).map(([reason, value]) => [has(`message.reason-${reason}`) ? t(`message.reason-${reason}`) : t("message.reason-other"), value]);
  const also = [["without-consent", one.without_consent], ["pruned", one.addresses_pruned]].filter(([, value]) => isSome(value));
  const parts = STATES.filter((state) => isSome(one[state]));
  fill(place,
    figures(one), bar(one),
    told.wakes_phones ? null : el("p", { class: "ds-paragraph" }, t("message.not-set-up")),
    tally(t("message.by-state"), parts.length > 1 ? parts.map((state) => [t(`message.counted-${state}`), one[state]]) : []),
    tally(t("message.by-reason-why"), reasons),
    tally(t("message.by-platform"), Object.entries(one.by_platform).filter(([, counts]) => isSome(counts.sent)).map(([platform, counts]) => [t(`message.platform-${platform}`), counts.sent])),
    tally(t("message.also"), also.map(([name, value]) => [t(`message.also-${name}`), value])),
    el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, [speed(one), t("message.progress-rounded")].filter(Boolean).join(" ")));
}

function figures(one) {
  const figure = (label, value) => el("div", {}, el("dt", {}, label), el("dd", {}, count(value)));
  const sent = (isSome(one.logged) || !told.wakes_phones) && !isSome(one.sent) ? null : figure(t("message.counted-sent"), one.sent);
  return el("dl", { class: "figures" }, sent, isSome(one.logged) ? figure(t("message.counted-logged"), one.logged) : null, figure(t("message.size"), one.audience_size));
}

function bar(one) {
  if (one.state !== "launched" || !isSome(one.audience_size)) return null;
  const done = DONE.map((state) => one[state]).filter(isSome).reduce((sum, value) => sum + value, 0);
  return el("progress", { class: "bar-whole", max: one.audience_size, value: Math.min(done, one.audience_size), "aria-label": t("message.progress") });
}

/** How soon nearly all of them had gone; staff think in minutes. */
function speed(one) {
  if (one.p95_after_s === null) return "";
  const minutes = Math.ceil(one.p95_after_s / 60);
  return minutes <= 1 ? t("message.speed-minute") : t("message.speed-minutes", { minutes: number(minutes) });
}
