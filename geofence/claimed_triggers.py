"""Triggers whose proof is the phone's word: it has matched the zones by itself, and tells us nothing of where it is."""

from uuid import UUID

from msgspec.structs import replace

from base.errors import NotEntitled
from consent.permits import Permit
from consent.purposes import LocationZones
from geofence.engine.firing import Firing, still_needed
from geofence.engine.places import FiredTrigger, tag
from geofence.engine.snapshot import PlacesSnapshot
from geofence.engine.state import EMPTY, State
from geofence.engine.transitions import PlaceEvent
from geofence.triggers import NoSuchTrigger


class ClaimIsNoProof(NotEntitled):
    """This trigger needs a position or a beacon's sighting; the phone's word is not enough."""


def claim(
    permit: Permit[LocationZones],
    state: State | None,
    trigger_id: UUID,
    snapshot: PlacesSnapshot,
    *,
    received_at: float,
) -> tuple[State, tuple[FiredTrigger, ...]]:
    """Fire a trigger on the phone's word, as far as its hours, its dates and how often it may fire allow.

    `received_at` in seconds since 1970. Raises NoSuchTrigger, and ClaimIsNoProof where the trigger asks for more.
    """
    permit.check()
    trigger = snapshot.triggers.get(trigger_id)
    if trigger is None or trigger.zone_id is None:
        raise NoSuchTrigger()
    if trigger.proof != "claim":
        raise ClaimIsNoProof()
    state = state or EMPTY
    firing = Firing(snapshot, state.fired, state.day, state.fired_today, None)
    at = round(received_at * 1000)
    firing.consider(trigger, PlaceEvent(trigger.on, tag(trigger.zone_id), at, at - trigger.dwell_s * 1000))
    fired = still_needed(firing.last_fired, snapshot, received_at)
    return replace(state, fired=fired, day=firing.day, fired_today=firing.today), tuple(firing.fired)
