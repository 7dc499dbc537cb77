"""Who may call an endpoint, and how a caller is known."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal
from uuid import UUID

from api.http.request import ApiRequest
from api.http.services import Services
from base import tokens
from base.database import Work
from base.errors import BadRequest, Forbidden, Unauthorized
from base.tenant import Tenant, open_to_all
from municipality import access, directory
from municipality.roles import Role
from residents import credentials

SESSION_COOKIE = "medvirk_session"


@dataclass(frozen=True, slots=True)
class Access:
    """An audience: open to all, residents, staff with one of the roles, or the anonymous door."""

    kind: Literal["open", "resident", "staff", "ballot"]
    roles: frozenset[Role] = frozenset()


OPEN, RESIDENT, BALLOT = Access("open"), Access("resident"), Access("ballot")


def staff(roles: frozenset[Role]) -> Access:
    """Staff who have one of the roles, a set of `municipality.roles`."""
    return Access("staff", roles)


@dataclass(slots=True)
class Caller:
    """Whose rows the request is about, and how the caller proves who they are once these can be read."""

    tenant: Tenant | None
    sign_in: Callable[[Work], Awaitable[Tenant]] | None = None
    device: bytes = field(default=b"", repr=False)
    """The hash of a resident's token."""


def device_of(request: ApiRequest) -> Caller:
    """The resident's device that the request claims to come from; Unauthorized where it does not say."""
    token = _bearer(request)
    return Caller(_claimed(token, "mvr"), None, tokens.digest(token))


async def caller_of(who: Access, town: str, method: str, request: ApiRequest, services: Services) -> Caller:
    """Whom the request claims to come from; Unauthorized where it does not say."""
    if who.kind == "resident":
        token = _bearer(request)
        return Caller(_claimed(token, "mvr"), partial(credentials.authenticate, token=token), tokens.digest(token))
    if who.kind == "staff":
        return _staff(method, request, services)
    if who.kind == "ballot":
        _nobody(request)
    if town == "number":
        municipality: UUID = await directory.municipality_by_number(str(request.path_params["number"]))
    elif town == "query":
        municipality = await directory.municipality_by_number(request.query_params.get("municipality", ""))
    elif town == "survey":
        municipality = await directory.municipality_of_survey(_id(request))
    else:
        return Caller(None)
    return Caller(open_to_all(municipality))


def _id(request: ApiRequest) -> UUID:
    found = request.path_params["id"]
    assert isinstance(found, UUID)
    return found


def _staff(method: str, request: ApiRequest, services: Services) -> Caller:
    if "authorization" in request.headers:
        token = _bearer(request)
        return Caller(_claimed(token, "mvk"), partial(access.authenticate_key, token=token))
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        raise Unauthorized()
    if method != "GET" and request.headers.get("origin") not in (services.settings.origin, _own_origin(request)):
        # A session cookie speaks for somebody only from our own pages.
        raise Forbidden("This request did not come from the console's own pages.")
    return Caller(_claimed(cookie, "mvs"), partial(access.authenticate_session, token=cookie))


def _own_origin(request: ApiRequest) -> str:
    url = request.url
    return f"{url.scheme}://{url.netloc}"


def _bearer(request: ApiRequest) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized()
    return token


def _claimed(token: str, kind: str) -> Tenant:
    municipality = tokens.municipality_in(token, kind)
    if municipality is None:
        raise Unauthorized()
    return open_to_all(municipality)


def _nobody(request: ApiRequest) -> None:
    """The anonymous door takes nothing that says who comes through it."""
    if "cookie" in request.headers or request.headers.get("authorization", "").lower().startswith(("bearer", "basic")):
        raise BadRequest("Answers are taken without a login: send no cookie and no bearer token here.")
