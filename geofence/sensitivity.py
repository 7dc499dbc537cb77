"""Sensitive places: one that is marked so, or overlaps one, triggers nothing until the privacy officer says yes.

It is the same however a zone came: drawn, over the API, or from a file.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import Forbidden
from base.queries import load_queries
from geofence.engine.geometry import Area, in_metres, overlap_m2
from geofence.models import Zone, ZoneKind
from municipality.directory import town
from municipality.roles import OFFICERS

LEAST_M2: Final = 1.0
"""What two places must have in common to overlap; neighbours that share a border do not."""
sql = load_queries(__file__)


class OnlyTheOfficer(Forbidden):
    """This place is marked as sensitive: you can take away neither the mark nor the place."""


def guard_the_mark(work: Work, zone: Zone, *, stays: bool = False) -> None:
    """Raise OnlyTheOfficer where others would take away a mark that has been decided on. Who set it may take it back
    before that."""
    tenant = work.tenant
    if stays or not zone.sensitive or zone.decided_at is None or tenant is None:
        return
    if tenant.caller != "system" and not tenant.has(OFFICERS):
        raise OnlyTheOfficer(roles=OFFICERS)


async def one_at_a_time(work: Work) -> None:
    """Wait until nobody else writes zones: of two that are written at once, the later one sees the other."""
    await work.execute(sql.lock_zones)


async def settle(work: Work, written: Sequence[UUID], reshaped: Iterable[UUID] = ()) -> set[UUID]:
    """Look at which places need approval now that these zones were written, or others taken away; the ids of those that
    began to wait.

    What needs it and has none waits, and so do those `reshaped` that had it; what needs it no longer is as others are.
    """
    pairs = await work.fetch(sql.near_sensitive, written=list(written))
    epsg = (await town(work)).srid
    borders = await _borders(work, {one for row in pairs for one in (row["id"], row["marked"])})
    overlapping = await asyncio.to_thread(_overlapping, [(row["id"], row["marked"]) for row in pairs], borders, epsg)
    stands = await work.fetch(sql.approvals_of, zones=[*written, *overlapping])
    again = set(reshaped)
    needing = {row["id"] for row in stands if row["sensitive"] or row["id"] in overlapping}
    waiting = {
        row["id"]
        for row in stands
        if row["id"] in needing and (row["approval"] is None or (row["id"] in again and row["approval"] != "waiting"))
    }
    free = {row["id"] for row in stands if row["approval"] is not None and row["id"] not in needing}
    if waiting:
        tenant = work.tenant
        await work.execute(
            sql.ask_for_approval, zones=list(waiting), at=now(), by=None if tenant is None else tenant.id
        )
    if free:
        await work.execute(sql.need_no_approval, zones=list(free))
    return waiting


async def overlapped(work: Work, kind: ZoneKind, area: Area, but: UUID | None = None) -> list[Zone]:
    """The zones marked sensitive, but one, that a place overlaps, its area in metres; none for a district."""
    if kind != "trigger":
        return []
    epsg = (await town(work)).srid
    marked = await Zone.filter(sensitive=True, **({} if but is None else {"id__not": but}))

    def meeting() -> list[Zone]:
        return [one for one in marked if overlap_m2(area, in_metres(one.geometry, epsg)) > LEAST_M2]

    return await asyncio.to_thread(meeting)


async def _borders(work: Work, zones: Iterable[UUID]) -> dict[UUID, Any]:
    wanted = list(zones)
    if not wanted:
        return {}
    return {row["id"]: json.loads(row["geometry"]) for row in await work.fetch(sql.borders_to_compile, zones=wanted)}


def _overlapping(pairs: Sequence[tuple[UUID, UUID]], borders: Mapping[UUID, Any], epsg: int) -> set[UUID]:
    """The places of some pairs that overlap the zone that each is paired with."""
    areas = {zone: in_metres(border, epsg) for zone, border in borders.items()}
    return {place for place, marked in pairs if overlap_m2(areas[place], areas[marked]) > LEAST_M2}
