"""Every municipality's snapshot in this process: built ahead of time, replaced as a whole when zones change."""

import asyncio
import gc
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import asyncpg
import structlog

from base.clock import now
from base.database import Work, work
from base.errors import Problem
from base.jobs import system
from base.queries import load_queries
from base.rows import each
from base.signals import Signals
from geofence.daily_cap import per_day
from geofence.engine.geometry import holds
from geofence.engine.opening_hours import week
from geofence.engine.places import CompiledBeacon, CompiledZone
from geofence.engine.snapshot import PlacesSnapshot
from geofence.models import Zone
from geofence.triggers import compile_trigger
from geofence.zones import CHANNEL
from municipality.directory import list_municipalities, town
from municipality.models import Municipality

log = structlog.get_logger(__name__)

AHEAD_S: Final = 60.0
"""How often this process forgets and looks ahead."""

sql = load_queries(__file__)


@dataclass(slots=True)
class _Town:
    snapshot: PlacesSnapshot | None = None
    stale: bool = True
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    replacing: asyncio.Task[None] | None = None


class Snapshots:
    """Holds one snapshot for each municipality that is asked about, and replaces it when it is told of a change.

    Whoever asks next reads the changed rows in their own unit of work. A handful of zones is laid out at once, and
    nobody is answered from those that were replaced before they asked; where it takes longer, in a thread, the old ones
    serve until the new ones lie ready. A process lays out ahead of time what it will be asked about (`lay_out`).
    """

    def __init__(
        self, signals: Signals | None = None, prepare: Callable[[PlacesSnapshot], object] = lambda snapshot: None
    ) -> None:
        """`prepare` is called with each snapshot where it is built, perhaps in a thread, before it takes its place."""
        self._prepare = prepare
        self._towns: dict[UUID, _Town] = {}
        self.ready = True
        self.laid_out: Callable[[UUID, PlacesSnapshot], None] = lambda municipality, snapshot: None
        """Told of each snapshot that takes the place of another, and of each first one."""
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

    def at_hand(self, municipality: UUID) -> PlacesSnapshot | None:
        """The snapshot that `of` would give without a question; None where it has to ask."""
        known = self._towns.get(municipality)
        return None if known is None or (known.stale and known.replacing is None) else known.snapshot

    async def of(self, work: Work, *, newest: bool = False) -> PlacesSnapshot:
        """The snapshot of the municipality that the unit of work is bound to; with `newest` as of now, however long
        that takes."""
        known = self._towns.get(work.municipality)
        if known is None:
            known = self._towns[work.municipality] = _Town()
        if newest and known.replacing is not None:
            await asyncio.wait([known.replacing])
        if (at_hand := self.at_hand(work.municipality)) is not None:
            return at_hand
        async with known.lock:
            if known.snapshot is None or known.stale:
                known.stale = False  # Told again while this is read, it is read again.
                try:
                    await self._renewed(known, work)
                except BaseException:
                    known.stale = True
                    raise
        if newest and known.replacing is not None:
            await asyncio.wait([known.replacing])
        assert known.snapshot is not None
        return known.snapshot

    async def _renewed(self, known: _Town, work: Work) -> None:
        read, quick = await _read(work, known.snapshot)

        def build() -> PlacesSnapshot:
            snapshot = read()
            self._prepare(snapshot)
            return snapshot

        if quick:
            known.snapshot = build()
            self.laid_out(work.municipality, known.snapshot)
        elif known.snapshot is None:
            known.snapshot = await asyncio.to_thread(quietly, build)
            self.laid_out(work.municipality, known.snapshot)
        elif known.replacing is None:
            known.replacing = asyncio.create_task(self._replace(known, build, work.municipality))
        else:
            known.stale = True  # Another is on its way; what has changed since comes after it.

    async def _replace(self, known: _Town, build: Callable[[], PlacesSnapshot], municipality: UUID) -> None:
        try:
            known.snapshot = await asyncio.to_thread(quietly, build)
            self.laid_out(municipality, known.snapshot)
        except Exception as error:
            known.stale = True
            log.error("zones could not be laid out", error=type(error).__name__)
        finally:
            known.replacing = None

    async def lay_out(self) -> None:
        """Build the snapshot of every municipality that has zones, one after the other, before anybody asks."""
        self.ready = False
        try:
            async with work(None):
                towns = await list_municipalities()

            async def lay_out(where: Municipality) -> None:
                async with work(system(where.id)) as unit:
                    if await Zone.all().exists():
                        await self.of(unit)

            await each("geofence.lay_out", towns, lay_out)
        except Problem as refused:  # Whoever asks first will have them built, then.
            log.warning("zones were not laid out ahead of time", error=type(refused).__name__)
        finally:
            self.ready = True

    async def keep_ahead(self) -> None:
        """Lay the zones out; from then on, each minute, forget where phones have called from, and work out what
        rotating beacons will send. Never returns."""
        await self.lay_out()
        while True:
            for known in list(self._towns.values()):
                if known.snapshot is not None:
                    known.snapshot.forget_where()
                    try:
                        await asyncio.to_thread(known.snapshot.rotating.prepare, now().timestamp())
                    except Exception as error:  # What cannot be foreseen is found when it is heard; forgetting goes on.
                        log.error("rotating beacons were not looked ahead for", error=type(error).__name__)
            await asyncio.sleep(AHEAD_S)

    def sizes(self) -> list[tuple[int, float, int]]:
        """Zones, seconds it took to build, and bytes of each snapshot, for the metrics; whose it is, is not said."""
        return [(len(s.zones), s.build_s, s.memory_bytes) for t in self._towns.values() if (s := t.snapshot)]


