"""Trying triggers on a track before anything is launched: what would fire, when, and why. Nothing is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot, log10
from typing import Final, NamedTuple
from uuid import UUID

from base.errors import invalid
from base.translation import Sentence
from geofence.engine.firing import Firing
from geofence.engine.observations import OLDEST_MS, RawFix, RawSighting, in_order
from geofence.engine.places import CompiledTrigger, CompiledZone, FiredTrigger, tag
from geofence.engine.presence import replay
from geofence.engine.proximity import USUAL_POWER_DBM
from geofence.engine.snapshot import PlacesSnapshot
from geofence.engine.state import Belief
from geofence.engine.transitions import TraceStep

HEARD_M: Final = 60.0
"""A beacon farther away is not heard on a track that is tried."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Why something did or did not happen: when (seconds since 1970), at which zone or beacon, of which trigger, in
    words, and the probability of being inside where one was worked out."""

    at: float
    zone_id: UUID | None
    beacon_id: UUID | None
    explanation: Sentence
    chance: float | None
    trigger_id: UUID | None


@dataclass(frozen=True, slots=True)
class Simulation:
    """What would have fired on a track, every decision on the way, the zones it ends in, and the fixes it was tried
    with."""

    fired: tuple[FiredTrigger, ...]
    decisions: tuple[Decision, ...]
    inside: tuple[UUID, ...]
    fixes: tuple[RawFix, ...]


class TrialSighting(NamedTuple):
    """A beacon that is heard on the way: what it is registered as, signal and power at a metre in dBm, and when."""

    beacon_id: UUID
    rssi: int
    power: int
    at: float


def with_drafts(
    snapshot: PlacesSnapshot, zones: Iterable[CompiledZone], triggers: Iterable[CompiledTrigger]
) -> PlacesSnapshot:
    """The snapshot as it would be with zones and triggers that nobody has saved: a draft takes the place of what is
    saved under its id. Raises Invalid where a trigger's place is neither saved nor drafted."""
    drawn = {zone.id: zone for zone in snapshot.zones} | {zone.id: zone for zone in zones}
    rules, hung = dict(snapshot.triggers), {beacon.id for beacon in snapshot.beacons}
    for number, trigger in enumerate(triggers):
        if trigger.zone_id is not None and trigger.zone_id not in drawn:
            raise invalid(f"/triggers/{number}/zone_id", "there is no such zone")
        if trigger.beacon_id is not None and trigger.beacon_id not in hung:
            raise invalid(f"/triggers/{number}/beacon_id", "there is no such beacon")
        rules[trigger.id] = trigger
    return PlacesSnapshot(
        drawn.values(),
        snapshot.beacons,
        rules.values(),
        epsg=snapshot.epsg,
        timezone=snapshot.timezone.key,
        cap_per_day=snapshot.cap_per_day,
        before=snapshot,
    )


def passing(fixes: Iterable[RawFix], snapshot: PlacesSnapshot) -> list[TrialSighting]:
    """What a phone on the way hears of the beacons that may trigger, as loud as it would be in the open."""
    hung = [point for name, point in snapshot.beacon_points.items() if name in snapshot.placed]
    heard = []
    for fix in fixes if hung else ():
        x, y = snapshot.metres(fix.lon, fix.lat)
        for point in hung:
            distance = max(hypot(point.x - x, point.y - y), 1.0)
            if distance <= HEARD_M:
                rssi = USUAL_POWER_DBM - round(20 * log10(distance))
                heard.append(TrialSighting(point.id, rssi, USUAL_POWER_DBM, fix.at))
    return heard


def simulate(
    fixes: Sequence[RawFix],
    snapshot: PlacesSnapshot,
    *,
    heard: Sequence[TrialSighting] = (),
    moved_to: float | None = None,
) -> Simulation:
    """Run a track of staff's own making past the zones, and beacons heard on it; `moved_to` (seconds since 1970) is
    when it begins instead. Raises Invalid for a beacon that is not registered."""
    for number, one in enumerate(heard):
        if tag(one.beacon_id) not in snapshot.beacon_points:
            raise invalid(f"/sightings/{number}/beacon_id", "there is no such beacon")
    begins = min([fix.at for fix in fixes] + [one.at for one in heard])
    shift = 0.0 if moved_to is None else moved_to - begins
    moved = [fix._replace(at=fix.at + shift) for fix in fixes]
    sightings = [
        RawSighting(
            id=f"heard {number}",
            identity=b"",
            rssi=one.rssi,
            power=one.power,
            at=one.at + shift,
            beacon=place,
            fresh=place in snapshot.rotating,
        )
        for number, one in enumerate(heard)
        for place in [tag(one.beacon_id)]
    ]
    begins, ends = begins + shift, max([fix.at for fix in moved] + [one.at for one in sightings])
    reasons: list[TraceStep] = []
    ordered = in_order(moved, sightings, snapshot, offset=0, sent_at=ends, received_at=begins + OLDEST_MS / 1000)
    firing = Firing(snapshot, {}, 0, 0, reasons.append)
    belief = replay(Belief(), ordered, snapshot, firing, reasons.append)
    zones = {place: snapshot.zones[number].id for place, number in snapshot.number.items()}
    beacons = {point.tag: point.id for point in snapshot.beacon_points.values()}
    decisions = tuple(
        Decision(r.at / 1000, zones.get(r.place or 0), beacons.get(r.place or 0), r.explanation, r.chance, r.trigger)
        for r in reasons
    )
    inside = tuple(zones[place] for place, stay in belief.stays.items() if not stay.out and place in zones)
    return Simulation(tuple(firing.fired), decisions, inside, tuple(moved))
