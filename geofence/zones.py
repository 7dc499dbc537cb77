"""The municipality's zones: drawn, changed, taken away; every process is told."""

import asyncio
import json
from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

import asyncpg
from tortoise.queryset import QuerySet

from base.clock import now
from base.database import Work
from base.errors import Conflict, NotFound, invalid
from base.paging import After
from base.queries import load_queries
from geofence.drawing.zone_geometry import DrawnZone, accept_drawn
from geofence.engine.geometry import Kind
from geofence.models import Beacon, Zone
from geofence.sensitivity import guard_the_mark, one_at_a_time, settle
from municipality.directory import town

CHANNEL: Final = "geofence"
"""Told, with the municipality's id, whenever its zones, beacons or triggers change."""
sql = load_queries(__file__)


class NoSuchZone(NotFound):
    """There is no such zone."""


class ZoneIsInUse(Conflict):
    """Other zones or beacons belong to this zone; move or remove them first."""


class DistrictIsFollowed(Conflict):
    """Residents can follow this district, and would follow nothing. Say which one they follow instead: ?replaced_by=ID,
    or put it into another district first (parent_id).
    """


_REDRAWN: Final = (
    "name",
    "geometry",
    "parent_id",
    "sensitive",
    "open_hours",
    "active_from",
    "active_to",
    "changed_at",
    "changed_by",
)


async def draw(work: Work, zone: Zone) -> Zone:
    """Keep a new zone, its geometry as GeoJSON or a circle; a sensitive one waits for the privacy officer. Raises
    Invalid with the field at fault.
    """
    zone.geometry, zone.changed_at, zone.changed_by = (await judged(work, zone)).geojson, now(), _caller(work)
    await one_at_a_time(work)
    await zone.save()
    await settle(work, [zone.id])
    await announce_zones_changed(work)
    return await read(zone.id)


async def redraw(work: Work, zone_id: UUID, drawn: Zone) -> Zone:
    """Replace a zone; its kind stays, since residents follow districts and triggers lie in trigger zones. A sensitive
    one that gets another shape waits for the privacy officer again.
    """
    await one_at_a_time(work)
    zone = await read(zone_id, lock=True)
    guard_the_mark(work, zone, stays=drawn.sensitive)
    if zone.kind != drawn.kind:
        raise invalid("/kind", "the kind of a zone stays as it was")
    drawn.geometry = json.loads(json.dumps((await judged(work, drawn, zone_id)).geojson))
    drawn.changed_at, drawn.changed_by = now(), _caller(work)
    reshaped = (drawn.geometry, drawn.sensitive) != (zone.geometry, zone.sensitive)
    zone.update_from_dict({name: getattr(drawn, name) for name in _REDRAWN})
    await zone.save(update_fields=_REDRAWN)
    await settle(work, [zone_id], reshaped=[zone_id] if reshaped else [])
    await announce_zones_changed(work)
    return await read(zone_id)


async def remove(work: Work, zone_id: UUID, replaced_by: UUID | None = None, *, has_been_counted: bool = False) -> None:
    """Take a zone away, with its triggers; ZoneIsInUse where zones or beacons belong to it.

    Who follows a district follows another from then on: the one that it is `replaced_by`, or the one it lies in. Where
    there is neither, DistrictIsFollowed; so too where nobody follows it, but it has stood for a night and
    `has_been_counted`: the refusal tells nothing. Raises Invalid where the other is no district.
    """
    await one_at_a_time(work)
    zone = await read(zone_id, lock=True)
    guard_the_mark(work, zone)
    if await Zone.exists(parent_id=zone_id) or await Beacon.exists(zone_id=zone_id):
        raise ZoneIsInUse()
    if zone.kind == "district":
        other = replaced_by or zone.parent_id
        if other is not None:
            await _hand_over(work, zone_id, other)
        elif has_been_counted or await work.fetchval(sql.is_followed, district=zone_id):
            raise DistrictIsFollowed()
    await zone.delete()
    await settle(work, [])
    await announce_zones_changed(work)


async def _hand_over(work: Work, district: UUID, other: UUID) -> None:
    """Let those who follow a district follow another."""
    if other == district or not await Zone.exists(id=other, kind="district"):
        raise invalid("/replaced_by", "there is no such other district")
    await work.execute(sql.hand_over_followers, district=district, other=other)


async def read(zone_id: UUID, *, lock: bool = False) -> Zone:
    """One zone; NoSuchZone where there is none. `lock` keeps others from changing it meanwhile."""
    wanted = Zone.filter(id=zone_id)
    zone = await (wanted.select_for_update() if lock else wanted).first()
    if zone is None:
        raise NoSuchZone()
    return zone


