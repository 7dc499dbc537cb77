"""What the pages about hearings are told: what stands written, until which day, what can be done next."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from base.clock import now
from base.database import Work
from base.errors import NotFound
from base.tenant import Tenant
from console import paging
from console.places import READERS, writes
from municipality import audit
from municipality.directory import town
from surveys.hearings import documents as hearing_documents
from surveys.hearings import hearings


async def listed(work: Work, tenant: Tenant, cursor: str | None = None) -> dict[str, Any]:
    """Hearings, the youngest first; Forbidden for whoever may read none."""
    tenant.allow(*READERS)
    timezone = (await town(work)).timezone
    found = await hearings.page(work, paging.after(cursor), paging.AT_A_TIME + 1)
    part, paged = paging.cut(found, cursor, lambda hearing: (hearing.created_at, hearing.id))
    await audit.record(work, "list_hearings_page", "viewed")
    return {"hearings": [_shown(one, timezone) for one in part], "paged": paged, "writes": writes(tenant)}


async def one(work: Work, tenant: Tenant, hearing_id: UUID) -> dict[str, Any]:
    """A hearing with its documents, and what can be done with it."""
    tenant.allow(*READERS)
    hearing = await hearings.read(work, hearing_id)
    timezone = (await town(work)).timezone
    await audit.record(work, "hearing_page", "viewed", hearing_id)
    shown = _shown(hearing, timezone)
    documents = await hearing_documents.listed(work, hearing_id)
    return {
        "hearing": {
            **shown,
            "documents": [
                {"id": document.id, "name": document.name, "kilobytes": max(1, document.size >> 10)}
                for document in documents
            ],
            "receipt": hearing.archive_receipt,
            "archived_at": hearing.archived_at,
            "extendable": hearing.kept_state == "open",
            "tomorrow": (now().astimezone(ZoneInfo(timezone)) + timedelta(days=1)).date(),
        },
        "writes": writes(tenant),
        "timezone": timezone,
        "data": {"hearing": {"id": str(hearing.id), "state": hearing.state, "writes": writes(tenant),
                             "outcome": dict(hearing.outcome) if hearing.outcome else None}},
    }  # fmt: skip


async def writing(work: Work, tenant: Tenant, hearing_id: UUID | None) -> dict[str, Any]:
    """What a new hearing or a draft is written with; Forbidden for whoever only reads, NotFound where it is public."""
    tenant.allow("communications")
    if hearing_id is None:
        return {}
    hearing = await hearings.read(work, hearing_id)
    if hearing.state != "draft":
        raise NotFound()
    await audit.record(work, "edit_hearing_page", "viewed", hearing_id)
    deadline = _last_day(hearing, (await town(work)).timezone).isoformat()
    written = {name: value for name, value in hearing.written.items() if name != "ends"}
    return {"data": {"hearing": {**written, "id": str(hearing.id), "deadline": deadline}}}


def _last_day(hearing: hearings.Hearing, timezone: str) -> date:
    """The day with which a hearing ends, where the municipality lies."""
    return (hearing.deadline - timedelta(seconds=1)).astimezone(ZoneInfo(timezone)).date()


def _shown(hearing: hearings.Hearing, timezone: str) -> Mapping[str, Any]:
    written = hearing.written
    return {
        "id": hearing.id,
        "state": hearing.state,
        "title": written["title"],
        "summary": written["summary"],
        "case_reference": written["case_reference"],
        "plan_id": written.get("plan_id"),
        "legal_basis": written.get("legal_basis"),
        "unit": written.get("unit"),
        "links": written.get("links", []),
        "last_day": _last_day(hearing, timezone),
        "published_at": hearing.published_at,
        "outcome": hearing.outcome,
    }
