"""What the privacy officer's page is told: the record of processing, what staff did, breaches that were told of."""

from typing import Any
from uuid import UUID

from base.database import Work
from base.errors import NotFound
from base.tenant import Tenant
from consent import breaches
from consent.notices import notices_in_force
from consent.processing import processing_record
from consent.purposes import PURPOSES
from console.page import PageRequest
from municipality import access, audit, members
from municipality.directory import town

ENTRIES = 50


async def told(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """The page's context; `?caller=` narrows the audit, NotFound where that is no id."""
    language, caller = asked.language, _caller(asked)
    names = {member.id: member.name for member in await members.list_members()}
    names |= {key.id: key.name for key in await access.list_keys()}
    entries = await audit.read(audit.AuditSelection(caller_id=caller), ENTRIES)
    record = await processing_record(work, [language])
    versions = {notice.purpose: notice for notice in (await notices_in_force()).values()}
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
        "entries": [
            {"at": entry.at, "who": names.get(entry.caller_id or UUID(int=0)), "act": entry.act, "kind": entry.kind}
            for entry in entries
        ],
        "callers": sorted(names.items(), key=lambda each: each[1]),
        "caller": caller,
        "breaches": [
            {"at": breach.published_at, "title": breach.told["title"]} for breach in await breaches.published()
        ],
        "data": {
            "purposes": {key: versions[key].texts[versions[key].nearest_language(language)].title for key in PURPOSES},
        },
        "timezone": (await town(work)).timezone,
    }


def _caller(asked: PageRequest) -> UUID | None:
    try:
        return UUID(asked.query["caller"]) if asked.query.get("caller") else None
    except ValueError:
        raise NotFound() from None
