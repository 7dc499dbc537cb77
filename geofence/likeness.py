"""What a zone that is being drawn is like: others of its name or its shape, before anything is kept."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg

from base.database import Work
from base.queries import load_queries
from geofence.drawing.zone_geometry import DrawnZone
from geofence.engine.geometry import box_in_degrees, in_metres, likeness
from geofence.models import Zone
from geofence.sensitivity import overlapped
from geofence.zones import judged
from municipality.directory import town

ALMOST: Final = 0.9
"""The share that two shapes must have in common to be almost the same."""
sql = load_queries(__file__)


@dataclass(frozen=True, slots=True)
class ZoneName:
    """A zone by its name."""

    id: UUID
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ZoneLikeness:
    """How large a zone is, the others of its kind that are called the same or cover almost the same ground, and the
    sensitive ones that a place overlaps."""

    area_m2: float
    same_name: tuple[ZoneName, ...]
    same_shape: tuple[ZoneName, ...]
    sensitive: tuple[ZoneName, ...]


async def look_over(work: Work, zone: Zone, zone_id: UUID | None = None) -> ZoneLikeness:
    """Judge a zone as drawing it would, keeping nothing; `zone_id` is the one that it would replace."""
    drawn = await judged(work, zone, zone_id)
    epsg = (await town(work)).srid
    named = await work.fetch(sql.zones_called, kind=zone.kind, but=zone_id, name=json.dumps(zone.name))
    west, south, east, north = box_in_degrees(drawn.laid_out, epsg)
    near = await work.fetch(
        sql.zones_as_wide, kind=zone.kind, but=zone_id, west=west, south=south, east=east, north=north
    )
    alike = await asyncio.to_thread(_alike, drawn, near, epsg)
    sensitive = await overlapped(work, zone.kind, drawn.laid_out, zone_id)
    return ZoneLikeness(
        drawn.area_m2,
        tuple(map(_named, named)),
        tuple(map(_named, alike)),
        tuple(ZoneName(one.id, one.name) for one in sensitive),
    )


def _alike(drawn: DrawnZone, near: Sequence[asyncpg.Record], epsg: int) -> list[asyncpg.Record]:
    return [row for row in near if likeness(drawn.laid_out, in_metres(json.loads(row["geometry"]), epsg)) >= ALMOST]


def _named(row: asyncpg.Record) -> ZoneName:
    return ZoneName(row["id"], json.loads(row["name"]))
