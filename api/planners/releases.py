"""Releases for planners: frozen tables in which small groups are left out."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.callers import staff
from api.endpoint import Call, Endpoint, Raw
from api.open.surveys import CorrectionShown, corrections_shown
from api.shapes import Page, Sent
from base.database import Work
from base.localized import pick
from insights import export, reading, releases, shelf

PLANNERS = staff("planner", "communications")


class _Told(BaseModel):
    """What the server tells; a shape, not a check on what was frozen before the shape grew."""

    model_config = ConfigDict(extra="ignore")


class Cell(_Told):
    """How many gave an answer. A small group, or one from which a small one would follow, stays listed without a
    number.
    """

    value: str
    label: str | None
    count: int | None
    share: float | None = Field(description="Of those who answered the question, 0 to 1")
    suppressed: bool
    row: str | None = Field(None, description="The row of a matrix")
    row_label: str | None = None


class QuestionReleased(_Told):
    """A question and its cells; `answered` is null where too few left it out. Text and places have no cells."""

    key: str
    type: str
    label: str
    answered: int | None
    cells: list[Cell]
    mean: float | None = None
    median: float | None = None


class Group(_Told):
    """The answers of one group."""

    value: str
    label: str | None
    answered: int | None
    cells: list[Cell]


class QuestionByGroup(_Told):
    """A question in each group of a breakdown."""

    key: str
    type: str
    label: str
    groups: list[Group]


class By(_Told):
    """The question that others are tabulated by."""

    key: str
    label: str


class ReleaseRead(_Told):
    """A release: what may be shown of a survey, as of one day. With `by`, every question has `groups`."""

    number: int
    released_at: date
    title: str
    answers: int
    assurance: str = Field(description="How sure it is that one person answered once")
    self_reported_position: bool = Field(
        description="Whether who could answer rests on what phones said of their place"
    )
    smallest_group: int
    by: By | None = None
    corrections: list[CorrectionShown] = Field(
        [], description="What was corrected in the words of the survey while answers were given"
    )
    questions: list[QuestionReleased] | list[QuestionByGroup]


class ReleaseListed(_Told):
    """That there is a release."""

    number: int
    released_at: date
    answers: int


class ReleasesListed(_Told):
    """The releases of a survey, the youngest first."""

    items: list[ReleaseListed]
    next: str | None = None


class SurveyToRead(_Told):
    """A survey that was launched, and its youngest release. `destroyed`: too few answered, and nothing is kept."""

    id: UUID
    title: str
    state: Literal["open", "closed", "counted", "published", "destroyed"]
    opened_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    latest: ReleaseListed | None


class SurveysToRead(_Told):
    """The surveys that were launched, the youngest first."""

    items: list[SurveyToRead]
    next: str | None


class Wanted(Sent):
    """How a release is wanted."""

    by: str | None = Field(None, max_length=64, description="The key of a question marked as a breakdown")
    format: Literal["json", "csv", "json-stat"] = "json"


def listed(release: releases.Release | shelf.Listed) -> ReleaseListed:
    """A release as a list shows it."""
    return ReleaseListed(number=release.number, released_at=release.released_on, answers=release.answers)


def shown(release: releases.Release, wanted: Wanted, languages: list[str]) -> ReleaseRead | Raw:
    """A release in the wanted form. Raises Invalid for a breakdown that the survey does not have."""
    if wanted.format == "csv":
        return Raw(export.as_csv(release, wanted.by, languages), "text/csv")
    if wanted.format == "json-stat":
        return Raw(export.as_json_stat(release, wanted.by, languages), "application/vnd.json-stat+json")
    if wanted.by is not None:
        return ReleaseRead.model_validate(reading.read_out_by(release, wanted.by, languages))
    return ReleaseRead.model_validate(reading.read_out(release, languages))


async def with_corrections(work: Work, release: releases.Release, read: ReleaseRead | Raw) -> ReleaseRead | Raw:
    """The same, stating which words were corrected until the release was made."""
    if isinstance(read, Raw):
        return read
    made = await corrections_shown(work, release.survey)
    return read.model_copy(update={"corrections": [c for c in made if c.corrected_on <= release.released_on]})


async def list_surveys_to_read(call: Call[None, Page]) -> SurveysToRead:
    """The surveys that were launched, each with its youngest release."""
    found = await shelf.surveys(call.work, call.query.after_time(), call.query.one_more)
    shown_here, after = call.query.cut(found, lambda survey: (survey.created_at, survey.id))
    items = []
    for survey in shown_here:
        destroyed = survey.state in ("counted", "published") and survey.counted is None
        items.append(
            SurveyToRead(
                id=survey.id,
                title=pick(survey.title, call.languages)[0],
                state="destroyed" if destroyed else survey.state,
                opened_at=survey.opened_at,
                closed_at=survey.closed_at,
                latest=None if survey.latest is None else listed(survey.latest),
            )
        )
    return SurveysToRead(items=items, next=after)


async def list_releases(call: Call) -> ReleasesListed:
    """The releases of a survey, the youngest first."""
    return ReleasesListed(items=[listed(release) for release in await shelf.releases(call.work, call.id())])


async def read_release(call: Call[None, Wanted]) -> ReleaseRead | Raw:
    """A release: the same numbers whoever asks and however often; by a breakdown, or as CSV or JSON-stat, if wanted."""
    release = await releases.release(call.work, call.id(), int(call.text("number")))
    call.spoken(reading.language_of(release, call.languages))
    return await with_corrections(call.work, release, shown(release, call.query, call.languages))


ENDPOINTS = [
    Endpoint("GET", "/v1/insights/surveys", list_surveys_to_read, PLANNERS, query=Page, gives=SurveysToRead),
    Endpoint(
        "GET", "/v1/insights/surveys/{id:uuid}/releases", list_releases, PLANNERS, gives=ReleasesListed, refuses=(404,)
    ),
    Endpoint(
        "GET", "/v1/insights/surveys/{id:uuid}/releases/{number:int}", read_release, PLANNERS, query=Wanted,
        gives=ReleaseRead, other_media=("text/csv", "application/vnd.json-stat+json"), refuses=(404,), etag=True,
    ),
]  # fmt: skip
