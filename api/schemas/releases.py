"""Releases as planners and everybody else read them."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.call import RawResponse
from api.schemas.common import RequestModel
from api.schemas.surveys import CorrectionShown, corrections_shown
from base.database import Work
from insights import export, listings, localized_release
from insights.models import Release


class _Told(BaseModel):
    """What the server tells; a shape, not a check on what was frozen before the shape grew."""

    model_config = ConfigDict(extra="ignore")


class ReleaseCell(_Told, title="Cell"):
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
    cells: list[ReleaseCell]
    mean: float | None = None
    median: float | None = None


class ReleaseGroup(_Told, title="Group"):
    """The answers of one group."""

    value: str
    label: str | None
    answered: int | None
    cells: list[ReleaseCell]


class QuestionByGroup(_Told):
    """A question in each group of a breakdown."""

    key: str
    type: str
    label: str
    groups: list[ReleaseGroup]


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


class ReleaseQuery(RequestModel):
    """How a release is wanted."""

    by: str | None = Field(None, max_length=64, description="The key of a question marked as a breakdown")
    format: Literal["json", "csv", "json-stat"] = "json"


def listed(release: Release | listings.ReleaseSummary) -> ReleaseListed:
    """A release as a list shows it."""
    return ReleaseListed(number=release.number, released_at=release.released_on, answers=release.answers)


def shown(release: Release, wanted: ReleaseQuery, languages: list[str]) -> ReleaseRead | RawResponse:
    """A release in the wanted form. Raises Invalid for a breakdown that the survey does not have."""
    if wanted.format == "csv":
        return RawResponse(export.as_csv(release, wanted.by, languages), "text/csv")
    if wanted.format == "json-stat":
        return RawResponse(export.as_json_stat(release, wanted.by, languages), "application/vnd.json-stat+json")
    if wanted.by is not None:
        return ReleaseRead.model_validate(localized_release.localized_by(release, wanted.by, languages))
    return ReleaseRead.model_validate(localized_release.localized(release, languages))


async def with_corrections(work: Work, release: Release, read: ReleaseRead | RawResponse) -> ReleaseRead | RawResponse:
    """The same, stating which words were corrected until the release was made."""
    if isinstance(read, RawResponse):
        return read
    made = await corrections_shown(work, release.survey_id)
    return read.model_copy(update={"corrections": [c for c in made if c.corrected_on <= release.released_on]})
