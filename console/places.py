"""What the page of one place is told: what it is, what hangs on it, who changed it, and whom it waits for."""

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from base.database import Work
from base.tenant import Tenant
from console.page import Page, PageRequest
from geofence import approvals, zones
from geofence.engine.geometry import in_metres
from geofence.models import Zone
from geofence.sensitivity import overlapped
from municipality import access, audit, members
from municipality.directory import town
from municipality.models import StaffMember
from municipality.roles import OFFICERS, PLACE_EDITORS
from surveys.places import uses

WAITING_SHOWN = 50


async def one(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """A place; NoSuchZone where there is none."""
    zone = await zones.read(asked.id())
    where, hanging, people = await town(work), await uses(work, zone.id), await members.list_members()
    names = await _names(people)
    above = None if zone.parent_id is None else await zones.read(zone.parent_id)
    overlapping: list[Zone] = []
    if zone.approval is not None and not zone.sensitive:
        area = await asyncio.to_thread(in_metres, zone.geometry, where.srid)
        overlapping = await overlapped(work, zone.kind, area, zone.id)
    await audit.record(work, "place_page", "viewed", zone.id)
    return {
        "zone": zone,
        "above": above,
        "hanging": hanging,
        "overlapping": overlapping,
        "changed_by": names.get(zone.changed_by or UUID(int=0)),
        "asked_by": names.get(zone.asked_by or UUID(int=0)),
        "decided_by": names.get(zone.decided_by or UUID(int=0)),
        "officers": [one.name for one in people if one.active and "privacy_officer" in one.roles],
        "edits": tenant.has(PLACE_EDITORS),
        "decides": tenant.has(OFFICERS),
        "timezone": where.timezone,
        "data": {
            "zone": {
                "id": str(zone.id),
                "name": zone.name,
                "kind": zone.kind,
                "geometry": zone.geometry,
                "parent_id": None if zone.parent_id is None else str(zone.parent_id),
                "in_use": [*hanging.beacons, *(one.name for one in hanging.districts)],
            }
        },
    }


async def waiting() -> list[dict[str, Any]]:
    """The places that wait for the privacy officer, as pages list them."""
    names = await _names(await members.list_members())
    return [
        {"id": one.id, "name": one.name, "asked_at": one.asked_at, "by": names.get(one.asked_by or UUID(int=0))}
        for one in await approvals.waiting_places(WAITING_SHOWN)
    ]


async def _names(people: Iterable[StaffMember]) -> dict[UUID, str]:
    """Those who work here and the keys, by id."""
    names = {member.id: member.name for member in people}
    return names | {key.id: key.name for key in await access.list_keys()}


PAGES: list[Page] = [
    Page(path="/console/zones", template="zones.html", menu="zones", script="zones.js", texts=("zones", "map")),
    Page(
        path="/console/zones/{id}",
        template="place.html",
        menu="zones",
        script="place.js",
        texts=("zones", "place", "map"),
        context=one,
    ),
]
"""Its pages; where a path fits several, the first counts."""
