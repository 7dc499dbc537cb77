"""Surveys as residents and everybody else read them: the list of those open, one to answer, what was corrected."""

from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, Field

from api.http.call import Call
from api.schemas.common import PageQuery
from base.database import Work
from base.localized import pick
from municipality.directory import smallest_group, town
from surveys import wording
from surveys.errors import NoSuchSurvey
from surveys.lines import SurveyLine, open_lines
from surveys.localized_survey import said
from surveys.models import Survey

_NEVER = datetime(2199, 12, 31, tzinfo=UTC)
"""Where a survey without an end stands in a list by ends."""


class SurveyListed(BaseModel):
    """An open survey, in the reader's language."""

    id: UUID
    title: str
    intro: str | None
    language: str
    opens_at: AwareDatetime | None
    closes_at: AwareDatetime | None
    assurance: str
    eligibility: str = Field(description="Who it is for: registered, area, interest or present")
    minutes: int = Field(description="How long it takes, about")


class SurveysListed(BaseModel):
    """Every survey that can be answered now."""

    items: list[SurveyListed]
    next: str | None = None


class SurveyInWords(BaseModel):
    """A survey, each text in one language; times and questions as in the survey document."""

    id: UUID
    language: str
    languages: list[str]
    title: str
    intro: str | None
    opens_at: AwareDatetime | None
    closes_at: AwareDatetime | None
    assurance: str
    eligibility: dict[str, Any]
    smallest_group: int
    plan_id: str | None
    minutes: int
    text_version: int = Field(description="1, and one more for each correction of its words; see `…/wording`")
    questions: list[dict[str, Any]]


class SurveyRead(SurveyInWords):
    """A survey to answer."""

    state: Literal["open", "closed", "counted", "published"]


class TextChanged(BaseModel):
    """One text before and after, in every language it has; `pointer` says which in the survey document."""

    pointer: str
    before: dict[str, str] | None
    after: dict[str, str] | None


class CorrectionShown(BaseModel):
    """A correction of a survey's words while it was open; what was asked stayed as it was."""

    version: int
    corrected_on: date
    changes: list[TextChanged]


class CorrectionsShown(BaseModel):
    """Every correction, the oldest first."""

    items: list[CorrectionShown]


def listed(survey: SurveyLine, wanted: list[str]) -> SurveyListed:
    """One line of the list."""
    language = survey.language_for(wanted)
    words = [language, *wanted]
    return SurveyListed(
        id=survey.id,
        title=pick(survey.title, words)[0],
        intro=pick(survey.intro, words)[0] if survey.intro else None,
        language=language,
        opens_at=survey.opens_at,
        closes_at=survey.closes_at,
        assurance=survey.assurance,
        eligibility=survey.kind,
        minutes=survey.minutes,
    )


async def to_read(work: Work, survey: Survey, wanted: list[str]) -> SurveyRead:
    """The whole survey in the reader's language, with the smallest group that holds; NoSuchSurvey for a draft."""
    if survey.state == "draft":
        raise NoSuchSurvey()
    words = in_words(survey, wanted)
    k = await smallest_group(work, words["smallest_group"])
    return SurveyRead.model_validate({**words, "smallest_group": k})


def in_words(survey: Survey, wanted: list[str]) -> dict[str, Any]:
    """The members of a survey in the reader's language, a draft too."""
    words = said(survey, wanted)
    times: dict[str, datetime | None] = {"opens_at": survey.opens_at, "closes_at": survey.closes_at}
    told = {"id": survey.id, "state": survey.state, "text_version": survey.text_version}
    return {"intro": None, "plan_id": None, **words, **times, **told}


async def corrections_shown(work: Work, survey_id: UUID) -> list[CorrectionShown]:
    """The corrections of a survey as everybody sees them: the day, and not who made them."""
    timezone = (await town(work)).timezone
    return [
        CorrectionShown(
            version=one.version,
            corrected_on=one.corrected_at.astimezone(ZoneInfo(timezone)).date(),
            changes=[TextChanged.model_validate(change, from_attributes=True) for change in one.changes],
        )
        for one in await wording.corrections(survey_id)
    ]


async def list_open_surveys(call: Call[None, PageQuery]) -> SurveysListed:
    """The municipality's open surveys."""
    found = await open_lines(call.work)
    if found:
        call.set_content_language(found[0].language_for(call.languages))
    part, following = call.query.of(found, lambda survey: (survey.closes_at or _NEVER, survey.id))
    return SurveysListed(items=[listed(survey, call.languages) for survey in part], next=following)
