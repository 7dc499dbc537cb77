// Where a rule applies, as the map shows it.

/** How far a beacon is heard as near, in the open. */
const BEACON_M = 18;

/** A point as something that can be seen on the map. */
export const spot = (lon, lat, radius_m = BEACON_M) => ({ type: "Circle", center: [lon, lat], radius_m });

/** The zone or beacon of a rule, as `townMap` shows zones; its id is the rule's. */
export function placeOf(trigger) {
  const { geometry } = trigger;
  return { id: trigger.id, name: trigger.place, kind: "trigger", geometry: geometry?.type === "Point" ? spot(...geometry.coordinates) : geometry };
}
