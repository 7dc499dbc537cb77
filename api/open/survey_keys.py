"""The log of the keys that sign ballots: that everybody is given the same, and that it only grows."""

import base64
from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from api.callers import OPEN
from api.endpoint import Call, Endpoint
from api.shapes import Page, Sent
from surveys.box import keylog

PROOFS_PER_MINUTE = 120


class SurveyKey(BaseModel):
    """The key of one survey, as everybody gets it."""

    place: int = Field(description="Its line in the log, from 0")
    survey: UUID
    token_key: str = Field(description="SubjectPublicKeyInfo with id-RSASSA-PSS, base64url")
    token_challenge: str = Field(description="TokenChallenge (RFC 9577), base64url")
    leaf: str = Field(description="The hash of the line in the tree, 32 bytes in hex")
    opened_on: date


class SurveyKeys(BaseModel):
    """Every key that has signed ballots here, the oldest first, and the head of the log."""

    items: list[SurveyKey]
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


class Among(Sent):
    """Of how many lines; of all where it is left out."""

    size: int | None = Field(None, ge=0, le=10**6)


class Between(Sent):
    """From which size of the log to which; to what it is now where `size` is left out."""

    before: int = Field(ge=0, le=10**6)
    size: int | None = Field(None, ge=0, le=10**6)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


async def list_survey_keys(call: Call[None, Page]) -> SurveyKeys:
    """The keys that sign ballots, one for each survey, so that anybody can see that all are given the same."""
    log = await keylog.read_log(call.work)
    part, following = call.query.of(log.lines, lambda line: (line.place,))
    return SurveyKeys(
        next=following,
        items=[
            SurveyKey(
                place=line.place,
                survey=line.survey,
                token_key=_base64url(line.token_key),
                token_challenge=_base64url(line.issuer.challenge),
                leaf=line.leaf.hex(),
                opened_on=line.opened_on,
            )
            for line in part
        ],
        size=len(log.lines),
        root=log.root().hex(),
        signed=log.head(call.house.keys),
    )


async def prove_survey_key(call: Call[None, Among]) -> KeyProof:
    """That a survey's key stands in the log of so many lines."""
    call.house.limits.count("key proof", call.network, PROOFS_PER_MINUTE)
    log = await keylog.read_log(call.work)
    line, size, path = log.inclusion(call.id("survey"), call.query.size)
    return KeyProof(
        place=line.place,
        size=size,
        leaf=line.leaf.hex(),
        root=log.root(size).hex(),
        path=[step.hex() for step in path],
    )


async def prove_growth(call: Call[None, Between]) -> GrowthProof:
    """That the log only grew: whoever kept a head can check that a later one holds all of it."""
    call.house.limits.count("key proof", call.network, PROOFS_PER_MINUTE)
    log = await keylog.read_log(call.work)
    size, path = log.growth(call.query.before, call.query.size)
    return GrowthProof(
        before=call.query.before,
        size=size,
        before_root=log.root(call.query.before).hex(),
        root=log.root(size).hex(),
        path=[step.hex() for step in path],
    )


ENDPOINTS = [
    Endpoint(
        "GET", "/v1/municipalities/{number}/survey-keys", list_survey_keys, OPEN, query=Page, gives=SurveyKeys,
        town="number", refuses=(404, 422), etag=True, shared=True,
    ),
    Endpoint(
        "GET", "/v1/municipalities/{number}/survey-keys/growth", prove_growth, OPEN, query=Between, gives=GrowthProof,
        town="number", refuses=(404, 422, 429),
    ),
    Endpoint(
        "GET", "/v1/municipalities/{number}/survey-keys/{survey:uuid}/proof", prove_survey_key, OPEN, query=Among,
        gives=KeyProof, town="number", refuses=(404, 422, 429),
    ),
]  # fmt: skip
