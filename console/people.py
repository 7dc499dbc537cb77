"""What the pages about people are told: the roles, and how one can sign in again."""

import re
from typing import Any, Final

from base.database import Work
from base.tenant import Tenant
from console.page import Page, PageRequest
from municipality import audit, members, step_up
from municipality.roles import ADMINS, ROLES

_CONSOLE: Final = re.compile(r"/console(/[A-Za-z0-9_-]+)*")


async def people(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """Which roles there are, whether links go by mail, and what takes a fresh sign-in."""
    return {
        "all_roles": ROLES,
        "mail": asked.mail,
        "fresh_from": await step_up.many(work),
        "data": {"mail": asked.mail, "me": str(tenant.id)},
    }


async def again(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """How whoever is signed in signs in again, and where they go on then."""
    going_to = asked.query.get("next", "")
    me = None if tenant.id is None else await members.get_member(tenant.id)
    await audit.record(work, "sign_in_again_page", "viewed")
    found = going_to if _CONSOLE.fullmatch(going_to) else "/console"
    return {
        "mail": asked.mail and me is not None and me.email is not None,
        "minutes": int(step_up.FRESH.total_seconds() // 60),
        "many": await step_up.many(work),
        "admin": tenant.has(ADMINS),
        "next": found,
        "data": {"next": found},
    }


PAGES: list[Page] = [
    Page(
        path="/console/people",
        template="people.html",
        roles=ADMINS,
        menu="people",
        script="people.js",
        texts=("people", "secret"),
        context=people,
    ),
    Page(
        path="/console/sign-in-again",
        template="sign_in_again.html",
        script="sign-in-again.js",
        texts=("sign-in",),
        context=again,
    ),
]
"""Its pages; where a path fits several, the first counts."""
