"""What waits for whoever is signed in: one entry for each kind of work."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from base.database import Work
from base.tenant import Tenant
from base.waiting import Waiting
from geofence import approvals, beacon_health
from municipality.roles import OFFICERS, PLACE_EDITORS, READERS, WRITERS, Role
from push.campaigns import campaigns
from push.delivery import troubles
from surveys import finding
from surveys.box import comments
from surveys.hearings import waiting as hearings


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of work: `task.<key>` says what it is, `roles` who can do it, `find` how much waits, `path` where it is
    done, or `one` (with the id of what it is about) where all of it is about one thing.
    """

    key: str
    roles: frozenset[Role]
    find: Callable[[Work], Awaitable[Waiting]]
    path: str
    one: str | None = None

    def leads_to(self, subject: UUID | None) -> str:
        """The page where it is done."""
        return self.path if self.one is None or subject is None else self.one.format(id=subject)


TASKS: Final[Sequence[Task]] = (
    Task("platforms", WRITERS, troubles.failing_platforms, "/console/messages"),
    Task("approvals", WRITERS, campaigns.waiting_for_approval, "/console/messages", "/console/messages/{id}"),
    Task("places", OFFICERS, approvals.places_to_decide, "/console/oversight", "/console/zones/{id}"),
    Task("statements", WRITERS, hearings.unread_statements, "/console/hearings", "/console/hearings/{id}"),
    Task("comments", WRITERS, comments.waiting, "/console?state=counted", "/console/surveys/{id}"),
    Task("hearings", READERS, hearings.ending_soon, "/console/hearings", "/console/hearings/{id}"),
    Task("languages", WRITERS, finding.untranslated, "/console?state=untranslated", "/console/surveys/{id}"),
    Task("beacons", PLACE_EDITORS, beacon_health.dying, "/console/beacons"),
)
"""The most pressing first."""


@dataclass(frozen=True, slots=True)
class TaskFound:
    """A kind of work of which some waits."""

    key: str
    count: int
    href: str


async def waiting_for(work: Work, tenant: Tenant) -> list[TaskFound]:
    """What waits for somebody who can do it."""
    found = []
    for task in TASKS:
        if tenant.has(task.roles):
            waits = await task.find(work)
            if waits.count:
                found.append(TaskFound(task.key, waits.count, task.leads_to(waits.subject)))
    return found
