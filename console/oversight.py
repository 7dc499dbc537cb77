"""What the privacy officer's desk is told: the record of processing, what staff did in sentences, breaches."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from base.database import Work
from base.errors import NotFound
from base.tenant import Tenant
from base.translation import page_texts
from consent import breach_drafts, breaches
from consent.notices import notices_in_force
from consent.processing import processing_record
from consent.purposes import PURPOSES
from console import paging, places
from console.formats import picked
from console.page import Page, PageRequest
from insights.audited_subjects import AuditedSubject, SubjectKind, audited_subjects
from municipality import access, audit, members
from municipality.directory import town
from municipality.models import AuditEntry
from municipality.roles import ADMINS, OFFICERS, PLACE_EDITORS, READERS, WRITERS, Role

LATEST: Final = 10
_PAGES: Final[Mapping[SubjectKind, tuple[str, frozenset[Role]]]] = {
    "survey": ("/console/surveys/{id}", READERS),
    "survey_draft": ("/console/surveys/{id}/edit", WRITERS),
    "hearing": ("/console/hearings/{id}", READERS),
    "message": ("/console/messages/{id}", WRITERS),
    "zone": ("/console/zones/{id}", PLACE_EDITORS),
    "beacon": ("/console/beacons", PLACE_EDITORS),
    "member": ("/console/people", ADMINS),
    "key": ("/console/people", ADMINS),
    "breach_draft": ("/console/oversight/breaches/{id}", OFFICERS),
}
"""Where something that staff did something with is seen, and by whom."""


async def told(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """The record of processing, the breaches, and what was done last."""
    record = await processing_record(work, [asked.language])
    versions = {notice.purpose: notice for notice in (await notices_in_force()).values()}
    entries = await audit.read(audit.AuditSelection(views=False), LATEST)
    shown = await _shown(work, tenant, entries, await _names(), asked.language)
    await audit.record(work, "oversight_page", "viewed")
    return {
        "lines": [
            {
                "title": line.title,
                "legal_basis": line.legal_basis,
                "retention": line.retention,
                "recipients": list(line.recipients),
                "held": list(line.held),
                "published_at": versions[line.activity].published_at if line.activity in versions else None,
            }
            for line in record.lines
        ],
        "places": await places.waiting(),
        "entries": shown,
        "drafts": [
            {"id": draft.id, "at": draft.changed_at, "title": draft.written.get("title")}
            for draft in await breach_drafts.listed()
        ],
        "breaches": [
            {"at": breach.published_at, "title": breach.told["title"]} for breach in await breaches.published()
        ],
        "timezone": (await town(work)).timezone,
    }


async def drafting(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """A notice of a breach that is being written."""
    draft = await breach_drafts.read(asked.id())
    versions = await notices_in_force()
    await audit.record(work, "breach_page", "viewed", draft.id)
    titles = {
        notice.purpose: notice.texts[notice.nearest_language(asked.language)].title for notice in versions.values()
    }
    return {
        "data": {
            "draft": {**draft.written, "id": str(draft.id), "version": draft.version},
            "purposes": {key: titles[key] for key in PURPOSES},
        }
    }


async def audited(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """What staff did: changes, or with `?views` what they looked at, narrowed by `?caller=`, `?subject=`, `?from=` and
    `?to=`. NotFound where one of these cannot be meant.
    """
    timezone = (await town(work)).timezone
    narrowed = {name: asked.query[name] for name in ("caller", "subject", "from", "to") if asked.query.get(name)}
    views, cursor = "views" in asked.query, asked.query.get("cursor")
    since, until = _day(narrowed.get("from")), _day(narrowed.get("to"))
    selection = audit.AuditSelection(
        caller_id=_id(narrowed.get("caller")),
        since=None if since is None else _midnight(since, timezone),
        until=None if until is None else _midnight(until + timedelta(days=1), timezone),
        after=paging.after(cursor),
        subject_id=_id(narrowed.get("subject")),
        views=views,
    )
    part, paged = paging.cut(
        await audit.read(selection, paging.AT_A_TIME + 1), cursor, lambda entry: (entry.at, entry.id)
    )
    about = None
    if selection.subject_id is not None:
        found = (await audited_subjects(work, [selection.subject_id])).get(selection.subject_id)
        about = {"name": None if found is None else picked(found.name, asked.language)}
    names = await _names()
    await audit.record(work, "audit_page", "viewed")

    here = {**narrowed, "views": "1"} if views else narrowed
    return {
        "entries": await _shown(work, tenant, part, names, asked.language),
        "callers": sorted(names.items(), key=lambda each: each[1]),
        "caller": selection.caller_id,
        "narrowed": narrowed,
        "views": views,
        "about": about,
        "tabs": {"changes": _href(narrowed), "views": _href({**narrowed, "views": "1"})},
        "newest": _href(here) if paged.later else None,
        "older": _href({**here, "cursor": paged.older}) if paged.older else None,
        "timezone": timezone,
    }


def _href(asked: Mapping[str, str]) -> str:
    return "/console/oversight/audit" + (f"?{urlencode(asked)}" if asked else "")


async def _shown(
    work: Work, tenant: Tenant, entries: Sequence[AuditEntry], names: Mapping[UUID, str], language: str
) -> list[dict[str, Any]]:
    """Entries as sentences tell them, in one statement."""
    texts = page_texts(language)
    subjects = await audited_subjects(work, {entry.subject_id for entry in entries if entry.subject_id is not None})
    return [
        {
            "at": entry.at,
            "system": entry.caller == "system",
            "who": names.get(entry.caller_id or UUID(int=0)),
            "act": entry.act,
            "known": f"audit.{entry.act}" in texts,
            "subject": _subject(entry, subjects.get(entry.subject_id or UUID(int=0)), tenant, language),
        }
        for entry in entries
    ]


def _subject(entry: AuditEntry, found: AuditedSubject | None, tenant: Tenant, language: str) -> dict[str, Any] | None:
    """What an entry is about: how it is called, or was when it was removed; whether it is there, and where."""
    if entry.subject_id is None:
        return None
    called = found.name if found is not None else (entry.detail or {}).get("name")
    path, roles = _PAGES.get(found.kind, ("", frozenset[Role]())) if found is not None else ("", frozenset[Role]())
    return {
        "id": entry.subject_id,
        "name": picked(called, language) or None,
        "there": found is not None,
        "href": path.format(id=entry.subject_id) if tenant.has(roles) else None,
    }


async def _names() -> dict[UUID, str]:
    """What everybody is called who could have done something: members and keys."""
    names = await members.names_of_all()
    return names | {key.id: key.name for key in await access.list_keys()}


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound() from None


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        raise NotFound() from None
    if found is not None and not 1900 <= found.year <= 2199:
        raise NotFound()
    return found


def _midnight(day: date, timezone: str) -> datetime:
    """When a day begins where the municipality lies."""
    return datetime.combine(day, time(), ZoneInfo(timezone))


PAGES: list[Page] = [
    Page(
        path="/console/oversight",
        template="oversight.html",
        roles=OFFICERS,
        menu="oversight",
        script="oversight.js",
        texts=("oversight",),
        context=told,
    ),
    Page(
        path="/console/oversight/breaches/{id}",
        template="breach.html",
        roles=OFFICERS,
        menu="oversight",
        script="breach.js",
        texts=("breach",),
        context=drafting,
    ),
    Page(
        path="/console/oversight/audit",
        template="audit.html",
        roles=OFFICERS,
        menu="oversight",
        context=audited,
    ),
]
"""Its pages; where a path fits several, the first counts."""
