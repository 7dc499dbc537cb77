// What invites people at a place: the trigger that goes with a survey for those who come there.
import { all, post, put, remove } from "./api.js";

/** The triggers of one survey: found, and the one of its place set to a place and a stay, or taken away. */
export function invitation() {
  let found = [];
  const own = () => found.find((one) => one.zone_id && ["enter", "dwell"].includes(one.on)) ?? null;
  return {
    get ids() { return found.map((one) => one.id); },
    async find(survey) {
      found = await all(`/v1/staff/triggers?subject_id=${survey}`);
      return own();
    },
    /** `place` is {zone_id, dwell_s, until}, or null where nobody is invited by a place any more. */
    async set(survey, place) {
      const before = own();
      if (!place) {
        if (before) await remove(`/v1/staff/triggers/${before.id}`);
        found = found.filter((one) => one !== before);
        return;
      }
      const written = {
        on: place.dwell_s ? "dwell" : "enter", zone_id: place.zone_id, dwell_s: place.dwell_s, active_to: place.until,
        once: before?.once ?? "ever", proof: before?.proof ?? "position", priority: before?.priority ?? 0,
        between: before?.between ?? null, weekdays: before?.weekdays ?? null, active_from: before?.active_from ?? null,
        action: { kind: "survey", subject_id: survey },
      };
      const after = before ? await put(`/v1/staff/triggers/${before.id}`, written)
        : await post("/v1/staff/triggers", written, { headers: { "idempotency-key": `${survey}-${place.zone_id}` } });
      found = [...found.filter((one) => one !== before), after];
    },
  };
}
