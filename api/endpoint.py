"""The one wrapper of every endpoint: authentication, the unit of work, the commit before the answer, the errors.

It is not a middleware: Starlette handles exceptions inside user middleware, so a middleware would commit the rows of
a request that failed.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Generic, Literal, NamedTuple
from uuid import UUID

import structlog
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from typing_extensions import TypeVar

from api.body import not_right, read_body, validated
from api.callers import Who, caller_of
from api.door import shared_with
from api.house import House
from api.idempotency import replayed
from api.incoming import Headers, Incoming
from api.metrics import observe
from api.problems import of_unexpected, problem
from api.ready import Ready
from base import localized
from base.database import Work, work, work_when_needed
from base.errors import BadRequest, Problem
from base.tenant import Tenant
from consent.gate import ask_here, ask_here_if, remembered
from consent.permits import Permit, PermitExpired, Purpose
from municipality import audit

log = structlog.get_logger(__name__)

MIB = 1 << 20
JSON = "application/json"

B = TypeVar("B", bound=BaseModel | None, default=None)
Q = TypeVar("Q", bound=BaseModel | None, default=None)
P = TypeVar("P", bound=Purpose)


class Raw(NamedTuple):
    """An answer that is not JSON of a model: bytes and their media type."""

    body: bytes
    media_type: str
    status: int = 200
    headers: Mapping[str, str] = {}


@dataclass(slots=True)
class Call(Generic[B, Q]):
    """What an endpoint is given: the unit of work, who calls, what was sent."""

    work: Work
    body: B
    query: Q
    raw: bytes
    house: House
    request: Incoming
    device: bytes = field(repr=False, default=b"")
    """The hash of a resident's token."""
    permits: list[Permit[Any]] = field(default_factory=list)
    answer_headers: MutableMapping[str, str] = field(default_factory=dict)

    @property
    def tenant(self) -> Tenant:
        """Who calls, for which municipality."""
        assert self.work.tenant is not None
        return self.work.tenant

    @property
    def headers(self) -> Headers:
        """What came with the request."""
        return self.request.headers

    @property
    def languages(self) -> list[str]:
        """The languages that the caller reads, best first, and then ours."""
        return localized.languages(self.request.headers.get("accept-language", ""), ("nb", "nn", "en"))

    @property
    def network(self) -> str:
        """The address that it came from."""
        return self.request.network

    def id(self, name: str = "id") -> UUID:
        """An id in the path."""
        found = self.request.path[name]
        assert isinstance(found, UUID)
        return found

    def text(self, name: str) -> str:
        """A word in the path."""
        return str(self.request.path[name])

    async def permit(self, purpose: type[P]) -> Permit[P]:
        """The caller's permit for a purpose; ConsentRequired where they have not given it."""
        permit = await ask_here(self.work, self.house.principals, self.device, purpose)
        self.permits.append(permit)
        return permit

    async def permit_if_given(self, purpose: type[P]) -> Permit[P] | None:
        """The caller's permit for a purpose, where they have given it."""
        permit = self.permit_at_hand(purpose)
        if permit is None:
            permit = await ask_here_if(self.work, self.house.principals, self.device, purpose)
            if permit is not None:
                self.permits.append(permit)
        return permit

    def permit_at_hand(self, purpose: type[P]) -> Permit[P] | None:
        """The caller's permit for a purpose, where the process remembers that they gave it; None says nothing."""
        permit = remembered(self.house.principals, self.device, purpose)
        if permit is not None:
            self.permits.append(permit)
        return permit

    async def still_permitted(self) -> None:
        """Hold the permits against the clock once more before the answer goes out, and ask again where one ran out."""
        for permit in list(self.permits):
            try:
                permit.check()
            except PermitExpired:
                await self.permit(permit.purpose)

    def spoken(self, language: str) -> None:
        """Say which language the texts of the answer came in."""
        self.answer_headers["Content-Language"] = language


Act = Callable[[Call[B, Q]], Awaitable[BaseModel | Raw | None]]


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[B, Q]):
    """What one endpoint takes and gives; the wrapper and the OpenAPI document both read it."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    act: Act[B, Q]
    who: Who
    body: type[B] | None = None
    query: type[Q] | None = None
    gives: type[BaseModel] | None = None
    status: int = 200
    also: Mapping[int, str] = field(default_factory=dict)
    refuses: tuple[int, ...] = ()
    takes: str = JSON
    gives_media: str = JSON
    other_media: tuple[str, ...] = ()
    limit_bytes: int = MIB
    town: Literal["none", "number", "survey"] = "none"
    etag: bool = False
    example: Mapping[str, object] | None = None
    optional_body: bool = False
    transaction: Literal["always", "when needed"] = "always"
    secret: bool = False

    @property
    def name(self) -> str:
        """What it is called in the document."""
        return self.act.__name__.strip("_")

    @property
    def has_body(self) -> bool:
        """Whether something is read from the request's body."""
        return self.body is not None or self.takes != JSON


def route(endpoint: Endpoint[B, Q], house: House) -> Route:
    """The endpoint as a route of Starlette's."""
    name = f"{endpoint.method} {endpoint.path}"
    return Route(endpoint.path, Handle(endpoint, house), methods=[endpoint.method], name=name)


