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
from base.queries import load_queries
from insights.models import Release
from surveys.survey import read

sql = load_queries(__file__)


@dataclass(frozen=True, slots=True)
class ReleaseSummary:
    """That there is a release: its number, the day it was made, and how many had answered."""

    number: int
    released_on: date
    answers: int


@dataclass(frozen=True, slots=True)
class PublishedResult(ReleaseSummary):
    """The last release of a survey that has been counted, with what a list says of it."""

    id: UUID
    survey: UUID
    title: Mapping[str, str]
    languages: Sequence[str]
    assurance: str


@dataclass(frozen=True, slots=True)
class LaunchedSurvey:
    """A survey that was launched, and its youngest release."""

    id: UUID
    title: Mapping[str, str]
    state: Literal["open", "closed", "counted", "published"]
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    counted: int | None
    latest: ReleaseSummary | None


async def surveys(work: Work, after: After | None, limit: int) -> list[LaunchedSurvey]:
    """The surveys that were launched, the youngest first, from the sort key `after` on."""
    after_time, after_id = after or (None, None)
    rows = await work.fetch(sql.launched_surveys, after_time=after_time, after_id=after_id, limit=limit)
    return [_launched(row) for row in rows]


def _launched(row: asyncpg.Record) -> LaunchedSurvey:
    latest = None if row["number"] is None else ReleaseSummary(row["number"], row["released_on"], row["answers"])
    return LaunchedSurvey(
        id=row["id"],
        title=json.loads(row["title"]),
        state=row["state"],
        created_at=row["created_at"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        counted=row["counted"],
        latest=latest,
    )


async def releases(work: Work, survey_id: UUID) -> list[Release]:
    """All releases of a survey, the youngest first, without their content. Raises NoSuchSurvey."""
    await read(survey_id)
    return await Release.filter(survey_id=survey_id).order_by("-number").only("id", "number", "released_on", "answers")


async def results(
    work: Work, after: tuple[date, UUID] | None = None, limit: int | None = None
) -> list[PublishedResult]:
    """What everybody may see: the last release of every survey that has been counted, the youngest first."""
    after_day, after_survey = after or (None, None)
    rows = await work.fetch(sql.results, after_day=after_day, after_survey=after_survey, limit=limit)
    return [
        PublishedResult(**{**row, "title": json.loads(row["title"]), "languages": json.loads(row["languages"])})
        for row in rows
    ]
