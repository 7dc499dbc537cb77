"""What one fix says about the zones: entered, left, still there, or crossed on the way."""

from collections.abc import Callable
from math import hypot
from typing import Final, Literal, NamedTuple
from uuid import UUID

from msgspec import Struct

from base.translation import Sentence
from geofence.engine import likelihood
from geofence.engine.likelihood import Needs, PositionEstimate
from geofence.engine.snapshot import PlacesSnapshot
from geofence.engine.state import GAP_MS, MOST_ZONES, Belief, Fix, Stay

ENTER_AT: Final = 0.8
EXIT_AT: Final = 0.2
EXIT_DWELL_MS: Final = 20_000
"""An exit needs two fixes outside, at least this far apart, with none inside between them."""
FASTEST_M_PER_S: Final = 70.0
STAY_GAP_MS: Final = 3_600_000
"""A stay goes on over so long a silence; after a longer one its dwelling begins anew."""
FORGET_MS: Final = 12 * 3_600_000
"""After so long a silence nobody is believed to be anywhere: being there again is entering again."""
CLEARLY_OUT_SIGMA: Final = 2.0
SHORTEST_WAY_M: Final = 25.0


class PlaceEvent(Struct, frozen=True, gc=False):
    """Something happened at a zone or beacon (by tag): when, and since when it lasts, in ms since 1970."""

    what: Literal["enter", "dwell", "exit", "beacon"]
    place: int
    at: int
    since: int
    fresh: int = 0


class TraceStep(NamedTuple):
    """Why a fix or sighting did what it did, for the simulation: in words, with the probability where there is one, and
    the trigger that it is about."""

    at: int
    place: int | None
    explanation: Sentence
    chance: float | None = None
    trigger: UUID | None = None


INSIDE: Final = Sentence("inside")
OUTSIDE: Final = Sentence("outside")
UNSURE: Final = Sentence("at the border: not sure enough to count as inside")
STILL_INSIDE: Final = Sentence("at the border: still counts as inside")
PASSED: Final = Sentence("passed between two points")
PERHAPS_PASSED: Final = Sentence("perhaps passed between two points: not sure enough")
TOO_FAST: Final = Sentence("not counted: faster than 250 km/h")


Trace = Callable[[TraceStep], None]


def impossible(last: Fix, fix: Fix) -> bool:
    """Whether a phone would have had to move faster than 70 m/s, even if both fixes err by their accuracy."""
    apart = hypot(fix.x - last.x, fix.y - last.y) - hypot(fix.accuracy_dm, last.accuracy_dm) / 10
    return apart > FASTEST_M_PER_S * (fix.at - last.at) / 1000


def at_fix(
    belief: Belief, fix: Fix, snapshot: PlacesSnapshot, trace: Trace | None = None
) -> tuple[Belief, list[PlaceEvent]]:
    """The belief after a fix, and what happened; an impossible fix changes nothing."""
    last, x, y, moved = belief.last, fix.x, fix.y, 0.0
    if last is not None and fix.at - last.at > GAP_MS:
        last = None
    if last is not None:
        moved = abs(x - last.x) + abs(y - last.y)
        if moved > FASTEST_M_PER_S / 1000 * (fix.at - last.at) and impossible(last, fix):
            if trace:
                trace(TraceStep(fix.at, None, TOO_FAST))
            return belief, []
    met = snapshot.around(x, y)
    if not met and not belief.stays and moved <= SHORTEST_WAY_M:
        return Belief({}, belief.beacons, fix, fix.at), []  # Mostly there is nothing near.
    sigma = fix.accuracy_dm / 10 / likelihood.SIGMA_OF_ACCURACY
    estimate = PositionEstimate(x, y, sigma)
    stays = dict(belief.stays) if fix.at - belief.fix_at <= STAY_GAP_MS else _after_silence(belief, fix)
    events: list[PlaceEvent] = []
    tags, sizes, rate = snapshot.tags, snapshot.sizes, snapshot.chance
    exact = trace is not None  # Whoever is told why is told how likely.
    # An area that cannot hold four fifths of this Gaussian cannot be entered by it: 1 − exp(−A / 2πσ²) ≥ 0.8.
    smallest = 10.1 * sigma * sigma
    for zone in met:
        place = tags[zone]
        stay = stays.get(place)
        if stay is None and sizes[zone] < smallest:
            continue
        needs: Needs = "enter" if stay is None else "both" if stay.out else "exit"
        chance = rate(zone, estimate, needs, exact)
        if trace:
            trace(TraceStep(fix.at, place, _where(chance, stay), chance))
        if stay is not None:
            _update_stay(
                stays,
                stay,
                chance,
                place=place,
                zone=zone,
                fix=fix,
                estimate=estimate,
                snapshot=snapshot,
                events=events,
            )
        elif chance >= ENTER_AT:
            stays[place] = Stay(fix.at)
            events.append(PlaceEvent("enter", place, fix.at, fix.at))
    if stays:
        numbers = snapshot.number
        for place, stay in list(stays.items()):
            number = numbers.get(place)
            if number is None:
                del stays[place]
            elif number not in met:
                chance = rate(number, estimate, "both" if stay.out else "exit", exact)
                if trace:
                    trace(TraceStep(fix.at, place, _where(chance, stay), chance))
                _update_stay(
                    stays,
                    stay,
                    chance,
                    place=place,
                    zone=number,
                    fix=fix,
                    estimate=estimate,
                    snapshot=snapshot,
                    events=events,
                )
    if last is not None and moved > SHORTEST_WAY_M:
        _add_crossed(stays, last, fix, snapshot, events=events, trace=trace)
    for place, stay in stays.items():
        if not stay.out and place in snapshot.dwelt_in:
            events.append(PlaceEvent("dwell", place, fix.at, stay.since))
    if len(stays) > MOST_ZONES:
        stays = _kept(stays, snapshot)
    return Belief(stays, belief.beacons, fix, fix.at), events


