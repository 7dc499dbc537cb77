// A walk that is drawn: where it goes, how long it stays at each stop, as a track whose points have times.

export const WALKING_M_PER_S = 1.4;
const STEP_S = 20;
const MOST_POINTS = 4_000;
const M_PER_DEGREE = 111_320;

const metres = ([lon, lat], [toLon, toLat]) =>
  Math.hypot((toLon - lon) * Math.cos((lat * Math.PI) / 180), toLat - lat) * M_PER_DEGREE;

/**
 * The track of a walk by `stops` ({lon, lat, minutes}) from `begins` (ms since 1970) on: a phone that says every
 * twenty seconds where it is, more seldom on a walk of many hours.
 */
export function walk(stops, begins) {
  const legs = [];
  stops.forEach((stop, i) => {
    const here = [stop.lon, stop.lat];
    if (i) legs.push({ from: [stops[i - 1].lon, stops[i - 1].lat], to: here, seconds: metres([stops[i - 1].lon, stops[i - 1].lat], here) / WALKING_M_PER_S });
    if (stop.minutes > 0) legs.push({ from: here, to: here, seconds: stop.minutes * 60 });
  });
  const whole = legs.reduce((sum, leg) => sum + leg.seconds, 0);
  const step = Math.max(STEP_S, whole / MOST_POINTS);
  const points = [[stops[0].lon, stops[0].lat, 0]];
  let gone = 0;
  for (const { from, to, seconds } of legs.filter((leg) => leg.seconds > 0)) {
    const parts = Math.max(Math.ceil(seconds / step), 1);
    for (let part = 1; part <= parts; part++) {
      const share = part / parts;
      points.push([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]), gone + share * seconds]);
    }
    gone += seconds;
  }
  return {
    type: "Feature",
    properties: { coordTimes: points.map(([, , at]) => new Date(begins + Math.round(at * 1000)).toISOString()) },
    geometry: { type: "LineString", coordinates: points.map(([lon, lat]) => [Number(lon.toFixed(7)), Number(lat.toFixed(7))]) },
  };
}

/** Rows that say the same of the same place one after another, as one with its first and its last time. */
export function together(decisions) {
  const rows = [], open = new Map();
  for (const one of decisions) {
    const about = `${one.zone_id ?? one.beacon_id ?? ""} ${one.trigger_id ?? ""}`;
    const row = open.get(about);
    if (row && row.said === one.said) Object.assign(row, { until: one.at, points: row.points + 1, chance: one.chance });
    else {
      const begun = { ...one, until: one.at, points: 1 };
      rows.push(begun);
      open.set(about, begun);
    }
  }
  return rows;
}
