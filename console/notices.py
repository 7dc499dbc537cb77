"""What the privacy officer's pages about notices, ages and the ledger are told."""

from dataclasses import asdict
from typing import Any

from base.database import Work
from base.errors import NotFound
from base.tenant import Tenant
from consent import notices, roots
from consent.models import ConsentEvent, Notice
from consent.purposes import DUTIES, PURPOSES
from console.page import Page, PageRequest
from municipality import ages as consent_ages
from municipality import audit
from municipality.ages import consent_age
from municipality.directory import town
from municipality.lifetimes import lifetimes
from municipality.roles import OFFICERS

ROOTS = 30


async def listed(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """The notice in force of each purpose."""
    found = await notices.notices_in_force()
    await audit.record(work, "list_notices_page", "viewed")
    return {"notices": [_shown(one, asked.language) for one in found.values()]}


async def one(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """Every version of a purpose's notice, the newest first; NotFound where there is no such purpose."""
    purpose = asked.path["purpose"]
    versions = [notice for notice in await notices.notices_ever() if notice.purpose == purpose]
    if not versions or purpose not in (*PURPOSES, *DUTIES):
        raise NotFound()
    await audit.record(work, "notice_page", "viewed", versions[0].id)
    newest = versions[0]
    here = await town(work)
    return {
        "versions": [_shown(version, asked.language) for version in versions],
        "duty": purpose in DUTIES,
        "timezone": here.timezone,
        "data": {
            "notice": {
                "purpose": purpose,
                "version": newest.version,
                "duty": purpose in DUTIES,
                "texts": {tag: asdict(text) for tag, text in newest.texts.items()},
            }
        },
    }


def _shown(notice: Notice, language: str) -> dict[str, Any]:
    nearest = notice.nearest_language(language)
    return {
        "purpose": notice.purpose,
        "version": notice.version,
        "legal_basis": notice.legal_basis,
        "published_at": notice.published_at,
        "lapses_at": notice.lapses_at,
        "language": nearest,
        "texts": [(nearest, notice.texts[nearest])]
        + [(tag, text) for tag, text in notice.texts.items() if tag != nearest],
    }


async def ages(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """From which age residents say yes for themselves, and how long what is kept stays."""
    here = await town(work)
    found = await consent_ages.ages(work)
    await audit.record(work, "ages_page", "viewed")
    return {
        "age_now": consent_age(here),
        "lifetimes": asdict(await lifetimes(work)),
        "data": {"ages": [{"from": age.since.isoformat(), "years": age.years} for age in found]},
    }


async def ledger(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """How many lines the ledger has, and the newest roots that were published."""
    await audit.record(work, "ledger_page", "viewed")
    found = await roots.roots()
    shown = [{"day": root.published_on, "events": root.events, "root": root.root.hex()} for root in found[:ROOTS]]
    return {"lines": await ConsentEvent.all().count(), "roots": shown, "more": len(found) > ROOTS}


PAGES: list[Page] = [
    Page(path="/console/notices", template="notices.html", roles=OFFICERS, menu="oversight", context=listed),
    Page(
        path="/console/notices/{purpose}",
        template="notice.html",
        roles=OFFICERS,
        menu="oversight",
        script="notice.js",
        texts=("notice",),
        context=one,
    ),
    Page(
        path="/console/ages",
        template="ages.html",
        roles=OFFICERS,
        menu="oversight",
        script="ages.js",
        texts=("ages",),
        context=ages,
    ),
    Page(
        path="/console/ledger",
        template="ledger.html",
        roles=OFFICERS,
        menu="oversight",
        script="ledger.js",
        texts=("ledger",),
        context=ledger,
    ),
]
"""Its pages; where a path fits several, the first counts."""
