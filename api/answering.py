"""The one wrapper of every endpoint: authentication, the unit of work, the commit before the answer, the errors.

It is not a middleware: Starlette handles exceptions inside user middleware, so a middleware would commit the rows of
a request that failed.
"""

import time
from functools import cache, partial
from typing import Generic

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.body import not_right, read_body, unless_gone, validated, without_mark
from api.callers import Claim, caller_of, device_of
from api.compression import compressed
from api.door import shared_with
from api.endpoint import B, Beforehand, Call, Endpoint, Q, Raw
from api.etags import matches, tag_of
from api.house import House
from api.idempotency import Sent, replayed
from api.incoming import Incoming
from api.metrics import observe
from api.problems import of_unexpected, problem
from api.ready import Ready
from api.shared import Keeps
from base.database import Work, WorkWhenNeeded, work
from base.errors import BadRequest, Problem
from base.localized import languages
from base.logs import answered
from municipality import audit
from surveys.news import next_change


def route(endpoint: Endpoint[B, Q], house: House) -> Route:
    """The endpoint as a route of Starlette's."""
    name = f"{endpoint.method} {endpoint.path}"
    return Route(endpoint.path, Handle(endpoint, house), methods=[endpoint.method], name=name)


class Handle(Generic[B, Q]):
    """An endpoint as an ASGI app. It answers every error itself, and so needs none of what Starlette wraps around a
    function for that."""

    def __init__(self, endpoint: Endpoint[B, Q], house: House) -> None:
        if endpoint.who.kind == "staff" and endpoint.transaction == "when needed":
            raise ValueError("staff sign in, and are audited, in a transaction")
        if endpoint.idempotent and endpoint.transaction == "when needed":
            raise ValueError("what is kept for an Idempotency-Key is kept in the transaction of what was done")
        self.endpoint, self.house = endpoint, house
        self.answer = _when_needed if endpoint.transaction == "when needed" else _in_a_transaction

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        began, endpoint = time.perf_counter(), self.endpoint
        try:
            request = Incoming(scope, receive)
            response = _at_hand(endpoint, self.house, request) or await self.answer(endpoint, self.house, request)
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
            for name, value in shared_with(self.house).items():
                if name == "Vary":
                    response.headers.add_vary_header(value)
                else:
                    response.headers[name] = value
        taken_s = time.perf_counter() - began
        if endpoint.who.kind != "ballot":  # When an answer came is nobody's business: no line, no count.
            observe(endpoint.method, endpoint.path, response.status_code, taken_s)
            answered(endpoint.method, endpoint.path, response.status_code, round(taken_s * 1000, 1))
        await response(scope, receive, send)


def _at_hand(endpoint: Endpoint[B, Q], house: House, request: Incoming) -> Response | None:
    """An answer that is open to all and was worked out for another reader, without a question to the database."""
    if not endpoint.shared or endpoint.town != "number":
        return None
    municipality = house.shared.town(str(request.path["number"]))
    if municipality is None:
        return None
    kept = house.shared.find(house.shared.key(municipality, request))
    return None if kept is None else kept.answer(request)


async def _in_a_transaction(endpoint: Endpoint[B, Q], house: House, request: Incoming) -> Response:
    forgotten = house.shared.forgotten
    caller = await caller_of(endpoint.who, endpoint.town, endpoint.method, request, house)
    raw = b""
    if endpoint.has_body:
        raw = await read_body(
            request, house.limits, endpoint.takes, endpoint.limit_bytes, endpoint.optional_body, endpoint.also_takes
        )
    prepared = await _prepared(endpoint, caller, raw, house, request) if endpoint.prepare is not None else None
    keeps: Keeps | None = None
    async with work(caller.tenant) as unit:
        await _sign_in(endpoint, caller, unit)
        if endpoint.who.kind == "staff":
            await audit.record(unit, endpoint.name, _kind(endpoint), request.path.get("id"))
        query = _query(endpoint, request)
        body = _body(endpoint, raw)
        call: Call[B, Q] = Call(unit, body, query, raw, house, request, caller.device, prepared)
        if endpoint.idempotent and (key := request.headers.get("idempotency-key")) is not None:
            sent = Sent.of(request, key, raw)
            response = await replayed(unit, house.keys, sent, lambda: _respond(endpoint, call), secret=endpoint.secret)
        elif endpoint.shared:
            if endpoint.town == "number":
                house.shared.know(str(request.path["number"]), unit.municipality, forgotten)
            keeps = Keeps.of(house.shared, unit.municipality, request, forgotten, private=endpoint.who.kind != "open")
            response = keeps.found or await _respond(endpoint, call)
            if keeps.found is None:
                keeps.until = await next_change(unit)
        else:
            response = await _respond(endpoint, call)
    await _then(unit, house)
    if endpoint.who.kind == "staff" and endpoint.method != "GET":
        house.shared.forget(str(unit.municipality))  # This process need not wait until it hears of itself.
    return response if keeps is None else await keeps.kept(request, response)


