"""Pages about what happens at a place: triggers, written and tried, and the beacons that some of them listen for."""

from typing import Any

from base.database import Work
from base.tenant import Tenant
from console.page import Page, PageRequest
from geofence import triggers
from municipality.roles import WRITERS


async def listed(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """Every trigger: what the script reads, and whether the reader may change them."""
    return {"writes": tenant.has(WRITERS)}


async def one(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """A trigger that is changed."""
    return {"data": {"trigger": {"id": str((await triggers.read(asked.id())).id)}}}


PAGES: list[Page] = [
    Page(
        path="/console/triggers",
        template="triggers.html",
        menu="triggers",
        script="triggers.js",
        texts=("trigger", "map"),
        context=listed,
    ),
    Page(
        path="/console/triggers/new",
        template="trigger_edit.html",
        menu="triggers",
        script="trigger-edit.js",
        texts=("trigger", "map"),
    ),
    Page(
        path="/console/triggers/{id}/edit",
        template="trigger_edit.html",
        menu="triggers",
        script="trigger-edit.js",
        texts=("trigger", "map"),
        context=one,
    ),
    Page(
        path="/console/triggers/try",
        template="trigger_trial.html",
        menu="triggers",
        script="trigger-trial.js",
        texts=("trial", "map"),
    ),
    Page(
        path="/console/beacons", template="beacons.html", menu="beacons", script="beacons.js", texts=("beacon", "map")
    ),
]
"""Its pages; where a path fits several, the first counts."""
