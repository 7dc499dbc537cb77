"""Surveys as everybody may read them: what is open, who signs the ballots, what became of the box."""

import base64
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, Field

from api.callers import OPEN
from api.endpoint import Call, Endpoint
from api.shapes import Page
from base.database import Work
from base.localized import pick
from municipality.directory import smallest_group, town
from surveys import ballots, wording
from surveys.box import receipts
from surveys.lines import Line, open_lines
from surveys.reading import said
from surveys.survey import Kind, NoSuchSurvey, Survey, no_such, read_kind, read_survey

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


class IssuerShown(BaseModel):
    """Who signs a survey's ballots; recompute the challenge from the survey's id and the key."""

    token_type: Literal[2] = 2
    token_key: str = Field(description="SubjectPublicKeyInfo with id-RSASSA-PSS, base64url")
    issuer_name: str
    token_challenge: str = Field(description="TokenChallenge (RFC 9577), base64url")


class BoxShown(BaseModel):
    """What may be known of a survey's box."""

    state: Literal["open", "counted", "destroyed"]
    counted: int | None
    receipts: str = Field(description="Where receipts are shown by prefix once they are counted")


class ReceiptsShown(BaseModel):
    """The receipts that begin with a prefix: SHA-256 hashes in hex."""

    items: list[str]


def base64url(data: bytes) -> str:
    """Base64url with padding, as RFC 9577 writes it."""
    return base64.urlsafe_b64encode(data).decode()


def listed(survey: Line, wanted: list[str]) -> SurveyListed:
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
        for one in await wording.corrections(work, survey_id)
    ]


async def list_corrections(call: Call[None, None]) -> CorrectionsShown:
    """What was corrected in the words of a survey since it was opened."""
    if (await read_survey(call.work, call.id())).state == "draft":
        raise NoSuchSurvey()
    return CorrectionsShown(items=await corrections_shown(call.work, call.id()))


async def list_open_surveys(call: Call[None, Page]) -> SurveysListed:
    """The municipality's open surveys."""
    found = await open_lines(call.work)
    if found:
        call.spoken(found[0].language_for(call.languages))
    part, following = call.query.of(found, lambda survey: (survey.closes_at or _NEVER, survey.id))
    return SurveysListed(items=[listed(survey, call.languages) for survey in part], next=following)


async def show_issuer(call: Call[None, None], kind: Kind = "survey") -> IssuerShown:
    """Who signs this survey's ballots."""
    survey = await read_kind(call.work, call.id(), kind)
    if survey.state == "draft":
        raise no_such(kind)
    issuer = survey.issuer
    return IssuerShown(
        token_key=base64url(issuer.token_key),
        issuer_name=ballots.ISSUER_NAME,
        token_challenge=base64url(issuer.challenge),
    )


async def show_box(call: Call[None, None], kind: Kind = "survey") -> BoxShown:
    """The state of a survey's box."""
    survey_id = call.id()
    box = receipts.box_of(await read_kind(call.work, survey_id, kind))
    return BoxShown(state=box.state, counted=box.counted, receipts=f"/v1/surveys/{survey_id}/box/{{prefix}}")


async def show_receipts(call: Call[None, None], kind: Kind = "survey") -> ReceiptsShown:
    """The receipts of counted answers that begin with a prefix: proof that mine is among them."""
    return ReceiptsShown(items=await receipts.receipts(call.work, call.id(), call.text("prefix"), kind))


ENDPOINTS = [
    Endpoint(
        "GET", "/v1/municipalities/{number}/surveys", list_open_surveys, OPEN, query=Page, gives=SurveysListed,
        town="number", refuses=(404, 422), etag=True, shared=True,
    ),
    Endpoint(
        "GET", "/v1/surveys/{id:uuid}/issuer", show_issuer, OPEN, gives=IssuerShown, town="survey", refuses=(404,),
        etag=True,
    ),
    Endpoint(
        "GET", "/v1/surveys/{id:uuid}/wording", list_corrections, OPEN, gives=CorrectionsShown, town="survey",
        refuses=(404,), etag=True,
    ),
    Endpoint("GET", "/v1/surveys/{id:uuid}/box", show_box, OPEN, gives=BoxShown, town="survey", refuses=(404,)),
    Endpoint(
        "GET", "/v1/surveys/{id:uuid}/box/{prefix}", show_receipts, OPEN, gives=ReceiptsShown, town="survey",
        refuses=(404, 422),
    ),
]  # fmt: skip
