"""Hearings by the book: written, announced, open until the end of a day, decided."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.expressions import Case, Q, When
from tortoise.queryset import QuerySet

from base.clock import now
from base.database import Work
from base.errors import Conflict, invalid
from base.keys import KeyStore
from base.paging import After, newest_after
from base.queries import load_queries
from municipality.directory import town
from push.campaigns.deadlines import extend_messages_about
from surveys import drafts, launch
from surveys.box import closing
from surveys.errors import NoSuchHearing
from surveys.forms.document import SurveyDocument
from surveys.hearings.models import Hearing
from surveys.hearings.unread import refuse_unread
from surveys.models import Survey

sql = load_queries(__file__)
LONGEST_OPINION = 5000


class HearingWasPublished(Conflict):
    """This hearing has been published; it can no longer be changed."""


class HearingIsNotOpen(Conflict):
    """Only a hearing that is open can be closed or extended, and only to a later day."""


class HearingIsOpenStill(Conflict):
    """A hearing is decided after its deadline."""


async def read(hearing_id: UUID) -> Hearing:
    """The hearing; NoSuchHearing where the municipality has none of that id."""
    hearing = await Hearing.get_or_none(id=hearing_id)
    if hearing is None:
        raise NoSuchHearing()
    return hearing


def _published() -> "QuerySet[Hearing]":
    """Every hearing that was published: the open ones, those that end first before the others, then the rest."""
    over = Case(When(Q(state="open", deadline__gt=now()), then="0"), default="1")
    return Hearing.exclude(state="draft").annotate(over=over).order_by("over", "deadline", "id")


async def published(after: tuple[int, datetime, UUID] | None = None, limit: int | None = None) -> list[Hearing]:
    """Every hearing that was published, or at most so many from the sort key (`place_of`) on: the open ones, those that
    end first before the others, then the rest.
    """
    found = _published()
    if after is not None:
        over, deadline, row = after
        later = Q(deadline__gt=deadline) | Q(deadline=deadline, id__gt=row)
        is_open = Q(state="open", deadline__gt=now())
        found = found.filter((is_open & later) | ~is_open if over == 0 else ~is_open & later)
    return await (found if limit is None else found.limit(limit))


def place_of(hearing: Hearing) -> tuple[int, datetime, UUID]:
    """Where a published hearing stands among the others: 0 where it is open and else 1, its deadline, its id."""
    return int(hearing.state_now != "open"), hearing.deadline, hearing.id


async def open_or_among(ids: Collection[UUID]) -> list[Hearing]:
    """Of the published hearings those that are open, and those with these ids, in the order of `published`."""
    return await _published().filter(Q(state="open", deadline__gt=now()) | Q(id__in=list(ids)))


async def page(after: After | None, limit: int) -> list[Hearing]:
    """Hearings in any state, drafts too, the youngest first, from the sort key `after` on."""
    return await Hearing.filter(newest_after("created_at", after)).order_by("-created_at", "-id").limit(limit)


async def _end_of(work: Work, day: date) -> datetime:
    """The end of a day where the municipality lies."""
    zone = ZoneInfo((await town(work)).timezone)
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def _box(written: Mapping[str, Any], deadline: datetime) -> SurveyDocument:
    """The one question of the anonymous opinions, in the hearing's languages."""
    return SurveyDocument.model_validate(
        {
            "title": written["title"],
            "languages": list(written["title"]),
            "closes_at": deadline,
            "questions": [
                {
                    "key": "opinion",
                    "type": "text",
                    "label": written["title"],
                    "required": True,
                    "long": True,
                    "max_length": LONGEST_OPINION,
                }
            ],
        }
    )


async def write(work: Work, written: Mapping[str, Any], deadline: date) -> UUID:
    """Keep a draft, with the box for its anonymous opinions. Raises Invalid where its deadline has passed."""
    ends = await _end_of(work, deadline)
    if ends <= now():
        raise invalid("/deadline", "This day has passed.")
    hearing_id = await drafts.write(work, _box(written, ends), "hearing")
    written = {**written, "ends": ends.isoformat()}
    await Hearing.create(id=hearing_id, written=written, deadline=ends, created_at=now())
    return hearing_id


async def rewrite(work: Work, hearing_id: UUID, written: Mapping[str, Any], deadline: date) -> None:
    """Replace a draft; HearingWasPublished where it is none any more."""
    ends = await _end_of(work, deadline)
    if ends <= now():
        raise invalid("/deadline", "This day has passed.")
    draft = Hearing.filter(id=hearing_id, state="draft")
    if not await draft.update(written={**written, "ends": ends.isoformat()}, deadline=ends):
        await read(hearing_id)
        raise HearingWasPublished()
    await drafts.rewrite(hearing_id, _box(written, ends))


async def publish(work: Work, hearing_id: UUID, keys: KeyStore) -> None:
    """Open a draft and its box; HearingWasPublished where someone was faster, Invalid where its deadline has passed."""
    if not await Hearing.filter(id=hearing_id, state="draft").update(state="open", published_at=now()):
        await read(hearing_id)
        raise HearingWasPublished()
    await launch.launch(work, hearing_id, keys)


async def extend(work: Work, hearing_id: UUID, deadline: date) -> None:
    """Let a hearing end on a later day, also where its deadline has just passed: what comes then is marked late.

    Raises HearingIsNotOpen where it was closed or decided, or would end earlier. Anonymous opinions are taken until
    the later day too, unless their box has been counted.
    """
    ends = await _end_of(work, deadline)
    hearing = await Hearing.filter(id=hearing_id, state="open", deadline__lt=ends).select_for_update().first()
    if hearing is None or ends <= now():
        await read(hearing_id)
        raise HearingIsNotOpen()
    was, hearing.deadline = hearing.deadline, ends
    await hearing.save(update_fields=["deadline"])
    await extend_messages_about(hearing_id, was, ends)
    await Survey.filter(id=hearing_id, state="open").update(closes_at=ends)


async def close(work: Work, hearing_id: UUID) -> None:
    """Close a hearing now; its box is counted. Raises HearingIsNotOpen."""
    if not await Hearing.filter(id=hearing_id, state="open").update(state="closed"):
        await read(hearing_id)
        raise HearingIsNotOpen()
    if await Survey.exists(id=hearing_id, state="open"):
        await closing.close(work, hearing_id)


async def decide(hearing_id: UUID, outcome: Mapping[str, Any]) -> None:
    """Publish the decision and what became of what was said; again for a correction.

    Raises HearingIsOpenStill, and StatementsUnread before everybody who spoke by name has been heard.
    """
    hearing = await read(hearing_id)
    if hearing.state == "draft":
        raise NoSuchHearing()
    if hearing.state_now == "open":
        raise HearingIsOpenStill()
    await refuse_unread(hearing_id)
    await Hearing.filter(id=hearing_id).update(state="decided", outcome=outcome, decided_at=now())


async def opinions(work: Work, hearing_id: UUID) -> list[str]:
    """The anonymous opinions, once the box is closed and shaken, whatever their number, in the order of random ids."""
    return [opinion for _, opinion in await opinions_page(work, hearing_id, None, None)]


async def opinions_page(work: Work, hearing_id: UUID, after: UUID | None, limit: int | None) -> list[tuple[UUID, str]]:
    """As `opinions`, with their ids: at most so many, from the id `after` on."""
    await read(hearing_id)
    rows = await work.fetch(sql.opinions, hearing=hearing_id, after=after, limit=limit)
    return [(row["id"], row["opinion"]) for row in rows]
