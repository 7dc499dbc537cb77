"""The municipality's zones: drawn, changed, taken away; every process is told."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg

from base.clock import now
from base.database import Work
from base.errors import Conflict, NotFound
from base.findings import refused
from base.sql import load
from geofence import drawing
from geofence.engine.geometry import Kind
from municipality.directory import town

CHANNEL: Final = "geofence"
"""Told, with the municipality's id, whenever its zones, beacons or triggers change."""
_COLUMNS = "id, name, kind, geometry, parent_id, sensitive, open_hours, active_from, active_to"


class NoSuchZone(NotFound):
    """There is no such zone."""


class ZoneIsInUse(Conflict):
    """Other zones or beacons belong to this zone; move or remove them first."""


class DistrictIsFollowed(Conflict):
    """Residents can follow this district, and would follow nothing. Say which one they follow instead: ?replaced_by=ID,
    or put it into another district first (parent_id).
    """


@dataclass(frozen=True, slots=True)
class Written:
    """A zone as staff write it: `geometry` as GeoJSON or a circle, `open_hours` by weekday (`engine.hours`)."""

    name: Mapping[str, str]
    geometry: Mapping[str, Any]
    kind: Kind
    parent_id: UUID | None = None
    sensitive: bool = False
    open_hours: Mapping[str, Any] | None = None
    active_from: datetime | None = None
    active_to: datetime | None = None


async def draw(work: Work, zone: Written) -> UUID:
    """Keep a new zone. Raises Invalid with the field at fault, Forbidden where a sensitive one needs the privacy
    officer."""
    _allowed(work, zone.sensitive)
    geometry = await _judged(work, zone)
    number = uuid4()
    await work.execute(
        "insert into zone (id, municipality_id, name, kind, geometry, parent_id, sensitive, open_hours, active_from, "
        "active_to, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        number,
        work.municipality,
        json.dumps(dict(zone.name)),
        zone.kind,
        json.dumps(geometry),
        *_rest(zone),
        now(),
    )
    await told(work)
    return number


async def redraw(work: Work, zone_id: UUID, zone: Written) -> None:
    """Replace a zone; its kind stays, since residents follow districts and triggers lie in trigger zones."""
    before = await read(work, zone_id, lock=True)
    _allowed(work, zone.sensitive or before.sensitive)
    if before.kind != zone.kind:
        raise refused("/kind", "the kind of a zone stays as it was")
    geometry = await _judged(work, zone, zone_id)
    await work.execute(
        "update zone set name = $2, geometry = $3, parent_id = $4, sensitive = $5, open_hours = $6, active_from = $7, "
        "active_to = $8, changed_at = $9 where id = $1",
        zone_id,
        json.dumps(dict(zone.name)),
        json.dumps(geometry),
        *_rest(zone),
        now(),
    )
    await told(work)


async def remove(work: Work, zone_id: UUID, replaced_by: UUID | None = None) -> None:
    """Take a zone away, with its triggers; ZoneIsInUse where zones or beacons belong to it.

    Who follows a district follows another from then on: the one that it is `replaced_by`, or the one it lies in. Where
    there is neither, DistrictIsFollowed. Raises Invalid where the other is no district.
    """
    zone = await read(work, zone_id, lock=True)
    _allowed(work, zone.sensitive)
    in_use = await work.fetchval(
        "select exists (select from zone where parent_id = $1) or exists (select from beacon where zone_id = $1)",
        zone_id,
    )
    if in_use:
        raise ZoneIsInUse()
    if zone.kind == "district":
        await _handed_over(work, zone_id, replaced_by or zone.parent_id)
    await work.execute("delete from zone where id = $1", zone_id)
    await told(work)


