"""Surveys for communications staff: written, read through, launched, extended, closed."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter

from api.http.authentication import staff
from api.http.call import Call, RawResponse
from api.http.endpoint import JSON, MIB, ONLY_READS, AnyEndpoint, delete, get, post, put
from api.schemas.common import Key, PageQuery, RequestModel, Tag, Whole
from api.staff import examples
from base.errors import FieldError
from base.localized import Localized
from base.times import Instant
from municipality.roles import READERS, WRITERS
from push.audiences.audience import Audience
from push.models import Campaign
from surveys import drafting, drafts, launch, lines
from surveys.box import closing, codes
from surveys.forms.document import SurveyDocument
from surveys.forms.proofreading import estimated_minutes
from surveys.models import Survey
from surveys.survey import read_survey


class SurveyInFull(SurveyDocument):
    """A survey document with what has become of it."""

    id: UUID
    state: Literal["draft", "open", "closed", "counted", "published"]
    created_at: AwareDatetime
    opened_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    counted: int | None
    on_paper: int | None = Field(description="How many came on paper; nothing where they are fewer than a group")
    minutes: int
    campaign: UUID | None = None


class SurveysInFull(BaseModel):
    """Surveys, the youngest first."""

    items: list[SurveyInFull]
    next: str | None


class ProofreadingFinding(BaseModel, title="Finding"):
    """Something found in a survey, and where."""

    pointer: str
    detail: str


class Proofread(BaseModel):
    """What was found: errors stop a launch, warnings do not."""

    valid: bool
    errors: list[ProofreadingFinding]
    warnings: list[ProofreadingFinding]
    minutes: int


class AudienceWritten(RequestModel):
    """To whom: each list narrows, an empty one does not."""

    areas: list[UUID] = Field(default_factory=list, max_length=200)
    interests: list[Key] = Field(default_factory=list, max_length=50)
    languages: list[Tag] = Field(default_factory=list, max_length=20)


class Announced(RequestModel):
    """The message that goes out with the launch; without an audience, to those whom the survey is for."""

    title: Localized
    body: Localized
    audience: AudienceWritten | None = None
    importance: Literal["passive", "active", "time_sensitive", "emergency"] = "active"
    send_at: Instant | None = None
    expires_at: Instant | None = None


class Launched(RequestModel):
    """How to launch."""

    campaign: Announced | None = None


class Extended(RequestModel):
    """Until when."""

    closes_at: Instant


class CodesWanted(RequestModel):
    """How many codes."""

    count: Annotated[Whole, Field(ge=1, le=5000)]


class CodesMade(BaseModel):
    """Codes for letters, each good for one ballot."""

    codes: list[str]


def full(survey: Survey, campaign: UUID | None = None) -> SurveyInFull:
    """The survey as staff see it."""
    return SurveyInFull.model_validate(
        {
            **survey.document.model_dump(by_alias=True),
            "id": survey.id,
            "state": survey.state,
            "created_at": survey.created_at,
            "opened_at": survey.opened_at,
            "closed_at": survey.closed_at,
            "counted": survey.counted,
            "on_paper": survey.on_paper,
            "minutes": estimated_minutes(survey.document),
            "campaign": campaign,
        }
    )


async def create_survey(call: Call[SurveyDocument, None]) -> SurveyInFull:
    """Keep a new survey as a draft."""
    return full(await read_survey(await drafts.write(call.work, call.body)))


async def list_staff_surveys(call: Call[None, PageQuery]) -> RawResponse:
    """Every survey, the youngest first."""
    found = await lines.whole_page(call.work, call.query.after_time(), call.query.one_more)
    part, following = call.query.cut(
        found, lambda survey: (survey.created_at, survey.id), lambda survey: survey.document
    )
    body = f'{{"items":[{",".join(map(_in_full, part))}],"next":{json.dumps(following)}}}'
    return RawResponse(body.encode(), JSON)


_STANDS = TypeAdapter(Mapping[str, datetime | UUID | int | str | None])


def _in_full(survey: lines.Whole) -> str:
    """A SurveyInFull put together as JSON text: the document is in it as it is stored, neither parsed nor written."""
    stands = {
        "id": survey.id,
        "state": survey.state,
        "opens_at": survey.opens_at,
        "closes_at": survey.closes_at,
        "created_at": survey.created_at,
        "opened_at": survey.opened_at,
        "closed_at": survey.closed_at,
        "counted": survey.counted,
        "on_paper": survey.on_paper,
        "minutes": survey.minutes,
        "campaign": None,
    }
    return _STANDS.dump_json(stands).decode()[:-1] + "," + survey.document[1:]


async def read_staff_survey(call: Call[None, None]) -> SurveyInFull:
    """One survey, in every language."""
    return full(await read_survey(call.id()))


async def replace_survey(call: Call[SurveyDocument, None]) -> SurveyInFull:
    """Replace a draft; whoever has it open in the editor is told."""
    await read_survey(call.id())
    await drafts.rewrite(call.id(), call.body)
    await drafting.follow(call.work, call.id(), call.body)
    return full(await read_survey(call.id()))


async def discard_survey(call: Call[None, None]) -> None:
    """Throw a draft away, finished or not."""
    await drafts.discard(call.id(), call.services.keys)


async def validate_survey(call: Call[None, None]) -> Proofread:
    """Read a survey through before its launch, finished or not: what stops it, what deserves a second thought."""
    proof = await drafting.proofreading(call.work, call.id())
    return Proofread(
        valid=not proof.errors,
        errors=[_finding(e, call.languages) for e in proof.errors],
        warnings=[_finding(e, call.languages) for e in proof.warnings],
        minutes=proof.minutes,
    )


def _finding(error: FieldError, languages: list[str]) -> ProofreadingFinding:
    return ProofreadingFinding(pointer=error.pointer, detail=error.in_language(languages))


async def launch_survey(call: Call[Launched, None]) -> SurveyInFull:
    """Launch a draft, with its message if there is one: all of it or nothing."""
    written = call.body.campaign if call.body else None  # A launch without a message may come without a body.
    announcement = None
    if written is not None:
        audience = written.audience
        announcement = Campaign(
            title=written.title, body=written.body, importance=written.importance, send_at=written.send_at
        )
        if audience is not None:
            whom = Audience(tuple(audience.areas), tuple(audience.interests), tuple(audience.languages))
            announcement.audience = whom.stored()
        if written.expires_at is not None:
            announcement.expires_at = written.expires_at
    await read_survey(call.id())
    campaign = await launch.launch(
        call.work, call.id(), call.services.keys, announcement, attests=call.services.attestation is not None
    )
    return full(await read_survey(call.id()), campaign)


async def close_survey(call: Call[None, None]) -> SurveyInFull:
    """Close an open survey; its count begins at once."""
    await read_survey(call.id())
    await closing.close(call.work, call.id())
    return full(await read_survey(call.id()))


async def make_codes(call: Call[CodesWanted, None]) -> CodesMade:
    """Make single-use codes for letters; they are shown this once."""
    await read_survey(call.id())
    return CodesMade(codes=await codes.print_codes(call.id(), call.body.count, call.services.keys))


async def extend_survey(call: Call[Extended, None]) -> SurveyInFull:
    """Let an open survey close later."""
    await read_survey(call.id())
    await drafts.extend(call.id(), call.body.closes_at)
    return full(await read_survey(call.id()))


ENDPOINTS: list[AnyEndpoint] = [
    post(
        "/v1/staff/surveys",
        create_survey,
        staff(WRITERS),
        example=examples.SURVEY,
        status=201,
        limit_bytes=4 * MIB,
        refuses=(403, 413, 422),
    ),
    get("/v1/staff/surveys", list_staff_surveys, staff(READERS), gives=SurveysInFull, refuses=(403,)),
    get("/v1/staff/surveys/{id:uuid}", read_staff_survey, staff(READERS), refuses=(403, 404)),
    put(
        "/v1/staff/surveys/{id:uuid}",
        replace_survey,
        staff(WRITERS),
        example=examples.SURVEY,
        limit_bytes=4 * MIB,
        refuses=(403, 404, 409, 413, 422),
    ),
    delete("/v1/staff/surveys/{id:uuid}", discard_survey, staff(WRITERS), status=204, refuses=(403, 404, 409)),
    post(
        "/v1/staff/surveys/{id:uuid}/validate",
        validate_survey,
        staff(READERS),
        refuses=(403, 404),
        not_idempotent=ONLY_READS,
    ),
    post(
        "/v1/staff/surveys/{id:uuid}/launch",
        launch_survey,
        staff(WRITERS),
        example=examples.LAUNCH,
        optional_body=True,
        refuses=(403, 404, 409, 413, 422),
    ),
    post("/v1/staff/surveys/{id:uuid}/close", close_survey, staff(WRITERS), refuses=(403, 404, 409)),
    post(
        "/v1/staff/surveys/{id:uuid}/extend",
        extend_survey,
        staff(WRITERS),
        example=examples.EXTEND,
        refuses=(403, 404, 409, 413, 422),
    ),
    post(
        "/v1/staff/surveys/{id:uuid}/codes",
        make_codes,
        staff(WRITERS),
        example={"count": 200},
        refuses=(403, 404, 409, 410, 413, 422),
        secret=True,
    ),
]
