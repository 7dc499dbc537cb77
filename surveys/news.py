"""What a municipality asks and tells, open to everybody: surveys, hearings and information, and when each was new."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from base.clock import now
from base.database import Work
from base.queries import load_queries
from base.subjects import SubjectKind
from surveys import information
from surveys.hearings import hearings
from surveys.lines import open_lines
from surveys.wording import corrected_at

sql = load_queries(__file__)


@dataclass(frozen=True, slots=True)
class News:
    """One thing; texts in every language they have. `updated` is when the municipality last had something to say of
    it: when it was published, corrected, decided.
    """

    kind: SubjectKind
    id: UUID
    title: dict[str, str]
    body: dict[str, str]
    published: datetime
    updated: datetime
    ends: datetime | None


async def news(work: Work, since: datetime | None = None) -> list[News]:
    """What stands open or was published, the youngest first; with `since`, what is new after that time."""
    corrected = await corrected_at()
    found: list[News] = []
    for survey in await open_lines(work):
        title, intro, began = dict(survey.title), dict(survey.intro or {}), survey.began
        updated = max(began, corrected.get(survey.id, began))
        found.append(
            News(
                "survey", id=survey.id, title=title, body=intro, published=began, updated=updated, ends=survey.closes_at
            )
        )
    for hearing in await hearings.published():
        began = hearing.published_at or hearing.created_at
        told = (hearing.outcome or {}).get("decision") or hearing.written.get("summary") or {}
        updated = hearing.decided_at or began
        found.append(
            News(
                "hearing",
                id=hearing.id,
                title=hearing.written["title"],
                body=told,
                published=began,
                updated=updated,
                ends=hearing.deadline,
            )
        )
    for item in await information.current():
        found.append(
            News(
                "info",
                id=item.id,
                title=item.title,
                body=item.body,
                published=item.published_at,
                updated=item.published_at,
                ends=item.expires_at,
            )
        )
    found.sort(key=lambda one: (one.updated, one.id), reverse=True)
    return [one for one in found if since is None or one.updated > since]


async def next_change(work: Work) -> datetime | None:
    """When time alone changes next what is open or published: the first beginning or end that is yet to come."""
    found: datetime | None = await work.fetchval(sql.next_change, at=now())
    return found
