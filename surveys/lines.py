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
from cachetools import LRUCache

from base.clock import now
from base.database import Work
from base.localized import pick
from base.queries import load_queries
from surveys.forms.proofreading import minutes_of
from surveys.models import Survey, SurveyState

sql = load_queries(__file__)
_MOST_KEPT: Final = 20_000


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """What a list says of a survey; texts in every language they have. `minutes` is how long it takes, about, and 0
    where nobody asked; `questions` is how many there are; `eligibility` as in the survey document.
    """

    id: UUID
    state: SurveyState
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


async def open_lines(work: Work) -> list[SurveyLine]:
    """The surveys that can be answered now, those that close first before the others."""
    rows = await work.fetch(sql.open_lines, at=now())
    minutes = await minutes_for([(row["id"], row["text_version"]) for row in rows])
    return [line(row, minutes[row["id"]]) for row in rows]


@dataclass(frozen=True, slots=True)
class Whole:
    """A survey with its document as JSON text, in which the times are left to `opens_at` and `closes_at`."""

    id: UUID
    state: SurveyState
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
    """Surveys in any state with their whole documents, the youngest first, from the sort key `after` on: the text of
    these goes from the database to the reader as it is.
    """
    at, last = after or (None, None)
    rows = await work.fetch(sql.whole_page, after=at, after_id=last, limit=limit)
    found = []
    for row in rows:
        minutes = _by_text.get(key := hashlib.sha256(row["document"].encode()).digest())
        if minutes is None:
            minutes = minutes_of(json.loads(row["document"]))
            _by_text[key] = minutes
            await asyncio.sleep(0)  # A page of surveys that nobody has counted yet is more than one step's work.
        found.append(Whole(**dict(row), minutes=minutes))
    return found


_by_text: LRUCache[bytes, int] = LRUCache(_MOST_KEPT)
_minutes: LRUCache[tuple[UUID, int], int] = LRUCache(_MOST_KEPT)


async def minutes_for(launched: Sequence[tuple[UUID, int]]) -> dict[UUID, int]:
    """How long surveys that were launched take, by their ids and text versions: worked out once for each version."""
    known = {key[0]: minutes for key in launched if (minutes := _minutes.get(key)) is not None}
    if unknown := [each for each, _ in launched if each not in known]:
        for survey in await Survey.filter(id__in=unknown).only("id", "text_version", "wording", "definition"):
            minutes = minutes_of(survey.wording or survey.definition)
            known[survey.id] = _minutes[survey.id, survey.text_version] = minutes
    return {each: known.get(each, 1) for each, _ in launched}


def line(row: asyncpg.Record, minutes: int) -> SurveyLine:
    """A row of the named queries as a line."""
    return SurveyLine(
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
