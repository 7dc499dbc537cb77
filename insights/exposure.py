"""What could be reached through a key or a sign-in that was lost (GDPR art. 33 and 34)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from base.database import Work
from base.errors import NotFound
from base.queries import load_queries
from municipality import audit
from municipality.audit import AuditSelection
from municipality.models import StaffKey, StaffMember
from municipality.roles import ADMINS, ROLES, Role

sql = load_queries(__file__)


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
class Exposure:
    """The roles that were lost, what was done, and what could be reached."""

    roles: Sequence[Role]
    acts: Sequence[audit.Counted]
    categories: Sequence[Category]


Counted = Literal["residents", "addresses", "nobody"]

EXPOSED: Final[Mapping[Role, Sequence[tuple[str, str, Counted, bool]]]] = {
    "communications": (
        (
            "topics, districts and languages",
            "previews of audiences: counts rounded to 5, hidden when small",
            "residents",
            False,
        ),
        (
            "push addresses",
            "messages could be sent to them; the addresses themselves are never shown",
            "addresses",
            False,
        ),
    ),
    "planner": (
        (
            "answers to surveys",
            "releases in which small numbers are hidden; nobody's name is with an answer",
            "nobody",
            False,
        ),
    ),
    "privacy_officer": (("names of staff", "the audit names who did what", "nobody", False),),
    "admin": (("names, roles and units of staff", "the list of those who work here", "nobody", True),),
}
"""By role: a category, how it is reached, which residents it concerns, whether one by one."""


async def exposure(work: Work, selection: AuditSelection) -> Exposure:
    """What could be reached through the caller in the time; through anybody, where none is named."""
    roles: Sequence[Role] = ROLES
    if selection.caller_id is not None:
        caller = await StaffKey.get_or_none(id=selection.caller_id) or await StaffMember.get_or_none(
            id=selection.caller_id
        )
        if caller is None:
            raise NobodyLikeThat()
        roles = caller.roles
    counts = await work.fetchrow(sql.count_exposed)
    assert counts is not None
    numbers = {**dict(counts), "nobody": 0}
    categories = [
        Category(category, how, individually, numbers[concerned])
        for role in (ROLES if ADMINS.intersection(roles) else roles)
        for category, how, concerned, individually in EXPOSED[role]
    ]
    return Exposure(roles, await audit.counted(work, selection), categories)
