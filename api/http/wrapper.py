"""The one wrapper of every endpoint: authentication, the unit of work, the commit before the answer, the errors.

It is not a middleware: Starlette handles exceptions inside user middleware, so a middleware would commit the rows of
a request that failed.
"""

import time
from collections.abc import Coroutine
from functools import cache, partial
from typing import Any, Generic
from uuid import UUID

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.http.auditing import note
from api.http.authentication import Caller, caller_of, device_of
from api.http.ballot_cors import shared_with
from api.http.body import not_right, read_body, sent_as, unless_gone, validated, without_mark
from api.http.call import B, Beforehand, Call, Q, RawResponse
from api.http.compression import compressed
from api.http.endpoint import AnyEndpoint, Endpoint
from api.http.etags import matches, tag_of
from api.http.fast_path import Ready, answered
from api.http.idempotency import KeyedRequest, replayed
from api.http.metrics import observe
from api.http.problems import of_unexpected, problem
from api.http.request import ApiRequest
from api.http.services import Services
from api.http.shared_answers import Keeps
from base.database import Work, WorkWhenAsked, work
from base.errors import BadRequest, Problem
from base.localized import languages
from surveys.news import next_change


def route(endpoint: Endpoint[B, Q], services: Services) -> Route:
    """The endpoint as a route of Starlette's."""
    name = f"{endpoint.method} {endpoint.path}"
    return Route(endpoint.path, Handle(endpoint, services), methods=[endpoint.method], name=name)


class Handle(Generic[B, Q]):
    """An endpoint as an ASGI app. It answers every error itself, and so needs none of what Starlette wraps around a
    function for that."""

    def __init__(self, endpoint: Endpoint[B, Q], services: Services) -> None:
        if endpoint.who.kind == "staff" and endpoint.transaction == "when needed":
            raise ValueError("staff sign in, and are audited, in a transaction")
        if endpoint.idempotent and endpoint.transaction == "when needed":
            raise ValueError("what is kept for an Idempotency-Key is kept in the transaction of what was done")
        self.endpoint, self.services = endpoint, services
        self.answer = _when_needed if endpoint.transaction == "when needed" else _in_a_transaction

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        began, endpoint = time.perf_counter(), self.endpoint
        try:
            request = ApiRequest(scope, receive)
            response = _at_hand(endpoint, self.services, request) or await self.answer(endpoint, self.services, request)
            if endpoint.etag and "etag" not in response.headers and _unchanged(request, response):
                kept = {name: response.headers[name] for name in _ALSO_UNCHANGED if name in response.headers}
                response = Response(status_code=304, headers=kept)
            if endpoint.compresses:
                response = await compressed(request, response)
        except Problem as refused:
            response = problem(refused, languages(request.headers.get("accept-language", ""), ("en",)))
        except ClientDisconnect:
            response = problem(BadRequest("The request ended before it was whole."))
        except Exception as error:
            # Nothing of the error's message goes out or into the log: it can carry what was sent.
            response = of_unexpected(error, endpoint.path)
        if endpoint.town == "survey":
            for name, value in shared_with(self.services).items():
                if name == "Vary":
                    response.headers.add_vary_header(value)
                else:
                    response.headers[name] = value
        taken_s = time.perf_counter() - began
        if endpoint.who.kind != "ballot":  # When an answer came is nobody's business: no line, no count.
            observe(endpoint.method, endpoint.path, response.status_code, taken_s)
            answered(endpoint.method, endpoint.path, response.status_code, round(taken_s * 1000, 1))
        await response(scope, receive, send)


def _at_hand(endpoint: Endpoint[B, Q], services: Services, request: ApiRequest) -> Response | None:
    """An answer that is open to all and was worked out for another reader, without a question to the database."""
    if not endpoint.shared or endpoint.town != "number":
        return None
    municipality = services.shared.town(str(request.path_params["number"]))
    if municipality is None:
        return None
    kept = services.shared.find(services.shared.key(municipality, request))
    return None if kept is None else kept.answer(request)


def _raw(endpoint: Endpoint[B, Q], services: Services, request: ApiRequest) -> Coroutine[Any, Any, bytes]:
    """The body as it was sent, of an endpoint that takes one."""
    return read_body(
        request,
        services.limits,
        endpoint.takes,
        endpoint.limit_bytes,
        optional=endpoint.optional_body,
        also=endpoint.also_takes,
    )


async def _in_a_transaction(endpoint: Endpoint[B, Q], services: Services, request: ApiRequest) -> Response:
    forgotten = services.shared.forgotten
    caller = await caller_of(endpoint.who, endpoint.town, endpoint.method, request, services)
    raw = await _raw(endpoint, services, request) if endpoint.has_body else b""
    prepared = await _prepared(endpoint, caller, raw, services, request) if endpoint.prepare is not None else None
    keeps: Keeps | None = None
    async with WorkWhenAsked(caller.tenant) as asked:
        unit = asked.work
        await _sign_in(endpoint, caller, unit)
        if endpoint.who.kind == "staff" and not (endpoint.creates or endpoint.quiet):
            await note(endpoint, unit, request.path_params.get("id"))
        query = _query(endpoint, request)
        body = _body(endpoint, raw)
        call: Call[B, Q] = Call(
            asked,
            body=body,
            query=query,
            raw=raw,
            services=services,
            request=request,
            device=caller.device,
            prepared=prepared,
        )
        if endpoint.idempotent and (key := request.headers.get("idempotency-key")) is not None:
            sent = KeyedRequest.of(request, key, raw)
            response = await replayed(
                unit, services.keys, sent, lambda: _respond(endpoint, call), secret=endpoint.secret
            )
        elif endpoint.shared:
            if endpoint.town == "number":
                services.shared.know(str(request.path_params["number"]), unit.municipality, forgotten)
            keeps = Keeps.of(
                services.shared, unit.municipality, request, forgotten, private=endpoint.who.kind != "open"
            )
            response = keeps.found or await _respond(endpoint, call)
            if keeps.found is None:
                keeps.until = await next_change(unit)
        else:
            response = await _respond(endpoint, call)
    await _then(unit, services)
    if endpoint.who.kind == "staff" and endpoint.method != "GET" and not endpoint.quiet:
        services.shared.forget(str(unit.municipality))  # This process need not wait until it hears of itself.
    return response if keeps is None else await keeps.kept(request, response)


