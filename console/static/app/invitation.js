// What invites people at a place: the trigger that goes with a survey for those who come there.
import { get, post, put, remove } from "./api.js";

/** The trigger of one survey: found if there is one, then set to a place and a stay, or taken away. */
export function invitationTo(key) {
  let trigger = null;
  return {
    get id() { return trigger?.id ?? null; },
    async find(survey) {
      trigger = (await get(`/v1/staff/triggers?subject_id=${survey}&limit=1`)).items[0] ?? null;
      return trigger;
    },
    /** `place` is {zone, dwell_s, until} or null where nobody is invited by a place any more. */
    async set(survey, place) {
      if (!place) {
        if (trigger) await remove(`/v1/staff/triggers/${trigger.id}`);
        trigger = null;
        return;
      }
      const written = {
        on: place.dwell_s ? "dwell" : "enter", zone_id: place.zone, dwell_s: place.dwell_s, active_to: place.until,
        once: "ever", proof: "position", action: { kind: "survey", subject_id: survey },
      };
      trigger = trigger ? await put(`/v1/staff/triggers/${trigger.id}`, written)
        : await post("/v1/staff/triggers", written, { headers: { "idempotency-key": `${key}-${place.zone}` } });
    },
  };
}
