"""The anonymous door: answers come in by ballot, without a login, and nobody notes who came or when."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from api.http.authentication import BALLOT
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, delete, post
from api.schemas.common import RequestModel
from base.errors import Problem
from surveys.box.acceptance import HandedIn, accept, take_back
from surveys.models import SurveyKind

BALLOT_A_MINUTE = 600
"""How often one ballot may come in a minute: sent again after a lost answer, or mended after a refusal."""
REFUSED_A_MINUTE = 1200
"""How often a network may hand in what is refused, in a minute: a school behind one address mistypes, too."""


class ResponseHandedIn(RequestModel):
    """Answers by question key, and the hash of a secret that the app made and keeps."""

    answers: Annotated[dict[str, Any], Field(max_length=1000)]
    receipt_hash: Annotated[str, StringConstraints(pattern="^[0-9a-fA-F]{64}$")] = Field(
        description="SHA-256 of the app's secret, in hex"
    )


class ResponseAccepted(BaseModel):
    """The answer lies in the box."""

    accepted: Literal[True] = True


class ResponseTakenBack(RequestModel):
    """The secret whose hash came with an answer."""

    receipt_secret: Annotated[str, StringConstraints(min_length=8, max_length=512)]


async def hand_in_response(call: Call[ResponseHandedIn, None]) -> ResponseAccepted:
    """Hand in an answer with a ballot: `Authorization: PrivateToken token="…"`.

    The same ballot with the same answers gets the same 201 again, until the box is shaken. A refused answer leaves
    the ballot unspent.
    """
    return await taken(call, "survey")


async def taken(call: Call[ResponseHandedIn, None], kind: SurveyKind) -> ResponseAccepted:
    """Take an answer in at the door of a survey, or of a hearing's opinions."""
    handed_in = HandedIn(call.body.answers, bytes.fromhex(call.body.receipt_hash))
    limits, ballot = call.services.limits, call.headers.get("authorization")
    with _refused_are_counted(call):
        limits.count("ballot handed in", ballot or "", BALLOT_A_MINUTE)
        await accept(call.tenant, call.id(), ballot, handed_in, languages=call.languages, kind=kind)
    return ResponseAccepted()


async def take_back_response(call: Call[ResponseTakenBack, None]) -> None:
    """Take an answer back by its secret, until the box is shaken; the ballot can be used again."""
    await taken_back(call, "survey")


async def taken_back(call: Call[ResponseTakenBack, None], kind: SurveyKind) -> None:
    """Give an answer back at the door of a survey, or of a hearing's opinions."""
    with _refused_are_counted(call):
        await take_back(call.work, call.id(), call.body.receipt_secret, kind)


@contextmanager
def _refused_are_counted(call: Call[Any, None]) -> Iterator[None]:
    """Let a network try so often what is refused, and no more in that minute. What is taken is limited already: by the
    ballots that were signed.
    """
    call.services.limits.refuse_over("door", call.network, REFUSED_A_MINUTE)
    try:
        yield
    except Problem:
        call.services.limits.note("door", call.network)
        raise


ENDPOINTS: list[AnyEndpoint] = [
    post(
        "/v1/surveys/{id:uuid}/responses",
        hand_in_response,
        BALLOT,
        example={"answers": {"bike": "yes", "safe": 4}, "receipt_hash": "ab" * 32},
        status=201,
        town="survey",
        refuses=(400, 401, 404, 409, 410, 413, 422, 429),
        transaction="when needed",
    ),
    delete(
        "/v1/surveys/{id:uuid}/responses",
        take_back_response,
        BALLOT,
        example={"receipt_secret": "what the app made and kept"},
        status=204,
        town="survey",
        refuses=(400, 404, 409, 410, 413, 422, 429),
    ),
]
