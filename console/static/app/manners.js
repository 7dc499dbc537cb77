// When and how often the municipality writes, in words; and how long a message would wait for it.
import { moment, number, t } from "./told.js";

/** The town's quiet hours and limits as sentences. */
export function inWords(manners) {
  const quiet = manners.quiet_hours;
  const most = [["per_day", "day"], ["per_week", "week"], ["per_topic_per_week", "topic"]].filter(([name]) => manners[name])
    .map(([name, text]) => t(`message.most-${text}`, { count: number(manners[name]) }));
  return [quiet ? t("message.quiet-is", quiet) : t("message.quiet-none"), ...most, manners.second_person ? t("message.second-is") : null].filter(Boolean).join(" ");
}

/** What quiet hours do to a message of this importance that goes at a time of the town's clock; "" where they do nothing. */
export function waiting(manners, importance, at) {
  const quiet = manners.quiet_hours;
  if (!quiet || importance === "emergency") return "";
  const minutes = (clock) => { const [hours, past] = clock.split(":"); return Number(hours) * 60 + Number(past); };
  const from = minutes(quiet.from), to = minutes(quiet.to), now = at.getHours() * 60 + at.getMinutes();
  if (from < to ? now < from || now >= to : now < from && now >= to) return "";
  const until = new Date(at);
  until.setHours(Math.floor(to / 60), to % 60, 0, 0);
  if (until <= at) until.setDate(until.getDate() + 1);
  return t("message.waits-quiet", { until: moment(until) });
}
