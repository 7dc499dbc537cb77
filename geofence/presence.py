"""Is this phone at this place, long enough, sure enough, that we may ask? Answered, and forgotten."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from base.errors import ConsentRequired
from consent.permits import LocationBeacons, LocationZones, Permit
from geofence.crossings import Event, Note, at_fix
from geofence.firing import Firing, still_needed
from geofence.index import Snapshot
from geofence.memory import EMPTY, GAP_MS, MOST_IDS, MOST_RECENT, WATERMARK_MS, Fix, Mind, Observation, State
from geofence.nearness import at_sighting
from geofence.observations import RawFix, RawSighting, in_order, offset_ms
from geofence.places import Fired, tag


class Permits(NamedTuple):
    """What the resident has consented to: fixes need the one, sightings the other."""

    zones: Permit[LocationZones] | None = None
    beacons: Permit[LocationBeacons] | None = None


class Outcome(NamedTuple):
    """What came of it: the state to seal, what fired, the zones the phone is in, and its last fix in metres."""

    state: State
    fired: tuple[Fired, ...]
    inside: tuple[UUID, ...]
    last: Fix | None


def advance(
    permits: Permits,
    state: State | None,
    fixes: Sequence[RawFix],
    sightings: Sequence[RawSighting],
    snapshot: Snapshot,
    *,
    sent_at: float,
    received_at: float,
    note: Note | None = None,
) -> Outcome:
    """Take what a phone reports into account. Pure: the same arguments always give the same outcome.

    Times are seconds since 1970, `sent_at` of the phone's clock, `received_at` of ours. Any cutting of a sequence in
    order of time into calls fires the same triggers, and so does any order within a call. What arrives within the
    watermark (60 s behind the newest) is put in its place; later, it changes nothing. Raises ConsentRequired where a
    permit is missing, PermitExpired where one has run out, FromTheFuture for impossible times.
    """
    if fixes and permits.zones is None:
        raise ConsentRequired(LocationZones.key)
    if sightings and permits.beacons is None:
        raise ConsentRequired(LocationBeacons.key)
    if permits.zones is not None:
        permits.zones.check()
    if permits.beacons is not None:
        permits.beacons.check()
    state = _allowed(state or EMPTY, permits)
    offset = offset_ms(state.offset_ms, sent_at, received_at)
    fresh = in_order(fixes, sightings, snapshot, offset=offset, sent_at=sent_at, received_at=received_at)
    firing = Firing(snapshot, dict(state.fired), state.day, state.fired_today, note)
    now, base, base_key, recent = _walk(state, fresh, snapshot, firing, note)
    if recent:
        newest = recent[-1][0]
        if now.last is not None and newest - now.last.at > GAP_MS:  # No next step can need that place.
            now = now._replace(last=None)
        if base.last is not None and newest - base.last.at > GAP_MS:
            base = base._replace(last=None)
    fired = still_needed(firing.spent, snapshot, received_at)
    sealed = State(now, base, base_key, recent, fired, firing.day, firing.today, offset)
    return Outcome(sealed, tuple(firing.fired), inside(sealed, snapshot), now.last)


def inside(state: State, snapshot: Snapshot) -> tuple[UUID, ...]:
    """The zones that the phone is in, as far as is known: not those that its last fix lay outside of."""
    stays, number, zones = state.now.stays, snapshot.number, snapshot.zones
    if not stays:
        return ()
    return tuple([zones[number[place]].id for place, stay in stays.items() if not stay.out and place in number])


def _allowed(state: State, permits: Permits) -> State:
    """The state without what its resident no longer lets us use."""

    def without(mind: Mind) -> Mind:
        if permits.zones is None:
            mind = Mind({}, mind.beacons, None, 0, mind.ids)
        return mind if permits.beacons else mind._replace(beacons={})

    if permits.zones is not None and (permits.beacons is not None or not state.now.beacons):
        return state
    kept = tuple(o for o in state.recent if (permits.zones if isinstance(o, Fix) else permits.beacons))
    return state._replace(now=without(state.now), base=without(state.base), recent=kept)


def _walk(
    state: State, fresh: list[Observation], snapshot: Snapshot, firing: Firing, note: Note | None
) -> tuple[Mind, Mind, tuple[int, int, int], tuple[Observation, ...]]:
    """From the mind now where all is newer than what was seen, else from the watermark once more."""
    now, base, base_key, recent = state.now, state.base, state.base_key, state.recent
    fresh = [o for o in fresh if o[:3] > base_key and o[2] not in now.ids]
    if not fresh:
        return now, base, base_key, recent
    anew = bool(recent) and fresh[0] < recent[-1]
    merged = sorted({o[:3]: o for o in [*fresh, *recent]}.values()) if anew else [*recent, *fresh]
    # What is folded into the base from now on: all behind the watermark, and what the state has no room for.
    horizon, cut = merged[-1][0] - WATERMARK_MS, 0
    if len(merged) > MOST_RECENT:
        cut = len(merged) - MOST_RECENT
    while merged[cut][0] <= horizon:
        cut += 1
    start = 0 if anew else len(recent)
    if cut >= start and not anew:
        base = now if cut == start else walked(now, merged[start:cut], snapshot, firing, note)
        now = walked(base, merged[cut:], snapshot, firing, note)
    else:
        if cut:
            base = walked(base, merged[:cut], snapshot, firing if anew else None, note if anew else None)
        now = walked(base if anew else now, merged[max(cut, start) :], snapshot, firing, note)
    key = base_key if cut == 0 else merged[cut - 1][:3]
    behind = (horizon, 2, 0)
    return now, base, key if key > behind else behind, tuple(merged[cut:])


def walked(
    mind: Mind, observations: Sequence[Observation], snapshot: Snapshot, firing: Firing | None, note: Note | None
) -> Mind:
    """The mind after observations in their order; what they lead to is fired, where there is a `firing`."""
    for seen in observations:
        ids = mind.ids
        if seen[2] in ids:
            continue
        events: list[Event]
        if isinstance(seen, Fix):
            mind, events = at_fix(mind, seen, snapshot, note)
        else:
            mind, events = at_sighting(mind, seen, snapshot, note)
        mind = Mind(mind.stays, mind.beacons, mind.last, mind.fix_at, (*ids, seen[2])[-MOST_IDS:])
        if events and firing is not None:
            firing.on(events)
    return mind


def not_shown(state: State, triggers: Sequence[UUID]) -> State:
    """The state as if these triggers had not fired: what they lead to is not open now, so they may fire again."""
    if not triggers:
        return state
    gone = {tag(trigger) for trigger in triggers}
    fired = {place: spent for place, spent in state.fired.items() if place not in gone}
    return state._replace(fired=fired, fired_today=max(state.fired_today - len(gone), 0))
