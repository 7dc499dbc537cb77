"""The log of the keys that sign ballots: that everybody is given the same, and that it only grows."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from api.http.authentication import OPEN
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get
from api.schemas.common import PageQuery, RequestModel
from base import base64url
from surveys.box import keylog

PROOFS_A_MINUTE = 120


class SurveyKeyResponse(BaseModel, title="SurveyKey"):
    """The key of one survey, as everybody gets it."""

    place: int = Field(description="Its line in the log, from 0")
    survey: UUID
    token_key: str = Field(description="SubjectPublicKeyInfo with id-RSASSA-PSS, base64url")
    token_challenge: str = Field(description="TokenChallenge (RFC 9577), base64url")
    leaf: str = Field(description="The hash of the line in the tree, 32 bytes in hex")
    opened_on: date


class SurveyKeys(BaseModel):
    """Every key that has signed ballots here, the oldest first, and the head of the log."""

    items: list[SurveyKeyResponse]
    next: str | None = None
    size: int
    root: str = Field(description="The Merkle root (RFC 9162, SHA-256) over the lines, 32 bytes in hex")
    signed: str = Field(
        description="Compact JWS (EdDSA, type medvirk-survey-keys+jws) of municipality, size and root; the same bytes "
        "for everyone"
    )


class KeyProof(BaseModel):
    """That a survey's key stands in the log: its place, from 0, among so many, and its neighbours in the tree."""

    place: int
    size: int
    leaf: str
    root: str
    path: list[str]


class GrowthProof(BaseModel):
    """That a log of `before` lines is the beginning of one of `size` (RFC 9162 §2.1.4)."""

    before: int
    size: int
    before_root: str
    root: str
    path: list[str]


class Among(RequestModel):
    """Of how many lines; of all where it is left out."""

    size: int | None = Field(None, ge=0, le=10**6)


class Between(RequestModel):
    """From which size of the log to which; to what it is now where `size` is left out."""

    before: int = Field(ge=0, le=10**6)
    size: int | None = Field(None, ge=0, le=10**6)


async def list_survey_keys(call: Call[None, PageQuery]) -> SurveyKeys:
    """The keys that sign ballots, one for each survey, so that anybody can see that all are given the same."""
    log = await keylog.read_log(call.work)
    part, following = call.query.of(log.lines, lambda line: (line.place,))
    return SurveyKeys(
        next=following,
        items=[
            SurveyKeyResponse(
                place=line.place,
                survey=line.survey_id,
                token_key=base64url.encode_padded(line.token_key),
                token_challenge=base64url.encode_padded(keylog.issuer_in(line).challenge),
                leaf=keylog.leaf_of(line).hex(),
                opened_on=line.opened_on,
            )
            for line in part
        ],
        size=len(log.lines),
        root=log.root().hex(),
        signed=log.head(call.services.keys),
    )


async def prove_survey_key(call: Call[None, Among]) -> KeyProof:
    """That a survey's key stands in the log of so many lines."""
    call.services.limits.count("key proof", call.network, PROOFS_A_MINUTE)
    log = await keylog.read_log(call.work)
    line, size, path = log.inclusion(call.id("survey"), call.query.size)
    return KeyProof(
        place=line.place,
        size=size,
        leaf=keylog.leaf_of(line).hex(),
        root=log.root(size).hex(),
        path=[step.hex() for step in path],
    )


async def prove_growth(call: Call[None, Between]) -> GrowthProof:
    """That the log only grew: whoever kept a head can check that a later one holds all of it."""
    call.services.limits.count("key proof", call.network, PROOFS_A_MINUTE)
    log = await keylog.read_log(call.work)
    size, path = log.growth(call.query.before, call.query.size)
    return GrowthProof(
        before=call.query.before,
        size=size,
        before_root=log.root(call.query.before).hex(),
        root=log.root(size).hex(),
        path=[step.hex() for step in path],
    )


ENDPOINTS: list[AnyEndpoint] = [
    get(
        "/v1/municipalities/{number}/survey-keys",
        list_survey_keys,
        OPEN,
        town="number",
        refuses=(404, 422),
        etag=True,
        shared=True,
    ),
    get("/v1/municipalities/{number}/survey-keys/growth", prove_growth, OPEN, town="number", refuses=(404, 422, 429)),
    get(
        "/v1/municipalities/{number}/survey-keys/{survey:uuid}/proof",
        prove_survey_key,
        OPEN,
        town="number",
        refuses=(404, 422, 429),
    ),
]
