"""Hearings by the book: written, announced, open until the end of a day, decided."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from base.clock import now
from base.database import Work
from base.errors import Closed, Conflict, invalid
from base.keys import KeyStore
from municipality.directory import town
from push.deadlines import subject_goes_on
from surveys import drafts, launch
from surveys.box import closing
from surveys.forms.document import SurveyDocument
from surveys.survey import NoSuchHearing

State = Literal["draft", "open", "closed", "decided"]
_COLUMNS = (
    "id, state, written, deadline, created_at, published_at, outcome, decided_at, archive_receipt, "
    "archive_sha256, archived_at"
)
LONGEST_OPINION = 5000


class HearingWasPublished(Conflict):
    """This hearing has been published; it can no longer be changed."""


class HearingIsClosed(Closed):
    """The deadline of this hearing has passed."""


class HearingIsNotOpen(Conflict):
    """Only a hearing that is open can be closed or extended, and only to a later day."""


class HearingIsOpenStill(Conflict):
    """A hearing is decided after its deadline."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """One hearing. `written` is what staff wrote (title, summary, case_reference, plan_id, legal_basis, unit, links,
    areas, interests, and `ends`, the moment of its first deadline); `deadline` the moment at which it ends now,
    extended or not. `archive_receipt` is what the archive gave for the package with that SHA-256.
    """

    id: UUID
    kept_state: State
    written: Mapping[str, Any]
    deadline: datetime
    created_at: datetime
    published_at: datetime | None
    outcome: Mapping[str, Any] | None
    decided_at: datetime | None
    archive_receipt: str | None
    archive_sha256: bytes | None
    archived_at: datetime | None

    @property
    def state(self) -> State:
        """Closed as soon as the deadline has passed, whoever has noticed."""
        return "closed" if self.kept_state == "open" and self.deadline <= now() else self.kept_state

    def refuse_unless_open(self) -> None:
        """NoSuchHearing for a draft, HearingIsClosed after the deadline."""
        if self.kept_state == "draft":
            raise NoSuchHearing()
        if self.state != "open":
            raise HearingIsClosed()


def _hearing(row: asyncpg.Record) -> Hearing:
    values = dict(row)
    state, written, outcome = values.pop("state"), json.loads(values.pop("written")), values.pop("outcome")
    return Hearing(kept_state=state, written=written, outcome=json.loads(outcome) if outcome else None, **values)


async def read(work: Work, hearing_id: UUID) -> Hearing:
    """The hearing; NoSuchHearing where the municipality has none of that id."""
    row = await work.fetchrow(f"select {_COLUMNS} from hearing where id = $1", hearing_id)  # noqa: S608 - our own column names
    if row is None:
        raise NoSuchHearing()
    return _hearing(row)


async def published(work: Work) -> list[Hearing]:
    """Every hearing that was published: the open ones, those that end first before the others, then the rest."""
    rows = await work.fetch(
        f"select {_COLUMNS} from hearing where state <> 'draft' "  # noqa: S608 - our own column names
        "order by (state = 'open' and deadline > $1) desc, deadline, id",
        now(),
    )
    return [_hearing(row) for row in rows]


async def published_page(work: Work, after: tuple[int, datetime, UUID] | None, limit: int) -> list[Hearing]:
    """As `published`, at most so many of them, from the sort key (`place_of`) on."""
    rows = await work.fetch(
        f"select {_COLUMNS} from hearing, lateral (select (state <> 'open' or deadline <= $1)::int as over) as o "  # noqa: S608 - our own column names
        "where state <> 'draft' and ($2::int is null or (over, deadline, id) > ($2, $3, $4::uuid)) "
        "order by over, deadline, id limit $5",
        now(),
        *(after or (None, None, None)),
        limit,
    )
    return [_hearing(row) for row in rows]


def place_of(hearing: Hearing) -> tuple[int, datetime, UUID]:
    """Where a published hearing stands among the others: 0 where it is open and else 1, its deadline, its id."""
    return int(hearing.state != "open"), hearing.deadline, hearing.id


async def open_or_among(work: Work, ids: Collection[UUID]) -> list[Hearing]:
    """Of the published hearings those that are open, and those with these ids, in the order of `published`."""
    rows = await work.fetch(
        f"select {_COLUMNS} from hearing where state <> 'draft' "  # noqa: S608 - our own column names
        "and ((state = 'open' and deadline > $1) or id = any($2::uuid[])) "
        "order by (state = 'open' and deadline > $1) desc, deadline, id",
        now(),
        list(ids),
    )
    return [_hearing(row) for row in rows]


async def page(work: Work, after: tuple[datetime, UUID] | None, limit: int) -> list[Hearing]:
    """Hearings in any state, drafts too, the youngest first, from the sort key `after` on."""
    rows = await work.fetch(
        f"select {_COLUMNS} from hearing where $1::timestamptz is null or (created_at, id) < ($1, $2::uuid) "  # noqa: S608 - our own column names
        "order by created_at desc, id desc limit $3",
        *(after or (None, None)),
        limit,
    )
    return [_hearing(row) for row in rows]


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
    await work.execute(
        "insert into hearing (id, municipality_id, state, written, deadline, created_at) "
        "values ($1, $2, 'draft', $3, $4, $5)",
        hearing_id,
        work.municipality,
        json.dumps({**written, "ends": ends.isoformat()}),
        ends,
        now(),
    )
    return hearing_id


async def rewrite(work: Work, hearing_id: UUID, written: Mapping[str, Any], deadline: date) -> None:
    """Replace a draft; HearingWasPublished where it is none any more."""
    ends = await _end_of(work, deadline)
    if ends <= now():
        raise invalid("/deadline", "This day has passed.")
    if not await work.execute(
        "update hearing set written = $2, deadline = $3 where id = $1 and state = 'draft'",
        hearing_id,
        json.dumps({**written, "ends": ends.isoformat()}),
        ends,
    ):
        await read(work, hearing_id)
        raise HearingWasPublished()
    await drafts.rewrite(work, hearing_id, _box(written, ends))


async def publish(work: Work, hearing_id: UUID, keys: KeyStore) -> None:
    """Open a draft and its box; HearingWasPublished where someone was faster, Invalid where its deadline has passed."""
    if not await work.execute(
        "update hearing set state = 'open', published_at = $2 where id = $1 and state = 'draft'", hearing_id, now()
    ):
        await read(work, hearing_id)
        raise HearingWasPublished()
    await launch.launch(work, hearing_id, keys)


async def extend(work: Work, hearing_id: UUID, deadline: date) -> None:
    """Let a hearing end on a later day, also where its deadline has just passed: what comes then is marked late.

    Raises HearingIsNotOpen where it was closed or decided, or would end earlier. Anonymous opinions are taken until
    the later day too, unless their box has been counted.
    """
    ends = await _end_of(work, deadline)
    was = await work.fetchval(
        "select deadline from hearing where id = $1 and state = 'open' and deadline < $2 and $2 > $3 for update",
        hearing_id,
        ends,
        now(),
    )
    if was is None:
        await read(work, hearing_id)
        raise HearingIsNotOpen()
    await work.execute("update hearing set deadline = $2 where id = $1", hearing_id, ends)
    await subject_goes_on(work, hearing_id, was, ends)
    await work.execute("update survey set closes_at = $2 where id = $1 and state = 'open'", hearing_id, ends)


async def close(work: Work, hearing_id: UUID) -> None:
    """Close a hearing now; its box is counted. Raises HearingIsNotOpen."""
    if not await work.execute("update hearing set state = 'closed' where id = $1 and state = 'open'", hearing_id):
        await read(work, hearing_id)
        raise HearingIsNotOpen()
    if await work.fetchval("select state = 'open' from survey where id = $1", hearing_id):
        await closing.close(work, hearing_id)


async def decide(work: Work, hearing_id: UUID, outcome: Mapping[str, Any]) -> None:
    """Publish the decision and what became of what was said; again for a correction. Raises HearingIsOpenStill."""
    hearing = await read(work, hearing_id)
    if hearing.kept_state == "draft":
        raise NoSuchHearing()
    if hearing.state == "open":
        raise HearingIsOpenStill()
    await work.execute(
        "update hearing set state = 'decided', outcome = $2, decided_at = $3 where id = $1",
        hearing_id,
        json.dumps(outcome),
        now(),
    )


async def opinions(work: Work, hearing_id: UUID) -> list[str]:
    """The anonymous opinions, once the box is closed and shaken, whatever their number, in the order of random ids."""
    return [opinion for _, opinion in await opinions_page(work, hearing_id, None, None)]


async def opinions_page(work: Work, hearing_id: UUID, after: UUID | None, limit: int | None) -> list[tuple[UUID, str]]:
    """As `opinions`, with their ids: at most so many, from the id `after` on."""
    await read(work, hearing_id)
    rows = await work.fetch(
        "select a.id, a.answers->>'opinion' as opinion from answer a join survey s on s.id = a.survey_id "
        "where a.survey_id = $1 and a.shaken and s.state in ('counted', 'published') "
        "and ($2::uuid is null or a.id > $2) order by a.id limit $3",
        hearing_id,
        after,
        limit,
    )
    return [(row["id"], row["opinion"]) for row in rows]
