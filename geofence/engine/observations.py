"""What a phone reports, put in the order in which it happened and on the clock of the house."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID
from zlib import crc32

from base.errors import FieldError, Invalid
from geofence.engine.eid import EID_BYTES
from geofence.engine.rotating import ClockCorrection
from geofence.engine.snapshot import PlacesSnapshot
from geofence.engine.state import Fix, Observation, Sighting, in_full

OLDEST_MS: Final = 24 * 3_600_000
"""Older observations count for nothing: it is too late to ask about them."""
CLOCK_SLACK_MS: Final = 30_000
"""A phone's clock that is no further off than this, or than it was last time, is left as it is."""
AHEAD_MS: Final = 2_000
BEST_ACCURACY_DM: Final = 10
WORST_ACCURACY_DM: Final = 65_535


class FromTheFuture(Invalid):
    """Every observation is later than the time at which it was sent."""


class RawFix(NamedTuple):
    """A fix as the phone gives it: degrees, 68 % radius in metres, seconds since 1970 of the phone's clock."""

    id: str
    lat: float
    lon: float
    accuracy_m: float
    at: float
    mocked: bool = False


class RawSighting(NamedTuple):
    """A beacon's id as the phone heard it (`geofence.engine.snapshot.identity_key`), signal and power at a metre in
    dBm.

    A rotating id comes as its 8 bytes and is resolved before it counts: `beacon` is then the beacon's tag, and `fresh`
    that the id was of that moment.
    """

    id: str
    identity: bytes
    rssi: int
    power: int
    at: float
    beacon: int | None = None
    fresh: bool = False


def offset_ms(known_ms: int, sent_at: float, received_at: float) -> int:
    """What to add to the phone's clock; the known offset as long as it fits, so that calls agree with one another."""
    measured = round((received_at - sent_at) * 1000)
    if abs(measured - known_ms) <= CLOCK_SLACK_MS:
        return known_ms
    return 0 if abs(measured) <= CLOCK_SLACK_MS else measured


def resolved(
    sightings: Sequence[RawSighting], snapshot: PlacesSnapshot, resident: UUID, offset_s: float, now: float
) -> tuple[list[RawSighting], list[ClockCorrection]]:
    """The sightings with their rotating ids resolved, and what was learnt of the beacons' clocks on the way.

    `offset_s` is what is added to the phone's clock, `now` ours, in seconds since 1970.
    """
    found: list[RawSighting] = []
    learnt: list[ClockCorrection] = []
    for sighting in sightings:
        if len(sighting.identity) == EID_BYTES:
            at = sighting.at + offset_s
            beacon, what = snapshot.rotating.heard(sighting.identity, at, now, resident)
            found.append(sighting._replace(beacon=beacon, fresh=beacon is not None))
            if what is not None:
                learnt.append(what)
        else:
            found.append(sighting)
    return found, learnt


def in_order(
    fixes: Sequence[RawFix],
    sightings: Sequence[RawSighting],
    snapshot: PlacesSnapshot,
    *,
    offset: int,
    sent_at: float,
    received_at: float,
    ignored: list[str] | None = None,
) -> list[Observation]:
    """All that counts, by time, fixes before sightings, of several fixes of one moment the most accurate first.

    Mocked fixes and unknown beacons are left out. So is what is later than it was sent, and `ignored` gets a pointer to
    each; FromTheFuture where that is all there is. Fixes are projected here, once.
    """
    latest, oldest = round(sent_at * 1000) + AHEAD_MS, max(round(received_at * 1000) - OLDEST_MS, 1)
    ordered: list[Observation] = []
    wrong: list[FieldError] = []
    metres = snapshot.metres
    for i, (name, lat, lon, accuracy_m, at_s, mocked) in enumerate(fixes):
        at = round(at_s * 1000)
        if at > latest:
            wrong.append(FieldError(f"/fixes/{i}/at", "this is later than sent_at"))
        elif not mocked and at + offset >= oldest:
            x, y = metres(lon, lat)
            accuracy_dm = round(accuracy_m * 10)
            if accuracy_dm < BEST_ACCURACY_DM:
                accuracy_dm = BEST_ACCURACY_DM
            elif accuracy_dm > WORST_ACCURACY_DM:
                accuracy_dm = WORST_ACCURACY_DM
            if x - x == 0 and y - y == 0:  # A point at the far end of the earth has no place in this projection.
                ordered.append(Fix(at + offset, crc32(name.encode()), x, y, accuracy_dm))
    for i, sighting in enumerate(sightings):
        at = round(sighting.at * 1000)
        beacon = snapshot.heard.get(sighting.identity) if sighting.beacon is None else sighting.beacon
        if at > latest:
            wrong.append(FieldError(f"/sightings/{i}/at", "this is later than sent_at"))
        elif beacon is not None and beacon in snapshot.beacon_points and at + offset >= oldest:
            loss = min(max(sighting.power - sighting.rssi, -127), 127)
            ordered.append(Sighting(at + offset, crc32(sighting.id.encode()), beacon, loss, int(sighting.fresh)))
    if wrong:
        if len(wrong) == len(fixes) + len(sightings):
            raise FromTheFuture(wrong)
        if ignored is not None:
            ignored.extend(error.pointer.removesuffix("/at") for error in wrong)
    if len(ordered) > 1:
        ordered.sort(key=in_full)
    return ordered
