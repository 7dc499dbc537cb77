"""Surveys for residents: what can be answered, and the ballot to answer with."""

from api.http.authentication import RESIDENT
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, get, post
from api.schemas.common import PageQuery
from api.schemas.surveys import SurveyRead, SurveysListed, list_open_surveys, to_read
from surveys import survey as surveys
from surveys.box.issuing import Attested, issue
from surveys.models import SurveyKind

REQUEST = "application/private-token-request"
RESPONSE = "application/private-token-response"
SIGNED_A_MINUTE = 30
"""How often a registration may ask for ballots in a minute, for all surveys and again after lost answers."""


async def list_surveys(call: Call[None, PageQuery]) -> SurveysListed:
    """The surveys that can be answered now."""
    return await list_open_surveys(call)


async def read_survey(call: Call[None, None]) -> SurveyRead:
    """A survey in the reader's language."""
    survey = await to_read(call.work, await surveys.read_survey(call.id()), call.languages)
    call.set_content_language(survey.language)
    return survey


async def fetch_ballot(call: Call[None, None], kind: SurveyKind = "survey") -> RawResponse:
    """Have a blinded ballot signed: one for each registration, the identical request as often as it comes.

    259 bytes in, 256 out (RFC 9578). A survey for those who were there wants the sealed state in `Medvirk-State`,
    one that is answered with codes the code in `Medvirk-Code`, one for attested apps the token of Firebase App Check in
    `X-Firebase-AppCheck`.
    """
    call.services.limits.count("ballot signed", call.tenant.resident, SIGNED_A_MINUTE)
    signed = await issue(
        call.work,
        call.tenant,
        call.id(),
        call.raw,
        keys=call.services.keys,
        sealed_state=call.headers.get("medvirk-state"),
        code=call.headers.get("medvirk-code"),
        app=Attested(call.headers.get("x-firebase-appcheck"), call.services.attestation),
        kind=kind,
    )
    return RawResponse(signed, RESPONSE)


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/surveys", list_surveys, RESIDENT, refuses=(422,), shared=True),
    get("/v1/surveys/{id:uuid}", read_survey, RESIDENT, refuses=(404,)),
    post(
        "/v1/surveys/{id:uuid}/ballots",
        fetch_ballot,
        RESIDENT,
        takes=REQUEST,
        gives_media=RESPONSE,
        limit_bytes=1024,
        refuses=(403, 404, 409, 410, 413, 422, 429, 503),
    ),
]
