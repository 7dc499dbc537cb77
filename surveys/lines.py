"""Surveys as lists show them: a line each, read without the questions."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import asyncpg

from base.clock import now
from base.database import Work
from base.localized import pick
from surveys.forms.proofreading import minutes_of
from surveys.survey import State

_COLUMNS: Final = (
    "id, state, opens_at, closes_at, created_at, opened_at, closed_at, counted, text_version, d->'title' as title, "
    "d->'intro' as intro, d->'languages' as languages, d->>'assurance' as assurance, d->'eligibility' as eligibility, "
    "jsonb_array_length(d->'questions') as questions"
)
_FROM: Final = "(select *, coalesce(wording, definition) as d from survey) as s"
_PAGE: Final = (
    "(select *, coalesce(wording, definition) as d from survey "
    "where kind = 'survey' and ($1::timestamptz is null or (created_at, id) < ($1, $2::uuid)) "
    "order by created_at desc, id desc limit $3) as s"
)
"""The rows of one page alone, so that no document is taken apart that is not shown."""
_MOST_KEPT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """What a list says of a survey; texts in every language they have. `minutes` is how long it takes, about, and 0
    where nobody asked; `questions` is how many there are; `eligibility` as in the survey document.
    """

    id: UUID
    state: State
    opens_at: datetime | None
    closes_at: datetime | None
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    title: Mapping[str, str]
    intro: Mapping[str, str] | None
    languages: Sequence[str]
    assurance: str
    eligibility: Mapping[str, Any]
    questions: int
    counted: int | None
    minutes: int = 0

    @property
    def began(self) -> datetime:
        """From when on it could be answered."""
        return self.opens_at or self.opened_at or self.created_at

    @property
    def kind(self) -> Literal["registered", "area", "interest", "present"]:
        """Who it is for."""
        found: Literal["registered", "area", "interest", "present"] = self.eligibility["kind"]
        return found

    @property
    def areas(self) -> tuple[UUID, ...]:
        """The districts that it is for."""
        return tuple(UUID(area) for area in self.eligibility.get("areas", ()))

    @property
    def interests(self) -> tuple[str, ...]:
        """The interests that it is for."""
        return tuple(self.eligibility.get("interests", ()))

    def language_for(self, wanted: Sequence[str]) -> str:
        """Its language that suits a reader best."""
        return pick(dict.fromkeys(self.languages, ""), wanted)[1]


async def open_lines(work: Work) -> list[Line]:
    """The surveys that can be answered now, those that close first before the others."""
    rows = await work.fetch(
        f"select {_COLUMNS} from {_FROM} where kind = 'survey' and state = 'open' "  # noqa: S608 - our own column names
        "and (opens_at is null or opens_at <= $1) and (closes_at is null or closes_at > $1) "
        "order by closes_at nulls last, id",
        now(),
    )
    minutes = await minutes_for(work, [(row["id"], row["text_version"]) for row in rows])
    return [_line(row, minutes[row["id"]]) for row in rows]


async def page(work: Work, after: tuple[datetime, UUID] | None, limit: int) -> list[Line]:
    """Surveys in any state, the youngest first, from the sort key `after` on."""
    rows = await work.fetch(
        f"select {_COLUMNS} from {_PAGE} order by created_at desc, id desc",  # noqa: S608 - our own column names
        *(after or (None, None)),
        limit,
    )
    return [_line(row, 0) for row in rows]


@dataclass(frozen=True, slots=True)
class Whole:
    """A survey with its document as JSON text, in which the times are left to `opens_at` and `closes_at`."""

    id: UUID
    state: State
    opens_at: datetime | None
    closes_at: datetime | None
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    counted: int | None
    on_paper: int | None
    document: str
    minutes: int


async def whole_page(work: Work, after: tuple[datetime, UUID] | None, limit: int) -> list[Whole]:
    """As `page`, with the whole documents: their text goes from the database to the reader as it is."""
    rows = await work.fetch(
        "select id, state, opens_at, closes_at, created_at, opened_at, closed_at, counted, on_paper, "  # noqa: S608 - our own words
        """'{"intro": null, "plan_id": null}' || (d - 'opens_at' - 'closes_at') as document """
        f"from {_PAGE} order by created_at desc, id desc",
        *(after or (None, None)),
        limit,
    )
    found = []
    for row in rows:
        minutes = _by_text.get(key := hashlib.sha256(row["document"].encode()).digest())
        if minutes is None:
            minutes = minutes_of(json.loads(row["document"]))
            if len(_by_text) >= _MOST_KEPT:
                _by_text.clear()
            _by_text[key] = minutes
            await asyncio.sleep(0)  # A page of surveys that nobody has counted yet is more than one step's work.
        found.append(Whole(**dict(row), minutes=minutes))
    return found


_by_text: dict[bytes, int] = {}
_minutes: dict[tuple[UUID, int], int] = {}


async def minutes_for(work: Work, launched: Sequence[tuple[UUID, int]]) -> dict[UUID, int]:
    """How long surveys that were launched take, by their ids and text versions: worked out once for each version."""
    unknown = [survey for survey, version in launched if (survey, version) not in _minutes]
    if unknown:
        if len(_minutes) + len(unknown) > _MOST_KEPT:
            _minutes.clear()
            unknown = [survey for survey, _ in launched]
        rows = await work.fetch(
            "select id, text_version, coalesce(wording, definition) as d from survey where id = any($1::uuid[])",
            unknown,
        )
        for row in rows:
            _minutes[row["id"], row["text_version"]] = minutes_of(json.loads(row["d"]))
    return {survey: _minutes.get((survey, version), 1) for survey, version in launched}


def _line(row: asyncpg.Record, minutes: int) -> Line:
    return Line(
        id=row["id"],
        state=row["state"],
        opens_at=row["opens_at"],
        closes_at=row["closes_at"],
        created_at=row["created_at"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        title=json.loads(row["title"]),
        intro=json.loads(row["intro"]) if row["intro"] else None,
        languages=json.loads(row["languages"]),
        assurance=row["assurance"],
        eligibility=json.loads(row["eligibility"]),
        questions=row["questions"],
        counted=row["counted"],
        minutes=minutes,
    )
