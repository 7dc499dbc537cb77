"""How beacons are: one row a beacon and day, from whoever heard it first; never who that was."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from base.database import Work
from base.errors import FieldError, Invalid
from base.queries import load_queries
from base.waiting import Waiting
from geofence.engine.places import tag
from geofence.engine.rotating import ClockCorrection, set_by
from geofence.engine.snapshot import PlacesSnapshot
from geofence.models import BeaconHealth
from geofence.zones import announce_zones_changed
from municipality.directory import today

sql = load_queries(__file__)
DYING_MV: Final = 2_400
"""A coin cell below this has weeks left, not months."""
SILENT: Final = timedelta(days=14)
"""A beacon that nobody has heard for longer is said to be silent."""

Condition = Literal["well", "dying", "silent", "never"]


@dataclass(frozen=True, slots=True)
class LastHeard:
    """The last day on which a beacon was heard, and what it said last of its battery, in millivolts."""

    heard: date
    battery_mv: int | None


def condition(known: LastHeard | None, today: date) -> Condition:
    """How a beacon is, as far as phones have heard it."""
    if known is None:
        return "never"
    if today - known.heard > SILENT:
        return "silent"
    return "dying" if known.battery_mv is not None and known.battery_mv < DYING_MV else "well"


async def latest(work: Work, ids: Collection[UUID]) -> dict[UUID, LastHeard]:
    """What was heard last of some beacons."""
    rows = await work.fetch(sql.last_heard, beacons=list(ids))
    return {row["beacon_id"]: LastHeard(row["heard"], row["battery_mv"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What a beacon says of itself: battery in millivolts, temperature in °C."""

    beacon: int
    battery_mv: int | None
    temperature_c: float | None


class HealthBook:
    """Which beacons have their row of the day, as far as this process knows, so that nothing is written twice."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._noted: set[tuple[UUID, int]] = set()

    async def note(
        self,
        work: Work,
        snapshot: PlacesSnapshot,
        heard: Iterable[Telemetry],
        learnt: Sequence[ClockCorrection],
        at: float,
    ) -> None:
        """Keep a beacon's first telemetry of the day, and what was learnt of its clock. `at` in seconds since 1970."""
        day = datetime.fromtimestamp(at, snapshot.timezone).date()
        if day != self._day:
            self._day, self._noted = day, set()
        for one in heard:
            point = snapshot.beacon_points.get(one.beacon)
            if point is None or (work.municipality, point.tag) in self._noted:
                continue
            self._noted.add((work.municipality, point.tag))
            await heard_on(work, point.id, day, battery_mv=one.battery_mv, temperature_c=one.temperature_c)
        for what in learnt:
            await _keep(work, snapshot, what, at)
        if learnt:
            await announce_zones_changed(work)


async def heard_on(work: Work, beacon: UUID, day: date, *, battery_mv: int | None, temperature_c: float | None) -> None:
    """Keep what a beacon said of itself on a day; the first of it counts."""
    await work.execute(sql.add_telemetry, beacon=beacon, day=day, battery_mv=battery_mv, temperature_c=temperature_c)


class IdIsNotThisBeacons(Invalid):
    """This beacon does not send that id: not now, not in the last month, not within a day."""


async def scan(work: Work, snapshot: PlacesSnapshot, beacon_id: UUID, eid: bytes, at: float) -> int:
    """Set a rotating beacon's clock by what staff hear beside it; its offset now, in seconds. `at` in seconds since
    1970. Raises IdIsNotThisBeacons."""
    known = snapshot.rotating.rotor(tag(beacon_id))
    learnt = None if known is None else set_by(known, eid, at)
    if learnt is None:
        raise IdIsNotThisBeacons([FieldError("/eid", "this beacon does not send that id about now")])
    await _keep(work, snapshot, learnt, at)
    await announce_zones_changed(work)
    return learnt.offset_s


async def _keep(work: Work, snapshot: PlacesSnapshot, learnt: ClockCorrection, at: float) -> None:
    day, sure_at = datetime.fromtimestamp(at, snapshot.timezone).date(), datetime.fromtimestamp(learnt.sure_at, UTC)
    beacon = snapshot.beacon_points[learnt.beacon].id
    await work.execute(sql.set_clock, beacon=beacon, day=day, offset_s=learnt.offset_s, sure_at=sure_at)


async def history(beacon_id: UUID, days: int) -> list[BeaconHealth]:
    """The latest days on which a beacon was heard, the latest first."""
    return await BeaconHealth.filter(beacon_id=beacon_id).order_by("-day").limit(days)


async def dying(work: Work) -> Waiting:
    """Beacons whose battery is low, or that nobody hears any more."""
    since = await today(work) - SILENT
    return Waiting.of(await work.fetchrow(sql.beacons_dying, low_mv=DYING_MV, since=since))
