"""What the privacy officer says of sensitive places, and which of them wait for it."""

from base.clock import now
from base.database import Work
from base.errors import Conflict, invalid
from base.waiting import Waiting
from geofence.models import Zone
from geofence.zones import announce_zones_changed
from municipality import audit


class NeedsNoApproval(Conflict):
    """This place needs no approval: it is not marked as sensitive, and overlaps none that is."""


async def decide(work: Work, zone: Zone, *, approved: bool, reason: str | None) -> None:
    """Say yes or no to a place that needs approval, now or later again; the reason stands in the audit too."""
    if zone.approval is None:
        raise NeedsNoApproval()
    if not approved and not reason:
        raise invalid("/reason", "say why, so that the one who asked can mend it")
    assert work.tenant is not None
    zone.approval, zone.reason = "approved" if approved else "refused", reason
    zone.decided_at, zone.decided_by = now(), work.tenant.id
    await zone.save(update_fields=("approval", "reason", "decided_at", "decided_by"))
    await audit.record(work, "decide_sensitive_place", "done", zone.id, {"approved": approved, "reason": reason})
    await announce_zones_changed(work)


async def places_to_decide(_work: Work) -> Waiting:
    """How many places wait for the privacy officer."""
    count = await Zone.filter(approval="waiting").count()
    only = await waiting_places(1) if count == 1 else []
    return Waiting(count, only[0].id if only else None)


async def waiting_places(limit: int) -> list[Zone]:
    """At most so many places that wait for the privacy officer, those first that have waited longest; no shapes."""
    columns = Zone._meta.db_fields - {"geometry"}
    return await Zone.filter(approval="waiting").order_by("asked_at", "id").limit(limit).only(*columns)
