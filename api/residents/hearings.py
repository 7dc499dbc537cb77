"""Hearings for residents: what is open, following one, and the ballot for an anonymous opinion."""

from api.http.authentication import RESIDENT
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, delete, get, post, put
from api.residents.surveys import REQUEST, RESPONSE, fetch_ballot
from api.schemas.common import PageQuery
from api.schemas.hearings import HearingsShown, list_open_hearings
from consent.gate import require_permit
from consent.purposes import PersonalFeed
from surveys.feed import follow


async def list_hearings(call: Call[None, PageQuery]) -> HearingsShown:
    """The municipality's hearings."""
    return await list_open_hearings(call)


async def fetch_opinion_ballot(call: Call[None, None]) -> RawResponse:
    """Have a blinded ballot for an anonymous opinion signed: one for each registration."""
    return await fetch_ballot(call, "hearing")


async def follow_hearing(call: Call[None, None]) -> None:
    """Hear what becomes of this hearing: it stays in my feed, with its outcome."""
    await follow(await require_permit(call.work, call.tenant, PersonalFeed), call.id(), True)


async def unfollow_hearing(call: Call[None, None]) -> None:
    """Follow this hearing no longer."""
    await follow(await require_permit(call.work, call.tenant, PersonalFeed), call.id(), False)


_ONE = "/v1/hearings/{id:uuid}"
ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/hearings", list_hearings, RESIDENT, refuses=(422,), shared=True),
    post(
        _ONE + "/ballots",
        fetch_opinion_ballot,
        RESIDENT,
        takes=REQUEST,
        gives_media=RESPONSE,
        limit_bytes=1024,
        refuses=(403, 404, 409, 410, 413, 422, 429),
    ),
    put(_ONE + "/follow", follow_hearing, RESIDENT, status=204, refuses=(403, 404)),
    delete(_ONE + "/follow", unfollow_hearing, RESIDENT, status=204, refuses=(403, 404)),
]
