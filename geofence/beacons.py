"""The municipality's beacons: what they send, where they hang."""

from typing import Final
from uuid import UUID

from tortoise.exceptions import IntegrityError

from base.clock import now
from base.database import Work
from base.errors import Conflict, NotFound, invalid
from geofence.drawing.norway import NORWAY
from geofence.engine.places import Protocol
from geofence.models import Beacon, BeaconHealth, Zone
from geofence.zones import announce_zones_changed

IDENTITY_BYTES: Final[dict[Protocol, int]] = {"ibeacon": 20, "altbeacon": 20, "eddystone_uid": 16, "eddystone_eid": 25}
"""UUID, major and minor; the same of an AltBeacon; namespace and instance; key, exponent and clock offset."""


class NoSuchBeacon(NotFound):
    """There is no such beacon."""


class BeaconIsKnown(Conflict):
    """A beacon that sends this is registered already."""


_CHANGED: Final = ("name", "lat", "lon", "zone_id", "protocol", "identity", "changed_at")


async def put_up(work: Work, beacon: Beacon) -> Beacon:
    """Register a beacon; BeaconIsKnown where another sends the same, Invalid where it cannot hang there."""
    await _fits(beacon)
    beacon.changed_at = now()
    await _keep(work, beacon)
    return beacon


async def change(work: Work, beacon_id: UUID, written: Beacon) -> Beacon:
    """Replace what is known of a beacon by what is told of it."""
    beacon = await read(beacon_id)
    await _fits(written)
    written.changed_at = now()
    beacon.update_from_dict({name: getattr(written, name) for name in _CHANGED})
    await _keep(work, beacon)
    # Whoever registers a beacon anew has read its clock: what phones had taught us of it no longer counts.
    await BeaconHealth.filter(beacon_id=beacon_id).update(offset_s=None, sure_at=None)
    return beacon


async def _keep(work: Work, beacon: Beacon) -> None:
    try:
        async with work.apart():
            await beacon.save()
    except IntegrityError:
        raise BeaconIsKnown() from None
    await announce_zones_changed(work)


async def take_down(work: Work, beacon_id: UUID) -> None:
    """Forget a beacon, with its triggers."""
    if not await Beacon.filter(id=beacon_id).delete():
        raise NoSuchBeacon()
    await announce_zones_changed(work)


async def read(beacon_id: UUID) -> Beacon:
    """One beacon; NoSuchBeacon where there is none."""
    beacon = await Beacon.get_or_none(id=beacon_id)
    if beacon is None:
        raise NoSuchBeacon()
    return beacon


async def page(after: UUID | None, limit: int, named: str | None = None) -> list[Beacon]:
    """At most `limit` beacons in the order of their ids, beginning after one of them: all, or those whose name has
    `named` in it."""
    found = Beacon.filter(id__gt=after or UUID(int=0), **({} if named is None else {"name__icontains": named}))
    return await found.order_by("id").limit(limit)


async def _fits(beacon: Beacon) -> None:
    west, south, east, north = NORWAY
    if not west <= beacon.lon <= east:
        raise invalid("/lon", "this lies outside Norway")
    if not south <= beacon.lat <= north:
        raise invalid("/lat", "this lies outside Norway")
    if beacon.zone_id is not None and not await Zone.exists(id=beacon.zone_id):
        raise invalid("/zone_id", "there is no such zone")