@dataclass(frozen=True, slots=True)
class Handle(Generic[B, Q]):
    """An endpoint as an ASGI app. It answers every error itself, and so needs none of what Starlette wraps around a
    function for that."""

    endpoint: Endpoint[B, Q]
    house: House

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        began, endpoint = time.perf_counter(), self.endpoint
        try:
            response = await _answer(endpoint, self.house, Incoming(scope, receive))
        except Problem as refused:
            response = problem(refused)
        except ClientDisconnect:
            response = problem(BadRequest("The request ended before it was whole."))
        except Exception as error:
            # Nothing of the error's message goes out or into the log: it can carry what was sent.
            response = of_unexpected(error, endpoint.path)
        if endpoint.town == "survey":
            response.headers.update(shared_with(self.house))
        taken_s = time.perf_counter() - began
        if endpoint.who.kind != "ballot":  # When an answer came is nobody's business: no line, no count.
            observe(endpoint.method, endpoint.path, response.status_code, taken_s)
            log.info(
                "answered", method=endpoint.method, route=endpoint.path, status=response.status_code,
                ms=round(taken_s * 1000, 1),
            )  # fmt: skip
        await response(scope, receive, send)


async def _answer(endpoint: Endpoint[B, Q], house: House, request: Incoming) -> Response:
    caller = await caller_of(endpoint.who, endpoint.town, endpoint.method, request, house)
    raw = b""
    if endpoint.has_body:
        raw = await read_body(request, endpoint.takes, endpoint.limit_bytes, endpoint.optional_body)
    async with (work if endpoint.transaction == "always" else work_when_needed)(caller.tenant) as unit:
        if caller.device and endpoint.transaction == "when needed":
            known = house.principals.known(caller.device)
            unit.tenant = (known or await house.principals.read(unit, caller.device)).tenant
        elif caller.sign_in is not None:
            unit.tenant = await caller.sign_in(unit)
            if endpoint.who.roles:
                unit.tenant.allow(*endpoint.who.roles)
        if endpoint.who.kind == "staff":
            await audit.record(unit, endpoint.name, _kind(endpoint), request.path.get("id"))
        query = _query(endpoint, request)
        body = _body(endpoint, raw)
        call: Call[B, Q] = Call(unit, body, query, raw, house, request, caller.device)
        if _creates_for_staff(endpoint) and (key := request.headers.get("idempotency-key")):
            response = await replayed(
                unit, key, endpoint.path, raw, lambda: _respond(endpoint, call), secret=endpoint.secret
            )
        else:
            response = await _respond(endpoint, call)
    for channel, payload in unit.told:  # Committed: this process need not wait until it hears of itself.
        house.signals.tell(channel, payload)
    for then in unit.then:
        await then()
    if endpoint.etag and _unchanged(request, response):
        return Response(status_code=304, headers={"ETag": response.headers["etag"]})
    return response


def _kind(endpoint: Endpoint[B, Q]) -> audit.Kind:
    """What an endpoint does, for the audit."""
    if endpoint.method == "POST":
        return "created" if endpoint.status == 201 else "done"
    return {"GET": "viewed", "DELETE": "removed"}.get(endpoint.method, "changed")  # type: ignore[return-value]  # dict.get widens the literals


def _query(endpoint: Endpoint[B, Q], request: Incoming) -> Q:
    if endpoint.query is None:
        return None  # type: ignore[return-value]  # Q is None where no query is declared
    if not request.scope.get("query_string"):
        return _unasked(endpoint.query)  # type: ignore[return-value,arg-type]  # Q is a model where one is declared
    pairs: dict[str, object] = {}
    for name, value in request.whole.query_params.multi_items():
        if name in pairs:
            pairs[name] = [*(pairs[name] if isinstance(pairs[name], list) else [pairs[name]]), value]  # type: ignore[misc]  # a list by the test
        else:
            pairs[name] = value
    return validated(partial(endpoint.query.model_validate, pairs), "query")  # type: ignore[attr-defined,no-any-return]  # Q is a model where one is declared


@cache
def _unasked(query: type[BaseModel]) -> BaseModel:
    """What a query is where nothing is asked; endpoints read it, and change nothing in it."""
    return validated(partial(query.model_validate, {}), "query")


def _body(endpoint: Endpoint[B, Q], raw: bytes) -> B:
    if endpoint.body is None or (endpoint.optional_body and not raw):
        return None  # type: ignore[return-value]  # B is None, or said to be optional
    try:
        return endpoint.body.model_validate_json(raw)  # type: ignore[attr-defined,return-value]  # B is a model where one is declared
    except ValidationError as errors:
        raise not_right(errors, "body") from None


async def _respond(endpoint: Endpoint[B, Q], call: Call[B, Q]) -> Response:
    result = await endpoint.act(call)
    await call.still_permitted()
    if isinstance(result, Raw):
        return Ready(result.body, result.status, result.media_type, {**call.answer_headers, **result.headers})
    if result is None:
        return Ready(b"", endpoint.status, None, call.answer_headers)
    body = result.model_dump_json(by_alias=True).encode()
    return Ready(body, endpoint.status, endpoint.gives_media, call.answer_headers)


def _creates_for_staff(endpoint: Endpoint[B, Q]) -> bool:
    return endpoint.who.kind == "staff" and endpoint.method == "POST" and endpoint.status in (201, 202)


def _unchanged(request: Incoming, response: Response) -> bool:
    tag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-cache"
    return request.headers.get("if-none-match") == tag