async def _sign_in(endpoint: Endpoint[B, Q], caller: Claim, unit: Work) -> None:
    if caller.sign_in is not None:
        unit.tenant = await caller.sign_in(unit)
        if endpoint.who.roles:
            unit.tenant.allow(*endpoint.who.roles)


async def _prepared(endpoint: Endpoint[B, Q], caller: Claim, raw: bytes, house: House, request: Incoming) -> object:
    """What can be done before the transaction, for a caller who may ask for it."""
    assert endpoint.prepare is not None
    async with work(caller.tenant) as unit:
        await _sign_in(endpoint, caller, unit)
        query = _query(endpoint, request)
        tenant = unit.tenant
    assert tenant is not None
    return await unless_gone(request, endpoint.prepare(Beforehand(tenant, raw, query, house)))


async def _when_needed(endpoint: Endpoint[B, Q], house: House, request: Incoming) -> Response:
    """As in a transaction, but mostly without one: for residents who are remembered, and for what is open to all."""
    if endpoint.who.kind == "resident":
        caller = device_of(request)
    else:
        caller = await caller_of(endpoint.who, endpoint.town, endpoint.method, request, house)
    raw = b""
    if endpoint.has_body:
        raw = await read_body(
            request, house.limits, endpoint.takes, endpoint.limit_bytes, endpoint.optional_body, endpoint.also_takes
        )
    unit = WorkWhenNeeded(caller.tenant)
    try:
        if caller.device:
            known = house.principals.known(caller.device)
            unit.tenant = (known or await house.principals.read(unit, caller.device)).tenant
        query = _query(endpoint, request)
        call: Call[B, Q] = Call(unit, _body(endpoint, raw), query, raw, house, request, caller.device)
        result = await endpoint.act(call)
        if not call.still_permitted():
            await call.ask_again()
        response = _ready(endpoint, call, result)
    except BaseException as error:
        if unit.begun:
            await unit.__aexit__(type(error), error, error.__traceback__)
        raise
    if unit.begun:
        await unit.__aexit__(None, None, None)
        await _then(unit, house)
    return response


async def _then(unit: Work, house: House) -> None:
    """What follows once all is committed."""
    for channel, payload in unit.told:  # This process need not wait until it hears of itself.
        house.signals.tell(channel, payload)
    for then in unit.then:
        await then()


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
    if endpoint.body is None or endpoint.prepare is not None or (endpoint.optional_body and not raw):
        return None  # type: ignore[return-value]  # B is None, said to be optional, or read by `prepare`
    try:
        return endpoint.body.model_validate_json(without_mark(raw))  # type: ignore[attr-defined,return-value]  # B is a model where one is declared
    except ValidationError as errors:
        raise not_right(errors, "body") from None


async def _respond(endpoint: Endpoint[B, Q], call: Call[B, Q]) -> Response:
    result = await endpoint.act(call)
    if not call.still_permitted():
        await call.ask_again()
    return _ready(endpoint, call, result)


def _ready(endpoint: Endpoint[B, Q], call: Call[B, Q], result: BaseModel | Raw | None) -> Response:
    if isinstance(result, Raw):
        headers = {**call.answer_headers, **result.headers} if result.headers else call.answer_headers
        return Ready(result.body, result.status, result.media_type, headers)
    if result is None:
        return Ready(b"", endpoint.status, None, call.answer_headers)
    body = result.model_dump_json(by_alias=True).encode()
    return Ready(body, endpoint.status, endpoint.gives_media, call.answer_headers)


_ALSO_UNCHANGED = ("etag", "cache-control", "vary", "content-language", "last-modified")
"""What a 304 says again, where the 200 said it."""


def _unchanged(request: Incoming, response: Response) -> bool:
    if response.status_code != 200:
        return False
    tag = response.headers["ETag"] = tag_of(bytes(response.body))
    response.headers["Cache-Control"] = "no-cache"
    return matches(request.headers.get("if-none-match"), tag)