async def _handed_over(work: Work, district: UUID, other: UUID | None) -> None:
    """Let those who follow a district follow another. That a district which has stood for a night needs one does not
    depend on whether anybody follows it: the refusal tells nothing.
    """
    if other is None:
        if await work.fetchval(load(__file__, "followed.sql"), district):
            raise DistrictIsFollowed()
        return
    if other == district or not await work.fetchval("select true from zone where id = $1 and kind = 'district'", other):
        raise refused("/replaced_by", "there is no such other district")
    await work.execute(
        "insert into resident_area (id, municipality_id, resident_id, zone_id) "
        "select gen_random_uuid(), municipality_id, resident_id, $2 from resident_area where zone_id = $1 "
        "on conflict do nothing",
        district,
        other,
    )


async def read(work: Work, zone_id: UUID, *, lock: bool = False) -> Written:
    """One zone; NoSuchZone where there is none. `lock` keeps others from changing it meanwhile."""
    row = await work.fetchrow(
        f"select {_COLUMNS} from zone where id = $1" + (" for update" if lock else ""),  # noqa: S608 - our own column names
        zone_id,
    )
    if row is None:
        raise NoSuchZone()
    return _written(row)


async def page(
    work: Work,
    after: UUID | None,
    limit: int,
    kind: Kind | None = None,
    *,
    named: str | None = None,
    shapes: bool = True,
) -> list[tuple[UUID, Written]]:
    """At most `limit` zones in the order of their ids, beginning after one of them: of a kind, and those whose name has
    `named` in it in any language. Without `shapes` their geometries are left empty, and not read.
    """
    columns = _COLUMNS if shapes else _COLUMNS.replace("geometry", "'{}' as geometry")
    rows = await work.fetch(
        f"select {columns} from zone where id > $1 and ($3::text is null or kind = $3) "  # noqa: S608 - our own column names
        "and ($4::text is null or exists (select from jsonb_each_text(name) as said "
        "where strpos(lower(said.value), lower($4)) > 0)) order by id limit $2",
        after or UUID(int=0),
        limit,
        kind,
        named,
    )
    return [(row["id"], _written(row)) for row in rows]


async def told(work: Work) -> None:
    """Tell every process, once this is committed, that the municipality's places have changed."""
    await work.notify(CHANNEL, str(work.municipality))


async def _judged(work: Work, zone: Written, zone_id: UUID | None = None) -> Mapping[str, Any]:
    """The zone's geometry, found good; its name, parent and dates checked too."""
    where = await town(work)
    if where.languages[0] not in zone.name:
        raise refused(f"/name/{where.languages[0]}", "a name in the municipality's first language is missing")
    if zone.active_from and zone.active_to and zone.active_from >= zone.active_to:
        raise refused("/active_to", "this is not after active_from")
    if zone.parent_id is not None:
        await _fits_under(work, zone.parent_id, zone_id)
    return (await asyncio.to_thread(drawing.good, zone.geometry, zone.kind, where.srid)).geojson


async def _fits_under(work: Work, parent_id: UUID, zone_id: UUID | None) -> None:
    """The parent is a district, and not one that lies under the zone itself."""
    above = await work.fetch(
        "with recursive above (id, kind, parent_id, step) as ("
        "select id, kind, parent_id, 0 from zone where id = $1 union all "
        "select zone.id, zone.kind, zone.parent_id, step + 1 from zone join above on zone.id = above.parent_id "
        "where step < 20) select id, kind from above order by step",
        parent_id,
    )
    if not above or above[0]["kind"] != "district":
        raise refused("/parent_id", "there is no such district")
    if zone_id in {row["id"] for row in above}:
        raise refused("/parent_id", "a zone cannot lie under itself")


def _allowed(work: Work, sensitive: bool) -> None:
    if sensitive and work.tenant is not None:
        work.tenant.allow("privacy_officer")


def _rest(zone: Written) -> tuple[object, ...]:
    open_hours = None if zone.open_hours is None else json.dumps(zone.open_hours)
    return zone.parent_id, zone.sensitive, open_hours, zone.active_from, zone.active_to


def _written(row: asyncpg.Record) -> Written:
    return Written(
        json.loads(row["name"]),
        json.loads(row["geometry"]),
        row["kind"],
        row["parent_id"],
        row["sensitive"],
        json.loads(row["open_hours"]) if row["open_hours"] else None,
        row["active_from"],
        row["active_to"],
    )
