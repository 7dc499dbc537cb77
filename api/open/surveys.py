"""Surveys as everybody may read them: what is open, who signs the ballots, what became of the box."""

from typing import Literal

from pydantic import BaseModel, Field

from api.http.authentication import OPEN
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get
from api.schemas.surveys import CorrectionsShown, corrections_shown, list_open_surveys
from base import base64url
from surveys import ballots
from surveys.box import receipts
from surveys.errors import NoSuchSurvey
from surveys.models import SurveyKind
from surveys.survey import issuer_of, no_such, read_kind, read_survey


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


async def list_corrections(call: Call[None, None]) -> CorrectionsShown:
    """What was corrected in the words of a survey since it was opened."""
    if (await read_survey(call.id())).state == "draft":
        raise NoSuchSurvey()
    return CorrectionsShown(items=await corrections_shown(call.work, call.id()))


async def show_issuer(call: Call[None, None], kind: SurveyKind = "survey") -> IssuerShown:
    """Who signs this survey's ballots."""
    survey = await read_kind(call.id(), kind)
    if survey.state == "draft":
        raise no_such(kind)
    issuer = issuer_of(survey)
    return IssuerShown(
        token_key=base64url.encode_padded(issuer.token_key),
        issuer_name=ballots.ISSUER_NAME,
        token_challenge=base64url.encode_padded(issuer.challenge),
    )


async def show_box(call: Call[None, None], kind: SurveyKind = "survey") -> BoxShown:
    """The state of a survey's box."""
    survey_id = call.id()
    box = receipts.box_of(await read_kind(survey_id, kind))
    return BoxShown(state=box.state, counted=box.counted, receipts=f"/v1/surveys/{survey_id}/box/{{prefix}}")


async def show_receipts(call: Call[None, None], kind: SurveyKind = "survey") -> ReceiptsShown:
    """The receipts of counted answers that begin with a prefix: proof that mine is among them."""
    return ReceiptsShown(items=await receipts.receipts(call.work, call.id(), call.text("prefix"), kind))


ENDPOINTS: list[AnyEndpoint] = [
    get(
        "/v1/municipalities/{number}/surveys",
        list_open_surveys,
        OPEN,
        town="number",
        refuses=(404, 422),
        etag=True,
        shared=True,
    ),
    get("/v1/surveys/{id:uuid}/issuer", show_issuer, OPEN, town="survey", refuses=(404,), etag=True),
    get("/v1/surveys/{id:uuid}/wording", list_corrections, OPEN, town="survey", refuses=(404,), etag=True),
    get("/v1/surveys/{id:uuid}/box", show_box, OPEN, town="survey", refuses=(404,)),
    get("/v1/surveys/{id:uuid}/box/{prefix}", show_receipts, OPEN, town="survey", refuses=(404, 422)),
]