def quietly(build: Callable[[], PlacesSnapshot]) -> PlacesSnapshot:
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


async def _read(work: Work, before: PlacesSnapshot | None) -> tuple[Callable[[], PlacesSnapshot], bool]:
    """How to build the snapshot of what stands in the tables now, and whether that is done in a moment."""
    where, most = await town(work), await per_day(work)
    rows = await work.fetch(sql.zones_to_compile)
    known = {zone.id: zone for zone in before.zones} if before is not None else {}
    redrawn = [r["id"] for r in rows if r["id"] not in known or known[r["id"]].changed != r["changed_at"].timestamp()]
    drawn = (
        {row["id"]: row["geometry"] for row in await work.fetch(sql.borders_to_compile, zones=redrawn)}
        if redrawn
        else {}
    )
    beacons = await work.fetch(sql.beacons_to_compile)
    silent = {row["id"]: json.loads(row["geometry"]) for row in await work.fetch(sql.silent_borders)}
    mute = _beacons_within(silent, beacons, where.srid) if silent else []
    triggers = await work.fetch(sql.triggers_to_compile, silent_zones=list(silent), silent_beacons=mute)

    def build() -> PlacesSnapshot:
        return PlacesSnapshot(
            [_zone(row, drawn, known) for row in rows],
            [_beacon(row) for row in beacons],
            [compile_trigger(**{**row, "rule": json.loads(row["rule"])}) for row in triggers],
            epsg=where.srid,
            timezone=where.timezone,
            cap_per_day=most,
            before=before,
        )

    return build, len(redrawn) + len(rows) / 20 < 20  # A handful is laid out sooner than a thread begins.


def _beacons_within(zones: Mapping[UUID, Any], beacons: Sequence[asyncpg.Record], epsg: int) -> list[UUID]:
    """The beacons that belong to one of some zones, or hang in one."""
    return [
        row["id"]
        for row in beacons
        if row["zone_id"] in zones or any(holds(shape, row["lon"], row["lat"], epsg) for shape in zones.values())
    ]


def _beacon(row: asyncpg.Record) -> CompiledBeacon:
    return CompiledBeacon(
        id=row["id"],
        lon=row["lon"],
        lat=row["lat"],
        protocol=row["protocol"],
        identity=bytes(row["identity"]),
        offset_s=row["offset_s"],
        sure_at=(row["sure_at"] or row["changed_at"]).timestamp(),
    )


def _zone(row: asyncpg.Record, drawn: dict[UUID, str], known: dict[UUID, CompiledZone]) -> CompiledZone:
    return CompiledZone(
        id=row["id"],
        kind=row["kind"],
        geojson=drawn[row["id"]] if row["id"] in drawn else known[row["id"]].geojson,
        open_hours=week(json.loads(row["open_hours"])) if row["open_hours"] else None,
        active_from=row["active_from"].timestamp() if row["active_from"] else None,
        active_to=row["active_to"].timestamp() if row["active_to"] else None,
        changed=row["changed_at"].timestamp(),
    )