def _where(chance: float, stay: Stay | None) -> Sentence:
    """What a fix says of a zone, for whoever is told why."""
    if chance >= ENTER_AT:
        return INSIDE
    if chance <= EXIT_AT:
        return OUTSIDE
    return UNSURE if stay is None or stay.out else STILL_INSIDE


def _kept(stays: dict[int, Stay], snapshot: PlacesSnapshot) -> dict[int, Stay]:
    """No more zones than the sealed state holds: those without triggers are forgotten first, then the latest entered,
    so that nothing that is dwelt in is pushed out by what is passed."""
    worth = sorted(stays.items(), key=lambda item: (item[0] not in snapshot.placed, item[1].since, item[0]))
    return dict(worth[:MOST_ZONES])


def _after_silence(belief: Belief, fix: Fix) -> dict[int, Stay]:
    """The stays that outlive so long a time since the last fix."""
    if fix.at - belief.fix_at > FORGET_MS:
        return {}
    return {place: Stay(fix.at, stay.out) for place, stay in belief.stays.items()}


def _update_stay(
    stays: dict[int, Stay],
    stay: Stay,
    chance: float,
    *,
    place: int,
    zone: int,
    fix: Fix,
    estimate: PositionEstimate,
    snapshot: PlacesSnapshot,
    events: list[PlaceEvent],
) -> None:
    """Somebody was inside: they still are, perhaps they left, or they have."""
    if chance >= ENTER_AT:
        if stay.out:
            stays[place] = Stay(stay.since)
        return
    if chance > EXIT_AT:
        return
    too_coarse = likelihood.largest_share(snapshot.sizes[zone], estimate.sigma) < ENTER_AT
    if too_coarse and snapshot.within(zone, estimate, CLEARLY_OUT_SIGMA * estimate.sigma):
        return  # Even in the middle of the zone it would not have said inside.
    if not stay.out:
        stays[place] = Stay(stay.since, fix.at)
    elif fix.at - stay.out >= EXIT_DWELL_MS:
        del stays[place]
        events.append(PlaceEvent("exit", place, fix.at, stay.since))


def _add_crossed(
    stays: dict[int, Stay],
    last: Fix,
    fix: Fix,
    snapshot: PlacesSnapshot,
    *,
    events: list[PlaceEvent],
    trace: Trace | None,
) -> None:
    """Zones on the way between two fixes that neither end is in: entered on the way, and perhaps left since."""
    tags, known = snapshot.tags, {event.place for event in events}
    sigma = max(fix.accuracy_dm, last.accuracy_dm) / 10 / likelihood.SIGMA_OF_ACCURACY
    end = PositionEstimate(fix.x, fix.y, sigma)

    def passed(zone: int) -> bool:
        if tags[zone] in stays or tags[zone] in known or snapshot.sizes[zone] < 10.1 * sigma * sigma:
            return False
        return snapshot.chance(zone, end, "exit") <= EXIT_AT

    for zone, share, x, y in snapshot.crossed(last.x, last.y, fix.x, fix.y, passed):
        place = tags[zone]
        chance = snapshot.chance(zone, PositionEstimate(x, y, sigma), "enter", trace is not None)
        if trace:
            trace(TraceStep(fix.at, place, PASSED if chance >= ENTER_AT else PERHAPS_PASSED, chance))
        if chance >= ENTER_AT:
            at = last.at + round(share * (fix.at - last.at))
            stays[place] = Stay(at, fix.at)
            events.append(PlaceEvent("enter", place, at, at))
