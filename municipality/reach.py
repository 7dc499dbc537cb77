"""What could be reached through a key or a sign-in that was lost (GDPR art. 33 and 34)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from base.database import Work
from base.errors import NotFound
from municipality import audit
from municipality.access import ROLES
from municipality.audit import Counted, Wanted


class NobodyLikeThat(NotFound):
    """There is no key and nobody who works here with this id."""


@dataclass(frozen=True, slots=True)
class Category:
    """A category of data, how a role reaches it, one by one or as counts alone, and of how many residents."""

    category: str
    how: str
    individually: bool
    residents: int


@dataclass(frozen=True, slots=True)
class Reach:
    """The roles that were lost, what was done, and what could be reached."""

    roles: Sequence[str]
    acts: Sequence[Counted]
    categories: Sequence[Category]


REACHES: Final[Mapping[str, Sequence[tuple[str, str, str, bool]]]] = {
    "communications": (
        ("topics, districts and languages", "previews of audiences: counts rounded to 5, hidden when small",
         "select count(*) from resident", False),
        ("push addresses", "messages could be sent to them; the addresses themselves are never shown",
         "select count(distinct resident_id) from push_address", False),
    ),
    "planner": (
        ("answers to surveys", "releases in which small numbers are hidden; nobody's name is with an answer",
         "select 0", False),
    ),
    "privacy_officer": (
        ("names of staff", "the audit names who did what", "select 0", False),
    ),
    "admin": (
        ("names, roles and units of staff", "the list of those who work here", "select 0", True),
    ),
}  # fmt: skip
"""By role: a category, how it is reached, the statement that counts the residents it concerns, whether one by one."""


async def reach(work: Work, wanted: Wanted) -> Reach:
    """What could be reached through the caller in the time; through anybody, where none is named."""
    roles = list(ROLES)
    if wanted.caller_id is not None:
        found = await work.fetchval(
            "select roles from staff_key where id = $1 union all select roles from staff_member where id = $1",
            wanted.caller_id,
        )
        if found is None:
            raise NobodyLikeThat()
        roles = json.loads(found)
    reached = ROLES if "admin" in roles else roles
    categories = [
        Category(category, how, individually, int(await work.fetchval(count)))
        for role in reached
        for category, how, count, individually in REACHES[role]
    ]
    return Reach(roles, await audit.counted(work, wanted), categories)
