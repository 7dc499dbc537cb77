"""The anonymous door of hearings: an opinion by ballot, without a name."""

from api.ballots.responses import (
    ResponseAccepted,
    ResponseHandedIn,
    ResponseTakenBack,
    taken,
    taken_back,
)
from api.http.authentication import BALLOT
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, delete, post


async def hand_in_opinion(call: Call[ResponseHandedIn, None]) -> ResponseAccepted:
    """Hand in an anonymous opinion, `{answers: {opinion: "…"}}`, with a ballot. It is read by the case officer once
    the hearing has closed, word for word and whatever the number of opinions: write nothing that tells who you are.
    """
    return await taken(call, "hearing")


async def take_back_opinion(call: Call[ResponseTakenBack, None]) -> None:
    """Take an opinion back by its secret, until the box is shaken."""
    await taken_back(call, "hearing")


ENDPOINTS: list[AnyEndpoint] = [
    post(
        "/v1/hearings/{id:uuid}/responses",
        hand_in_opinion,
        BALLOT,
        example={"answers": {"opinion": "Gangveien bør få lys."}, "receipt_hash": "ab" * 32},
        status=201,
        town="survey",
        transaction="when needed",
        refuses=(400, 401, 404, 409, 410, 413, 422, 429),
    ),
    delete(
        "/v1/hearings/{id:uuid}/responses",
        take_back_opinion,
        BALLOT,
        example={"receipt_secret": "what the app made and kept"},
        status=204,
        town="survey",
        refuses=(400, 404, 409, 410, 413, 422, 429),
    ),
]
