"""The municipality's beacons: what they send, where they hang."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from base.clock import now
from base.database import Work
from base.errors import Conflict, NotFound, invalid
from geofence.drawing import NORWAY
from geofence.engine.places import Protocol
from geofence.zones import told

IDENTITY_BYTES: Final[dict[Protocol, int]] = {"ibeacon": 20, "altbeacon": 20, "eddystone_uid": 16, "eddystone_eid": 25}
"""UUID, major and minor; the same of an AltBeacon; namespace and instance; key, exponent and clock offset."""


class NoSuchBeacon(NotFound):
    """There is no such beacon."""


class BeaconIsKnown(Conflict):
    """A beacon that sends this is registered already."""


@dataclass(frozen=True, slots=True)
class Written:
    """A beacon as staff write it; `identity` is what it sends, packed (`IDENTITY_BYTES`)."""

    name: str
    lat: float
    lon: float
    protocol: Protocol
    identity: bytes
    zone_id: UUID | None = None


async def put_up(work: Work, beacon: Written) -> UUID:
    """Register a beacon; BeaconIsKnown where another sends the same, Invalid where it cannot hang there."""
    await _fits(work, beacon)
    number = uuid4()
    kept = await work.execute(
        "insert into beacon (id, municipality_id, name, lat, lon, zone_id, protocol, identity, changed_at) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        number,
        work.municipality,
        *_columns(beacon),
    )
    if not kept:
        raise BeaconIsKnown()
    await told(work)
    return number


async def change(work: Work, beacon_id: UUID, beacon: Written) -> None:
    """Replace what is known of a beacon."""
    await read(work, beacon_id)
    await _fits(work, beacon)
    taken = await work.fetchval(
        "select exists (select from beacon where protocol = $1 and identity = $2 and id <> $3)",
        beacon.protocol,
        beacon.identity,
        beacon_id,
    )
    if taken:
        raise BeaconIsKnown()
    await work.execute(
        "update beacon set name = $2, lat = $3, lon = $4, zone_id = $5, protocol = $6, identity = $7, changed_at = $8 "
        "where id = $1",
        beacon_id,
        *_columns(beacon),
    )
    # Whoever registers a beacon anew has read its clock: what phones had taught us of it no longer counts.
    await work.execute("update beacon_health set offset_s = null, sure_at = null where beacon_id = $1", beacon_id)
    await told(work)


async def take_down(work: Work, beacon_id: UUID) -> None:
    """Forget a beacon, with its triggers."""
    if not await work.execute("delete from beacon where id = $1", beacon_id):
        raise NoSuchBeacon()
    await told(work)


async def read(work: Work, beacon_id: UUID) -> Written:
    """One beacon; NoSuchBeacon where there is none."""
    row = await work.fetchrow(
        "select id, name, lat, lon, zone_id, protocol, identity from beacon where id = $1", beacon_id
    )
    if row is None:
        raise NoSuchBeacon()
    return _written(row)


async def page(work: Work, after: UUID | None, limit: int) -> list[tuple[UUID, Written]]:
    """At most `limit` beacons in the order of their ids, beginning after one of them."""
    rows = await work.fetch(
        "select id, name, lat, lon, zone_id, protocol, identity from beacon where id > $1 order by id limit $2",
        after or UUID(int=0),
        limit,
    )
    return [(row["id"], _written(row)) for row in rows]


async def _fits(work: Work, beacon: Written) -> None:
    west, south, east, north = NORWAY
    if not west <= beacon.lon <= east:
        raise invalid("/lon", "outside Norway")
    if not south <= beacon.lat <= north:
        raise invalid("/lat", "outside Norway")
    if beacon.zone_id is not None and not await work.fetchval("select 1 from zone where id = $1", beacon.zone_id):
        raise invalid("/zone_id", "there is no such zone")


def _columns(beacon: Written) -> tuple[object, ...]:
    return beacon.name, beacon.lat, beacon.lon, beacon.zone_id, beacon.protocol, beacon.identity, now()


def _written(row: asyncpg.Record) -> Written:
    return Written(row["name"], row["lat"], row["lon"], row["protocol"], bytes(row["identity"]), row["zone_id"])
