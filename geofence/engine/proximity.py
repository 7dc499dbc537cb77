"""What one beacon sighting says: near or far, smoothed, and not where the phone cannot be."""

from math import hypot
from typing import Final

from base.translation import Sentence
from geofence.engine.snapshot import PlacesSnapshot
from geofence.engine.state import GAP_MS, MOST_BEACONS, Belief, Proximity, Sighting
from geofence.engine.transitions import FASTEST_M_PER_S, PlaceEvent, Trace, TraceStep

NEAR_TENTHS: Final = 250
"""Near: heard at most 25 dB weaker than at a metre, some 18 m in the open or a few behind a body or a wall."""
FAR_TENTHS: Final = 320
SILENCE_MS: Final = 60_000
"""A beacon not heard for so long is forgotten; hearing it near again is coming near again."""
RANGE_M: Final = 100.0
USUAL_POWER_DBM: Final = -59
"""What a beacon is heard with at a metre where the phone does not say."""
EDDYSTONE_DB: Final = 41
"""Eddystone beacons give their power at 0 m; over the first metre 41 dB are lost (Eddystone-UID, Tx Power)."""
NEAR: Final = "near: {loss} dB weaker than at one metre"
FAR: Final = "far: {loss} dB weaker than at one metre"
TOO_FAR: Final = Sentence("not counted: the phone is too far away from the beacon")


def at_sighting(
    belief: Belief, sighting: Sighting, snapshot: PlacesSnapshot, trace: Trace | None = None
) -> tuple[Belief, list[PlaceEvent]]:
    """The belief after a sighting, and what happened; one far from where the phone's fixes are changes nothing."""
    point, last = snapshot.beacon_points.get(sighting.beacon), belief.last
    if point is None:
        return belief, []
    if last is not None and sighting.at - last.at <= GAP_MS:
        reach = RANGE_M + 2 * last.accuracy_dm / 10 + FASTEST_M_PER_S * (sighting.at - last.at) / 1000
        if hypot(point.x - last.x, point.y - last.y) > reach:
            if trace:
                trace(TraceStep(sighting.at, point.tag, TOO_FAR))
            return belief, []
    known = belief.beacons.get(point.tag)
    if known is not None and sighting.at - known.at > SILENCE_MS:
        known = None
    loss = sighting.loss_db * 10 if known is None else (known.loss_tenths + sighting.loss_db * 10) // 2
    since = 0 if known is None else known.since
    if loss <= NEAR_TENTHS:
        since = since or sighting.at
    elif loss >= FAR_TENTHS:
        since = 0
    if trace:
        trace(TraceStep(sighting.at, point.tag, Sentence(NEAR if since else FAR, (("loss", round(loss / 10)),))))
    beacons = {t: n for t, n in belief.beacons.items() if sighting.at - n.at <= SILENCE_MS}
    beacons[point.tag] = Proximity(loss, sighting.at, since)
    if len(beacons) > MOST_BEACONS:  # The one heard longest ago is forgotten first.
        del beacons[min(beacons, key=lambda t: (beacons[t].at, t))]
    events = [PlaceEvent("beacon", point.tag, sighting.at, since, sighting.fresh)] if since else []
    return Belief(belief.stays, beacons, last, belief.fix_at), events
