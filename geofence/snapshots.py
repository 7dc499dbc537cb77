"""Every municipality's snapshot in this process: built when first asked for, replaced as a whole when zones change."""

import asyncio
import gc
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from base.database import Work
from base.signals import Signals
from geofence.hours import week
from geofence.index import Snapshot
from geofence.places import Beacon, Zone
from geofence.triggers import as_rule
from geofence.zones import CHANNEL
from municipality.directory import town

_ZONES = "select id, kind, open_hours, active_from, active_to, changed_at from zone order by id"
_GEOMETRIES = "select id, geometry from zone where id = any($1::uuid[])"
_BEACONS = """
select id, lon, lat, protocol, identity, changed_at, learnt.offset_s, learnt.sure_at from beacon
left join lateral (
    select offset_s, sure_at from beacon_health
    where beacon_id = beacon.id and offset_s is not null order by day desc limit 1
) as learnt on true
"""
_TRIGGERS = (
    "select id, zone_id, beacon_id, rule, active_to, subject_kind, subject_id from trigger where active_to > now()"
)


@dataclass(slots=True)
class _Town:
    snapshot: Snapshot | None = None
    stale: bool = True
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Snapshots:
    """Holds one snapshot for each municipality that is asked about, and forgets it when it is told of a change.

    Whoever asks next reads the changed rows in their own unit of work and has the snapshot built in a thread; the
    others wait for it. So nobody is answered from zones that were replaced before they asked.
    """

    def __init__(self, signals: Signals | None = None) -> None:
        self._towns: dict[UUID, _Town] = {}
        if signals is not None:
            signals.on(CHANNEL, lambda payload: self.stale(UUID(payload)))
            signals.on_renewed(self.all_stale)

    def stale(self, municipality: UUID) -> None:
        """The municipality's places have changed."""
        if municipality in self._towns:
            self._towns[municipality].stale = True

    def all_stale(self) -> None:
        """Anything may have changed unheard."""
        for known in self._towns.values():
            known.stale = True

    async def of(self, work: Work) -> Snapshot:
        """The snapshot of the municipality that the unit of work is bound to, as of now."""
        known = self._towns.setdefault(work.municipality, _Town())
        if known.snapshot is not None and not known.stale:
            return known.snapshot
        async with known.lock:
            if known.snapshot is None or known.stale:
                known.stale = False  # Told again while this is read, it is read again.
                try:
                    known.snapshot = await _read(work, known.snapshot)
                except BaseException:
                    known.stale = True
                    raise
            return known.snapshot

    def sizes(self) -> list[tuple[int, float, int]]:
        """Zones, seconds it took to build, and bytes of each snapshot, for the metrics; whose it is, is not said."""
        return [(len(s.zones), s.build_s, s.memory_bytes) for t in self._towns.values() if (s := t.snapshot)]


def quietly(build: Callable[[], Snapshot]) -> Snapshot:
    """Build a large snapshot without stopping the event loop for a full garbage collection, then or later.

    What it is made of lives as long as it does and is freed by reference counts, so the collector need not look
    through it: it waits while the snapshot is built, and what is alive then is set aside.
    """
    gc.disable()
    try:
        return build()
    finally:
        gc.freeze()
        gc.enable()


async def _read(work: Work, before: Snapshot | None) -> Snapshot:
    where = await town(work)
    rows = await work.fetch(_ZONES)
    known = {zone.id: zone for zone in before.zones} if before is not None else {}
    redrawn = [r["id"] for r in rows if r["id"] not in known or known[r["id"]].changed != r["changed_at"].timestamp()]
    drawn = {row["id"]: row["geometry"] for row in await work.fetch(_GEOMETRIES, redrawn)} if redrawn else {}
    beacons, triggers = await work.fetch(_BEACONS), await work.fetch(_TRIGGERS)

    def build() -> Snapshot:
        return Snapshot(
            [_zone(row, drawn, known) for row in rows],
            [_beacon(row) for row in beacons],
            [as_rule(row) for row in triggers],
            epsg=where.srid,
            timezone=where.timezone,
            before=before,
        )

    if len(redrawn) + len(rows) / 20 < 20:  # A handful is laid out sooner than a thread begins.
        return build()
    return await asyncio.to_thread(quietly, build)


def _beacon(row: asyncpg.Record) -> Beacon:
    sure_at = (row["sure_at"] or row["changed_at"]).timestamp()
    identity = bytes(row["identity"])
    return Beacon(row["id"], row["lon"], row["lat"], row["protocol"], identity, row["offset_s"], sure_at)


def _zone(row: asyncpg.Record, drawn: dict[UUID, str], known: dict[UUID, Zone]) -> Zone:
    geometry = drawn[row["id"]] if row["id"] in drawn else known[row["id"]].geojson
    return Zone(
        row["id"],
        row["kind"],
        geometry,
        week(json.loads(row["open_hours"])) if row["open_hours"] else None,
        row["active_from"].timestamp() if row["active_from"] else None,
        row["active_to"].timestamp() if row["active_to"] else None,
        row["changed_at"].timestamp(),
    )
