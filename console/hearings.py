"""What the pages about hearings are told: what stands written, until which day, what can be done next."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from base.clock import now
from base.database import Work
from base.tenant import Tenant
from console import paging
from console.formats import picked
from console.page import Page, PageRequest
from geofence import zones
from municipality import audit, interests
from municipality.directory import town
from municipality.roles import WRITERS
from surveys.hearings import corrections, hearings
from surveys.hearings import documents as hearing_documents
from surveys.hearings.models import Hearing, HearingDocument
from surveys.hearings.unread import unread


async def listed(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """Hearings, the youngest first."""
    cursor, timezone = asked.query.get("cursor"), (await town(work)).timezone
    found = await hearings.page(paging.after(cursor), paging.AT_A_TIME + 1)
    part, paged = paging.cut(found, cursor, lambda hearing: (hearing.created_at, hearing.id))
    await audit.record(work, "list_hearings_page", "viewed")
    waiting = await unread([one.id for one in part])
    shown = [{**_shown(one, timezone), "unread": waiting[one.id]} for one in part]
    return {"hearings": shown, "paged": paged, "writes": tenant.has(WRITERS)}


async def one(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """A hearing with its documents, and what can be done with it."""
    hearing_id = asked.id()
    hearing = await hearings.read(hearing_id)
    timezone = (await town(work)).timezone
    await audit.record(work, "hearing_page", "viewed", hearing_id)
    shown = _shown(hearing, timezone)
    documents = await hearing_documents.listed(hearing_id)
    districts = await zones.among(hearing.written.get("areas", []))
    topics = await interests.labels(hearing.written.get("interests", []))
    drawn = hearing.written.get("map")
    return {
        "hearing": {
            **shown,
            "documents": [
                {**_document(document), "earlier": [_document(one) for one in earlier]}
                for document, earlier in hearing_documents.by_version(documents)
            ],
            "corrections": [
                {"at": one.corrected_at, "what": one.what, "parts": one.parts, "reason": one.reason}
                for one in await corrections.listed(hearing_id)
            ],
            "concerns": [picked(name, asked.language) for name in (*(d.name for d in districts), *topics)],
            "drawn": drawn is not None,
            "shapes": drawn is not None or bool(districts),
            "receipt": hearing.archive_receipt,
            "archived_at": hearing.archived_at,
            "decided_at": hearing.decided_at,
            "changed_since": await _changed_since_archived(hearing),
            "extendable": hearing.state == "open",
            "tomorrow": (now().astimezone(ZoneInfo(timezone)) + timedelta(days=1)).date(),
        },
        "writes": tenant.has(WRITERS),
        "timezone": timezone,
        "data": {
            "hearing": {
                "id": str(hearing.id),
                "state": hearing.state_now,
                "writes": tenant.has(WRITERS),
                "outcome": dict(hearing.outcome) if hearing.outcome else None,
                "map": drawn,
                "districts": [
                    {"id": str(d.id), "name": d.name, "kind": d.kind, "geometry": d.geometry} for d in districts
                ],
            }
        },
    }


async def writing(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """What a new hearing or a draft is written with; of a published one the words, which are corrected in the open."""
    if "id" not in asked.path:
        return {"hearing": None}
    hearing_id = asked.id()
    hearing = await hearings.read(hearing_id)
    await audit.record(work, "edit_hearing_page", "viewed", hearing_id)
    deadline = _last_day(hearing, (await town(work)).timezone).isoformat()
    written = {name: value for name, value in hearing.written.items() if name != "ends"}
    told = {"id": str(hearing.id), "published": hearing.state != "draft"}
    return {"hearing": told, "data": {"hearing": {**written, **told, "deadline": deadline}}}


def _document(document: HearingDocument) -> Mapping[str, Any]:
    kilobytes = max(1, document.size >> 10)
    return {"id": document.id, "name": document.name, "kilobytes": kilobytes, "replaced_at": document.replaced_at}


async def _changed_since_archived(hearing: Hearing) -> bool:
    """Whether something was decided or corrected after the archive acknowledged the hearing."""
    if hearing.archived_at is None:
        return False
    changed = [hearing.decided_at, *(one.corrected_at for one in await corrections.listed(hearing.id))]
    return any(at is not None and at > hearing.archived_at for at in changed)


def _last_day(hearing: Hearing, timezone: str) -> date:
    """The day with which a hearing ends, where the municipality lies."""
    return (hearing.deadline - timedelta(seconds=1)).astimezone(ZoneInfo(timezone)).date()


def _shown(hearing: Hearing, timezone: str) -> Mapping[str, Any]:
    written = hearing.written
    return {
        "id": hearing.id,
        "state": hearing.state_now,
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


PAGES: list[Page] = [
    Page(path="/console/hearings", template="hearings.html", menu="hearings", context=listed),
    *(
        Page(
            path=path,
            template="hearing_edit.html",
            roles=WRITERS,
            menu="hearings",
            script="hearing-edit.js",
            texts=("hearing", "whom", "where", "zones", "map"),
            context=writing,
        )
        for path in ("/console/hearings/new", "/console/hearings/{id}/edit")
    ),
    Page(
        path="/console/hearings/{id}",
        template="hearing.html",
        menu="hearings",
        script="hearing.js",
        texts=("hearing", "marked", "map"),
        context=one,
    ),
]
"""Its pages; where a path fits several, the first counts."""