async def _sign_in(endpoint: Endpoint[B, Q], caller: Caller, unit: Work) -> None:
    if caller.sign_in is not None:
        tenant = unit.tenant = await caller.sign_in(unit)
        if endpoint.who.roles:
            tenant.allow(endpoint.who.roles)


async def _prepared(
    endpoint: Endpoint[B, Q], caller: Caller, raw: bytes, services: Services, request: ApiRequest
) -> object:
    """What can be done before the transaction, for a caller who may ask for it."""
    assert endpoint.prepare is not None
    async with work(caller.tenant) as unit:
        await _sign_in(endpoint, caller, unit)
        query = _query(endpoint, request)
        tenant = unit.tenant
    assert tenant is not None
    return await unless_gone(request, endpoint.prepare(Beforehand(tenant, raw, query, services)))


async def _when_needed(endpoint: Endpoint[B, Q], services: Services, request: ApiRequest) -> Response:
    """As in a transaction, but mostly without one: for residents who are remembered, and for what is open to all."""
    if endpoint.who.kind == "resident":
        caller = device_of(request)
    else:
        caller = await caller_of(endpoint.who, endpoint.town, endpoint.method, request, services)
    raw = await _raw(endpoint, services, request) if endpoint.has_body else b""
    async with WorkWhenAsked(caller.tenant) as unit:
        if caller.device:
            known = services.principals.known(caller.device)
            unit.tenant = (known or await services.principals.read(unit.work, caller.device)).tenant
        query = _query(endpoint, request)
        call: Call[B, Q] = Call(
            unit,
            body=_body(endpoint, raw),
            query=query,
            raw=raw,
            services=services,
            request=request,
            device=caller.device,
        )
        result = await endpoint.act(call)
        if not call.still_permitted():
            await call.ask_again()
        response = _ready(endpoint, call, result)
    if unit.asked:
        await _then(unit.work, services)
    return response


async def _then(unit: Work, services: Services) -> None:
    """What follows once all is committed."""
    for channel, payload in unit.told:  # This process need not wait until it hears of itself.
        services.signals.tell(channel, payload)
    for then in unit.then:
        await then()


def _query(endpoint: AnyEndpoint, request: ApiRequest) -> Any:
    """What was asked in the query, as the endpoint's model; None where it declares none."""
    model: type[BaseModel] | None = endpoint.query
    if model is None:
        return None
    if not request.scope.get("query_string"):
        return _unasked(model)
    values: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        values.setdefault(name, []).append(value)
    asked = {name: given[0] if len(given) == 1 else given for name, given in values.items()}
    return validated(partial(model.model_validate, asked), "query", asked)


@cache
def _unasked(query: type[BaseModel]) -> BaseModel:
    """What a query is where nothing is asked; endpoints read it, and change nothing in it."""
    return validated(partial(query.model_validate, {}), "query", {})


def _body(endpoint: AnyEndpoint, raw: bytes) -> Any:
    """What was sent, as the endpoint's model; None where it declares none, may be left out, or `prepare` reads it."""
    if endpoint.body is None or endpoint.prepare is not None or (endpoint.optional_body and not raw):
        return None
    try:
        return endpoint.body.model_validate_json(without_mark(raw))
    except ValidationError as errors:
        raise not_right(errors, "body", sent_as(raw)) from None


async def _respond(endpoint: Endpoint[B, Q], call: Call[B, Q]) -> Response:
    result = await endpoint.act(call)
    if not call.still_permitted():
        await call.ask_again()
    if endpoint.who.kind == "staff" and endpoint.creates and not endpoint.quiet:
        made = getattr(result, "id", None)
        await note(endpoint, call.work, call.request.path_params.get("id", made if isinstance(made, UUID) else None))
    return _ready(endpoint, call, result)


def _ready(endpoint: Endpoint[B, Q], call: Call[B, Q], result: BaseModel | RawResponse | None) -> Response:
    if isinstance(result, RawResponse):
        headers = {**call.answer_headers, **result.headers} if result.headers else call.answer_headers
        return Ready(result.body, result.status, result.media_type, headers)
    if result is None:
        return Ready(b"", endpoint.status, None, call.answer_headers)
    body = result.model_dump_json(by_alias=True).encode()
    return Ready(body, endpoint.status, endpoint.gives_media, call.answer_headers)


_ALSO_UNCHANGED = ("etag", "cache-control", "vary", "content-language", "last-modified")
"""What a 304 says again, where the 200 said it."""


def _unchanged(request: ApiRequest, response: Response) -> bool:
    if response.status_code != 200:
        return False
    tag = response.headers["ETag"] = tag_of(bytes(response.body))
    response.headers["Cache-Control"] = "no-cache"
    return matches(request.headers.get("if-none-match"), tag)