async def page(
    work: Work,
    after: UUID | None,
    limit: int,
    kind: Kind | None = None,
    *,
    named: str | None = None,
    shapes: bool = True,
) -> list[Zone]:
    """At most `limit` zones in the order of their ids, beginning after one of them: of a kind, and those whose name has
    `named` in it in any language. Without `shapes` their geometries are None, and not read.
    """
    after = after or UUID(int=0)
    if named is not None:
        rows = await work.fetch(sql.zones_named, after=after, limit=limit, kind=kind, named=named)
        wanted = Zone.filter(id__in=[row["id"] for row in rows])
    else:
        wanted = Zone.filter(id__gt=after, **({} if kind is None else {"kind": kind})).limit(limit)
    return await _with_shapes(wanted.order_by("id"), shapes)


async def by_name(
    work: Work,
    language: str,
    after: tuple[str, UUID] | None,
    limit: int,
    kind: Kind | None = None,
    *,
    named: str | None = None,
    shapes: bool = True,
) -> list[tuple[str, Zone]]:
    """As `page`, in the order of their names in a language; each with what it is sorted by."""
    text, row = after or (None, None)
    first = (await town(work)).languages[0]
    rows = await work.fetch(
        sql.zones_by_name,
        language=language,
        first=first,
        kind=kind,
        named=named,
        after=text,
        after_id=row,
        limit=limit,
    )
    return [(row["shown"], zone) for row, zone in zip(rows, await _in_this_order(rows, shapes), strict=True)]


async def by_change(
    work: Work,
    after: After | None,
    limit: int,
    kind: Kind | None = None,
    *,
    named: str | None = None,
    shapes: bool = True,
) -> list[Zone]:
    """As `page`, those first that were changed last."""
    at, row = after or (None, None)
    rows = await work.fetch(sql.zones_by_change, kind=kind, named=named, after=at, after_id=row, limit=limit)
    return await _in_this_order(rows, shapes)


async def _in_this_order(rows: Sequence[asyncpg.Record], shapes: bool) -> list[Zone]:
    wanted = Zone.filter(id__in=[row["id"] for row in rows])
    found = {zone.id: zone for zone in await _with_shapes(wanted, shapes)}
    return [found[row["id"]] for row in rows]


async def _with_shapes(wanted: QuerySet[Zone], shapes: bool) -> list[Zone]:
    if shapes:
        return await wanted
    found = await wanted.only(*(Zone._meta.db_fields - {"geometry"}))
    for zone in found:
        zone.geometry = None
    return found


async def among(zone_ids: Collection[UUID | str]) -> list[Zone]:
    """Those of these zones that are there, in the order of their ids."""
    return await Zone.filter(id__in=list(zone_ids)).order_by("id")


async def names(zone_ids: Collection[UUID | str]) -> dict[UUID, dict[str, str]]:
    """What those of these zones are called that are there."""
    return dict(await Zone.filter(id__in=list(zone_ids)).order_by("id").values_list("id", "name"))


async def announce_zones_changed(work: Work) -> None:
    """Tell every process, once this is committed, that the municipality's places have changed."""
    await work.notify(CHANNEL, str(work.municipality))


async def judged(work: Work, zone: Zone, zone_id: UUID | None = None) -> DrawnZone:
    """The zone as it was drawn, found good; its name, parent and dates checked too."""
    where = await town(work)
    if where.languages[0] not in zone.name:
        raise invalid(f"/name/{where.languages[0]}", "a name in the municipality's first language is missing")
    if zone.active_from and zone.active_to and zone.active_from >= zone.active_to:
        raise invalid("/active_to", "this is not after active_from")
    if zone.parent_id is not None:
        await _fits_under(work, zone.parent_id, zone_id)
    return await asyncio.to_thread(accept_drawn, zone.geometry, zone.kind, where.srid)


async def _fits_under(work: Work, parent_id: UUID, zone_id: UUID | None) -> None:
    """The parent is a district, and not one that lies under the zone itself."""
    above = await work.fetch(sql.zones_above, zone=parent_id)
    if not above or above[0]["kind"] != "district":
        raise invalid("/parent_id", "there is no such district")
    if zone_id in {row["id"] for row in above}:
        raise invalid("/parent_id", "a zone cannot lie under itself")


def _caller(work: Work) -> UUID | None:
    return None if work.tenant is None else work.tenant.id
