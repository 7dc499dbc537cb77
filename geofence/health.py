"""How beacons are: one row a beacon and day, from whoever heard it first; never who that was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from base.database import Work
from base.errors import FieldError, Invalid
from geofence.engine.index import Snapshot
from geofence.engine.places import tag
from geofence.engine.rotating import Learnt, set_by
from geofence.zones import told

_FIRST = """
insert into beacon_health (id, municipality_id, beacon_id, day, battery_mv, temperature_c)
values ($1, $2, $3, $4, $5, $6) on conflict (municipality_id, beacon_id, day) do nothing
"""
_LEARNT = """
insert into beacon_health (id, municipality_id, beacon_id, day, offset_s, sure_at) values ($1, $2, $3, $4, $5, $6)
on conflict (municipality_id, beacon_id, day) do update set offset_s = excluded.offset_s, sure_at = excluded.sure_at
"""


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What a beacon says of itself: battery in millivolts, temperature in °C."""

    beacon: int
    battery_mv: int | None
    temperature_c: float | None


@dataclass(frozen=True, slots=True)
class Day:
    """A beacon's health on a day; `offset_s` where its clock was found to run otherwise that day."""

    day: date
    battery_mv: int | None
    temperature_c: float | None
    offset_s: int | None


class HealthBook:
    """Which beacons have their row of the day, as far as this process knows, so that nothing is written twice."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._noted: set[tuple[UUID, int]] = set()

    async def note(
        self, work: Work, snapshot: Snapshot, heard: Iterable[Telemetry], learnt: Sequence[Learnt], at: float
    ) -> None:
        """Keep a beacon's first telemetry of the day, and what was learnt of its clock. `at` in seconds since 1970."""
        day = datetime.fromtimestamp(at, snapshot.timezone).date()
        if day != self._day:
            self._day, self._noted = day, set()
        for one in heard:
            spot = snapshot.spots.get(one.beacon)
            if spot is None or (work.municipality, spot.tag) in self._noted:
                continue
            self._noted.add((work.municipality, spot.tag))
            row = uuid4(), work.municipality, spot.id, day, one.battery_mv, one.temperature_c
            await work.execute(_FIRST, *row)
        for what in learnt:
            await _keep(work, snapshot, what, at)
        if learnt:
            await told(work)


class IdIsNotThisBeacons(Invalid):
    """This beacon does not send that id: not now, not in the last month, not within a day."""


async def scan(work: Work, snapshot: Snapshot, beacon_id: UUID, eid: bytes, at: float) -> int:
    """Set a rotating beacon's clock by what staff hear beside it; its offset now, in seconds. `at` in seconds since
    1970. Raises IdIsNotThisBeacons."""
    known = snapshot.rotating.rotor(tag(beacon_id))
    learnt = None if known is None else set_by(known, eid, at)
    if learnt is None:
        raise IdIsNotThisBeacons([FieldError("/eid", "this beacon does not send that id about now")])
    await _keep(work, snapshot, learnt, at)
    await told(work)
    return learnt.offset_s


async def _keep(work: Work, snapshot: Snapshot, learnt: Learnt, at: float) -> None:
    day, sure_at = datetime.fromtimestamp(at, snapshot.timezone).date(), datetime.fromtimestamp(learnt.sure_at, UTC)
    beacon = snapshot.spots[learnt.beacon].id
    await work.execute(_LEARNT, uuid4(), work.municipality, beacon, day, learnt.offset_s, sure_at)


async def history(work: Work, beacon_id: UUID, days: int) -> list[Day]:
    """The latest days on which a beacon was heard, the latest first."""
    rows = await work.fetch(
        "select day, battery_mv, temperature_c, offset_s from beacon_health where beacon_id = $1 "
        "order by day desc limit $2",
        beacon_id,
        days,
    )
    return [Day(row["day"], row["battery_mv"], row["temperature_c"], row["offset_s"]) for row in rows]
