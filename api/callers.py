"""Who may call an endpoint, and how a caller is known."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Literal
from uuid import UUID

from api.house import House
from api.incoming import Incoming
from base import tokens
from base.database import Work
from base.errors import BadRequest, Forbidden, Unauthorized
from base.tenant import Tenant
from municipality import access, directory
from residents import credentials

SESSION_COOKIE = "medvirk_session"


@dataclass(frozen=True, slots=True)
class Who:
    """An audience: open to all, residents, staff with one of the roles, or the anonymous door."""

    kind: Literal["open", "resident", "staff", "ballot"]
    roles: frozenset[str] = frozenset()


OPEN, RESIDENT, BALLOT = Who("open"), Who("resident"), Who("ballot")


def staff(*roles: str) -> Who:
    """Staff who have one of the roles; an admin may do what every role may."""
    return Who("staff", frozenset(roles))


@dataclass(slots=True)
class Claim:
    """Whose rows the request is about, and how the caller proves who they are once these can be read."""

    tenant: Tenant | None
    sign_in: Callable[[Work], Awaitable[Tenant]] | None = None
    device: bytes = field(default=b"", repr=False)
    """The hash of a resident's token."""


def device_of(request: Incoming) -> Claim:
    """The resident's device that the request claims to come from; Unauthorized where it does not say."""
    token = _bearer(request)
    return Claim(_claimed(token, "mvr"), None, tokens.digest(token))


async def caller_of(who: Who, town: str, method: str, request: Incoming, house: House) -> Claim:
    """Whom the request claims to come from; Unauthorized where it does not say."""
    if who.kind == "resident":
        token = _bearer(request)
        return Claim(_claimed(token, "mvr"), partial(credentials.authenticate, token=token), tokens.digest(token))
    if who.kind == "staff":
        return _staff(method, request, house)
    if who.kind == "ballot":
        _nobody(request)
    if town == "number":
        municipality: UUID = await directory.municipality_by_number(str(request.path["number"]))
    elif town == "survey":
        municipality = await directory.municipality_of_survey(_id(request))
    else:
        return Claim(None)
    return Claim(Tenant(municipality, "open"))


def _id(request: Incoming) -> UUID:
    found = request.path["id"]
    assert isinstance(found, UUID)
    return found


def _staff(method: str, request: Incoming, house: House) -> Claim:
    if "authorization" in request.headers:
        token = _bearer(request)
        return Claim(_claimed(token, "mvk"), partial(access.authenticate_key, token=token))
    cookie = request.whole.cookies.get(SESSION_COOKIE)
    if not cookie:
        raise Unauthorized()
    if method != "GET" and request.headers.get("origin") not in (house.settings.origin, _own_origin(request)):
        # A session cookie speaks for somebody only from our own pages.
        raise Forbidden("This request did not come from the console's own pages.")
    return Claim(_claimed(cookie, "mvs"), partial(access.authenticate_session, token=cookie))


def _own_origin(request: Incoming) -> str:
    url = request.whole.url
    return f"{url.scheme}://{url.netloc}"


def _bearer(request: Incoming) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized()
    return token


def _claimed(token: str, kind: str) -> Tenant:
    municipality = tokens.municipality_in(token, kind)
    if municipality is None:
        raise Unauthorized()
    return _open_to(municipality)


@lru_cache(maxsize=1024)
def _open_to(municipality: UUID) -> Tenant:
    return Tenant(municipality, "open")


def _nobody(request: Incoming) -> None:
    """The anonymous door takes nothing that says who comes through it."""
    if "cookie" in request.headers or request.headers.get("authorization", "").lower().startswith(("bearer", "basic")):
        raise BadRequest("Answers are taken without a login: send no cookie and no bearer token here.")
