"""The municipality's zones: drawn, changed, taken away; every process is told."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import Conflict, NotFound, invalid
from base.queries import load_queries
from geofence.drawing import zone_geometry
from geofence.engine.geometry import Kind
from geofence.models import Beacon, Zone
from municipality.directory import town
from municipality.roles import OFFICERS

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


_REDRAWN: Final = ("name", "geometry", "parent_id", "sensitive", "open_hours", "active_from", "active_to", "changed_at")


async def draw(work: Work, zone: Zone) -> Zone:
    """Keep a new zone, its geometry as GeoJSON or a circle. Raises Invalid with the field at fault, Forbidden where a
    sensitive one needs the privacy officer.
    """
    _allowed(work, zone.sensitive)
    zone.geometry, zone.changed_at = await _judged(work, zone), now()
    await zone.save()
    await announce_zones_changed(work)
    return await read(zone.id)


async def redraw(work: Work, zone_id: UUID, drawn: Zone) -> Zone:
    """Replace a zone; its kind stays, since residents follow districts and triggers lie in trigger zones."""
    zone = await read(zone_id, lock=True)
    _allowed(work, drawn.sensitive or zone.sensitive)
    if zone.kind != drawn.kind:
        raise invalid("/kind", "the kind of a zone stays as it was")
    drawn.geometry, drawn.changed_at = await _judged(work, drawn, zone_id), now()
    zone.update_from_dict({name: getattr(drawn, name) for name in _REDRAWN})
    await zone.save(update_fields=_REDRAWN)
    await announce_zones_changed(work)
    return await read(zone_id)


async def remove(work: Work, zone_id: UUID, replaced_by: UUID | None = None, *, has_been_counted: bool = False) -> None:
    """Take a zone away, with its triggers; ZoneIsInUse where zones or beacons belong to it.

    Who follows a district follows another from then on: the one that it is `replaced_by`, or the one it lies in. Where
    there is neither, DistrictIsFollowed; so too where nobody follows it, but it has stood for a night and
    `has_been_counted`: the refusal tells nothing. Raises Invalid where the other is no district.
    """
    zone = await read(zone_id, lock=True)
    _allowed(work, zone.sensitive)
    if await Zone.exists(parent_id=zone_id) or await Beacon.exists(zone_id=zone_id):
        raise ZoneIsInUse()
    if zone.kind == "district":
        other = replaced_by or zone.parent_id
        if other is not None:
            await _hand_over(work, zone_id, other)
        elif has_been_counted or await work.fetchval(sql.is_followed, district=zone_id):
            raise DistrictIsFollowed()
    await zone.delete()
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
    if shapes:
        return await wanted.order_by("id")
    found = await wanted.order_by("id").only(*(Zone._meta.db_fields - {"geometry"}))
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


async def _judged(work: Work, zone: Zone, zone_id: UUID | None = None) -> Mapping[str, Any]:
    """The zone's geometry, found good; its name, parent and dates checked too."""
    where = await town(work)
    if where.languages[0] not in zone.name:
        raise invalid(f"/name/{where.languages[0]}", "a name in the municipality's first language is missing")
    if zone.active_from and zone.active_to and zone.active_from >= zone.active_to:
        raise invalid("/active_to", "this is not after active_from")
    if zone.parent_id is not None:
        await _fits_under(work, zone.parent_id, zone_id)
    return (await asyncio.to_thread(zone_geometry.accept_drawn, zone.geometry, zone.kind, where.srid)).geojson


async def _fits_under(work: Work, parent_id: UUID, zone_id: UUID | None) -> None:
    """The parent is a district, and not one that lies under the zone itself."""
    above = await work.fetch(sql.zones_above, zone=parent_id)
    if not above or above[0]["kind"] != "district":
        raise invalid("/parent_id", "there is no such district")
    if zone_id in {row["id"] for row in above}:
        raise invalid("/parent_id", "a zone cannot lie under itself")


def _allowed(work: Work, sensitive: bool) -> None:
    if sensitive and work.tenant is not None:
        work.tenant.allow(OFFICERS)
