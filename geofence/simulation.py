"""Trying triggers on a track before anything is launched: what would fire, when, and why. Nothing is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from geofence.crossings import Reason
from geofence.firing import Firing
from geofence.index import Snapshot
from geofence.memory import Mind
from geofence.observations import OLDEST_MS, RawFix, in_order
from geofence.places import Fired
from geofence.presence import walked


@dataclass(frozen=True, slots=True)
class Decision:
    """Why something did or did not happen: when (seconds since 1970), at which zone or beacon, in words, and the
    probability of being inside where one was worked out."""

    at: float
    place_id: UUID | None
    said: str
    chance: float | None


@dataclass(frozen=True, slots=True)
class Simulated:
    """What would have fired on a track, every decision on the way, and the zones it ends in."""

    fired: tuple[Fired, ...]
    decisions: tuple[Decision, ...]
    inside: tuple[UUID, ...]


def simulate(fixes: Sequence[RawFix], snapshot: Snapshot, *, moved_to: float | None = None) -> Simulated:
    """Run a track of staff's own making past the zones; `moved_to` (seconds since 1970) is when it begins instead."""
    shift = 0.0 if moved_to is None else moved_to - min(fix.at for fix in fixes)
    moved = [fix._replace(at=fix.at + shift) for fix in fixes]
    begins, ends = min(fix.at for fix in moved), max(fix.at for fix in moved)
    reasons: list[Reason] = []
    ordered = in_order(moved, (), snapshot, offset=0, sent_at=ends, received_at=begins + OLDEST_MS / 1000)
    firing = Firing(snapshot, {}, 0, 0, reasons.append)
    mind = walked(Mind(), ordered, snapshot, firing, reasons.append)
    ids = {place: snapshot.zones[number].id for place, number in snapshot.number.items()}
    decisions = tuple(
        Decision(r.at / 1000, ids.get(r.place) if r.place is not None else None, r.said, r.chance) for r in reasons
    )
    inside = tuple(ids[place] for place, stay in mind.stays.items() if not stay.out and place in ids)
    return Simulated(tuple(firing.fired), decisions, inside)
