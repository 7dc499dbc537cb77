"""What there is to read: the releases of a town's surveys in a line each, without their tables."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import asyncpg

from base.database import Work
from base.paging import After
from base.sql import load
from surveys.survey import read

_SURVEYS = load(__file__, "surveys.sql")
_RESULTS = load(__file__, "results.sql")


@dataclass(frozen=True, slots=True)
class Listed:
    """That there is a release: its number, the day it was made, and how many had answered."""

    number: int
    released_on: date
    answers: int


@dataclass(frozen=True, slots=True)
class Result(Listed):
    """The last release of a survey that has been counted, with what a list says of it."""

    id: UUID
    survey: UUID
    title: Mapping[str, str]
    languages: Sequence[str]
    assurance: str


@dataclass(frozen=True, slots=True)
class Launched:
    """A survey that was launched, and its youngest release."""

    id: UUID
    title: Mapping[str, str]
    state: Literal["open", "closed", "counted", "published"]
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    counted: int | None
    latest: Listed | None


async def surveys(work: Work, after: After | None, limit: int) -> list[Launched]:
    """The surveys that were launched, the youngest first, from the sort key `after` on."""
    return [_launched(row) for row in await work.fetch(_SURVEYS, *(after or (None, None)), limit)]


def _launched(row: asyncpg.Record) -> Launched:
    latest = None if row["number"] is None else Listed(row["number"], row["released_on"], row["answers"])
    return Launched(
        row["id"],
        json.loads(row["title"]),
        row["state"],
        row["created_at"],
        row["opened_at"],
        row["closed_at"],
        row["counted"],
        latest,
    )


async def releases(work: Work, survey_id: UUID) -> list[Listed]:
    """All releases of a survey, the youngest first. Raises NoSuchSurvey."""
    await read(work, survey_id)
    rows = await work.fetch(
        "select number, released_on, answers from release where survey_id = $1 order by number desc", survey_id
    )
    return [Listed(**dict(row)) for row in rows]


async def results(work: Work, after: tuple[date, UUID] | None = None, limit: int | None = None) -> list[Result]:
    """What everybody may see: the last release of every survey that has been counted, the youngest first."""
    return [
        Result(**{**dict(row), "title": json.loads(row["title"]), "languages": json.loads(row["languages"])})
        for row in await work.fetch(_RESULTS, *(after or (None, None)), limit)
    ]
