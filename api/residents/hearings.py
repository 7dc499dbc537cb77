"""Hearings for residents: what is open, following one, and the ballot for an anonymous opinion."""

from api.callers import RESIDENT
from api.endpoint import Call, Endpoint, Raw
from api.open.hearings import HearingsShown, list_open_hearings
from api.residents.surveys import REQUEST, RESPONSE, fetch_ballot
from api.shapes import Page
from consent.gate import ask
from consent.permits import PersonalFeed
from surveys.feed import follow


async def list_hearings(call: Call[None, Page]) -> HearingsShown:
    """The municipality's hearings."""
    return await list_open_hearings(call)


async def fetch_opinion_ballot(call: Call[None, None]) -> Raw:
    """Have a blinded ballot for an anonymous opinion signed: one for each registration."""
    return await fetch_ballot(call, "hearing")


async def follow_hearing(call: Call[None, None]) -> None:
    """Hear what becomes of this hearing: it stays in my feed, with its outcome."""
    await follow(call.work, await ask(call.work, call.tenant, PersonalFeed), call.id(), True)


async def unfollow_hearing(call: Call[None, None]) -> None:
    """Follow this hearing no longer."""
    await follow(call.work, await ask(call.work, call.tenant, PersonalFeed), call.id(), False)


_ONE = "/v1/hearings/{id:uuid}"
ENDPOINTS = [
    Endpoint(
        "GET", "/v1/hearings", list_hearings, RESIDENT, query=Page, gives=HearingsShown, refuses=(422,), shared=True
    ),
    Endpoint(
        "POST",
        _ONE + "/ballots",
        fetch_opinion_ballot,
        RESIDENT,
        takes=REQUEST,
        gives_media=RESPONSE,
        limit_bytes=1024,
        refuses=(403, 404, 409, 410, 413, 422, 429),
    ),
    Endpoint("PUT", _ONE + "/follow", follow_hearing, RESIDENT, status=204, refuses=(403, 404)),
    Endpoint("DELETE", _ONE + "/follow", unfollow_hearing, RESIDENT, status=204, refuses=(403, 404)),
]
