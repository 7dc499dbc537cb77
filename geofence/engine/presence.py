"""Is this phone at this place, long enough, sure enough, that we may ask? Answered, and forgotten."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from base.errors import ConsentRequired
from consent.permits import Permit
from consent.purposes import LocationBeacons, LocationZones
from geofence.engine.firing import Firing, still_needed
from geofence.engine.observations import RawFix, RawSighting, in_order, offset_ms
from geofence.engine.places import FiredTrigger, tag
from geofence.engine.proximity import at_sighting
from geofence.engine.snapshot import PlacesSnapshot
from geofence.engine.state import (
    EMPTY,
    GAP_MS,
    MOST_IDS,
    MOST_RECENT,
    WATERMARK_MS,
    Belief,
    Fix,
    Moment,
    Observation,
    State,
    in_full,
    latest,
    moment,
)
from geofence.engine.transitions import PlaceEvent, Trace, at_fix


class PresencePermits(NamedTuple):
    """What the resident has consented to: fixes need the one, sightings the other."""

    zones: Permit[LocationZones] | None = None
    beacons: Permit[LocationBeacons] | None = None


class PresenceOutcome(Struct, frozen=True, gc=False):
    """What came of it: the state to seal, what fired, the zones the phone is in, and its last fix in metres; `ignored`
    points to what was later than it was sent."""

    state: State
    fired: tuple[FiredTrigger, ...]
    inside: tuple[UUID, ...]
    last: Fix | None
    ignored: tuple[str, ...] = ()


def advance(
    permits: PresencePermits,
    state: State | None,
    fixes: Sequence[RawFix],
    sightings: Sequence[RawSighting],
    snapshot: PlacesSnapshot,
    *,
    sent_at: float,
    received_at: float,
    trace: Trace | None = None,
) -> PresenceOutcome:
    """Take what a phone reports into account. Pure: the same arguments always give the same outcome.

    Times are seconds since 1970, `sent_at` of the phone's clock, `received_at` of ours. Any cutting of a sequence in
    order of time into calls fires the same triggers, and so does any order within a call. What arrives within the
    watermark (60 s behind the newest) is put in its place; later, it changes nothing. Raises ConsentRequired where a
    permit is missing, PermitExpired where one has run out, FromTheFuture where no observation has a possible time.
    """
    for_zones, for_beacons = permits
    if fixes and for_zones is None:
        raise ConsentRequired(LocationZones.key)
    if sightings and for_beacons is None:
        raise ConsentRequired(LocationBeacons.key)
    if for_zones is not None:
        for_zones.check()
    if for_beacons is not None:
        for_beacons.check()
    state = state or EMPTY
    if for_zones is None or (for_beacons is None and state.now.beacons):
        state = _allowed(state, permits)
    offset = offset_ms(state.offset_ms, sent_at, received_at)
    ignored: list[str] = []
    fresh = in_order(
        fixes, sightings, snapshot, offset=offset, sent_at=sent_at, received_at=received_at, ignored=ignored
    )
    firing = Firing(snapshot, state.fired, state.day, state.fired_today, trace)
    now, base, base_key, recent, ids = _merge_and_replay(state, fresh, snapshot, firing, trace)
    if recent:
        newest = recent[-1].at
        if now.last is not None and newest - now.last.at > GAP_MS:  # No next step can need that place.
            now = replace(now, last=None)
        # A latecomer may have been seen as long ago as the watermark, and need the place before it.
        if base.last is not None and newest - base.last.at > GAP_MS + WATERMARK_MS:
            base = replace(base, last=None)
    fired = still_needed(firing.last_fired, snapshot, received_at) if firing.last_fired else firing.last_fired
    sealed = State(
        now=now,
        base=base,
        base_key=base_key,
        recent=recent,
        ids=ids,
        fired=fired,
        day=firing.day,
        fired_today=firing.today,
        offset_ms=offset,
    )
    zones = inside(sealed, snapshot) if now.stays else ()
    return PresenceOutcome(sealed, tuple(firing.fired), zones, now.last, tuple(ignored))


def inside(state: State, snapshot: PlacesSnapshot) -> tuple[UUID, ...]:
    """The zones that the phone is in, as far as is known: not those that its last fix lay outside of."""
    number, zones = snapshot.number, snapshot.zones
    stays = state.now.stays.items()
    return tuple([zones[number[place]].id for place, stay in stays if not stay.out and place in number])


def _allowed(state: State, permits: PresencePermits) -> State:
    """The state without what its resident no longer lets us use."""

    def without(belief: Belief) -> Belief:
        if permits.zones is None:
            belief = Belief({}, belief.beacons, None, 0)
        return belief if permits.beacons else replace(belief, beacons={})

    kept = tuple([o for o in state.recent if (permits.zones if isinstance(o, Fix) else permits.beacons)])
    ids = latest(state.ids, [o for o in state.recent if o not in kept])
    return replace(state, now=without(state.now), base=without(state.base), recent=kept, ids=ids)


def _merge_and_replay(
    state: State, fresh: list[Observation], snapshot: PlacesSnapshot, firing: Firing, trace: Trace | None
) -> tuple[Belief, Belief, Moment, tuple[Observation, ...], tuple[int, ...]]:
    """From the belief now where all is newer than what was seen, else from the watermark once more."""
    now, base, base_key, recent, ids = state.now, state.base, state.base_key, state.recent, state.ids
    known, too_late = latest(ids, recent), base_key[0]
    fresh = [one for one in fresh if (one.at > too_late or moment(one) > base_key) and one.id not in known]
    if not fresh:
        return now, base, base_key, recent, ids
    anew = bool(recent) and fresh[0].at <= recent[-1].at and moment(fresh[0]) < moment(recent[-1])
    if anew:
        merged = _each_once(ids, sorted([*fresh, *recent], key=in_full))
    elif len(fresh) > 1:
        merged = [*recent, *_each_once(known, fresh)]
    else:
        merged = [*recent, *fresh]
    # What is folded into the base from now on: all behind the watermark, and what the state has no room for.
    horizon, cut = merged[-1].at - WATERMARK_MS, 0
    if len(merged) > MOST_RECENT:
        cut = len(merged) - MOST_RECENT
    while merged[cut].at <= horizon:
        cut += 1
    start = 0 if anew else len(recent)
    if cut >= start and not anew:
        base = now if cut == start else replay(now, merged[start:cut], snapshot, firing, trace)
        now = replay(base, merged[cut:], snapshot, firing, trace)
    else:
        if cut:
            base = replay(base, merged[:cut], snapshot, firing if anew else None, trace if anew else None)
        now = replay(base if anew else now, merged[max(cut, start) :], snapshot, firing, trace)
    key, behind = base_key, (horizon, 2, 0)
    if cut:
        key, ids = moment(merged[cut - 1]), latest(ids, merged[:cut])
    return now, base, key if key > behind else behind, tuple(merged[cut:]), ids


def _each_once(known: tuple[int, ...], seen: list[Observation]) -> list[Observation]:
    """Observations in their order without those whose id was known by then."""
    kept: list[Observation] = []
    for one in seen:
        if one.id not in known:
            kept.append(one)
            known = (*known, one.id)[-MOST_IDS:]
    return kept


def replay(
    belief: Belief,
    observations: Sequence[Observation],
    snapshot: PlacesSnapshot,
    firing: Firing | None,
    trace: Trace | None,
) -> Belief:
    """The belief after observations in their order; what they lead to is fired, where there is a `firing`."""
    for seen in observations:
        events: list[PlaceEvent]
        if isinstance(seen, Fix):
            belief, events = at_fix(belief, seen, snapshot, trace)
        else:
            belief, events = at_sighting(belief, seen, snapshot, trace)
        if events and firing is not None:
            firing.on(events)
    return belief


def not_shown(state: State, triggers: Sequence[UUID]) -> State:
    """The state as if these triggers had not fired: what they lead to is not open now, so they may fire again."""
    if not triggers:
        return state
    gone = {tag(trigger) for trigger in triggers}
    fired = {place: last_fired for place, last_fired in state.fired.items() if place not in gone}
    return replace(state, fired=fired, fired_today=max(state.fired_today - len(gone), 0))
