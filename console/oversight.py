"""What the privacy officer's page is told: the record of processing, what staff did, breaches that were told of."""

from typing import Any
from uuid import UUID

from base.database import Work
from base.tenant import Tenant
from consent import breaches
from consent.notices import notices_in_force
from consent.processing import processing_record
from consent.purposes import PURPOSES
from municipality import access, audit, members
from municipality.directory import town

ENTRIES = 50


async def told(work: Work, tenant: Tenant, language: str, caller: UUID | None) -> dict[str, Any]:
    """The page's context; Forbidden for whoever is neither privacy officer nor admin. `caller` narrows the audit."""
    tenant.allow("privacy_officer")
    names = {member.id: member.name for member in await members.list_members(work)}
    names |= {key.id: key.name for key in await access.list_keys(work)}
    entries = await audit.read(work, audit.Wanted(caller_id=caller), ENTRIES)
    record = await processing_record(work, [language])
    versions = {notice.purpose: notice for notice in (await notices_in_force(work)).values()}
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
            {"at": breach.published_at, "title": breach.told.title} for breach in await breaches.published(work)
        ],
        "data": {
            "purposes": {key: versions[key].texts[versions[key].nearest(language)].title for key in PURPOSES},
        },
        "timezone": (await town(work)).timezone,
    }
