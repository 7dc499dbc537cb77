"""The app as values: its routes, its handlers, what lives as long as it does."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.ballot_cors import preflights
from api.http.compression import squeezed, takes_gzip
from api.http.etags import matches, tag_of
from api.http.fast_path import Finder
from api.http.openapi import document
from api.http.problems import of_unexpected, problem
from api.http.reference import Reference
from api.http.services import Services
from api.http.wrapper import Handle, route
from api.maps import map_routes
from api.pages import page_routes
from api.routes import endpoints
from base.errors import BadRequest, MethodNotAllowed, NotFound, Problem

_MEANT_OTHERWISE = re.compile(rb"%(?:2[fF]|5[cC]|[01][0-9a-fA-F]|7[fF])")
"""An encoded slash, backslash or control character: no path of ours has one, and a proxy that guards by path and we
would read it each in our own way."""
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f\\]")


class App(Starlette):
    """Starlette, with a door of their own for endpoints that are found in one look and answer for themselves. All
    others are found by their patterns, in order."""

    finder = Finder((), Handle)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live through the lifespan."""
        answers: ASGIApp | None = None
        if scope["type"] == "http":
            if _MEANT_OTHERWISE.search(scope.get("raw_path") or b"") or _NO_TEXT.search(scope["path"]):
                answers = problem(NotFound())
            elif not scope.get("root_path"):
                answers = self.finder.find(scope)
        await (super().__call__ if answers is None else answers)(scope, receive, send)


def create(services: Services) -> Starlette:
    """The app over a house; whoever serves it opens the database before and closes it after."""
    app = App(
        routes=routes(services),
        exception_handlers={HTTPException: _http, Exception: _unexpected},
        lifespan=_lifespan(services),
    )
    app.finder = Finder(app.routes, Handle)
    return app


@dataclass(frozen=True, slots=True)
class Description:
    """The API's document: itself, as JSON, its ETag, and the JSON compressed."""

    document: Mapping[str, Any]
    encoded: bytes
    tag: str
    compressed: bytes


@cache
def description(origin: str) -> Description:
    """The document of all endpoints, as served from an origin. It takes half a second, so it waits for who asks."""
    described = document(endpoints(), version("medvirk"), origin)
    encoded = json.dumps(described).encode()
    return Description(described, encoded, tag_of(encoded), squeezed(encoded))


def routes(services: Services) -> Sequence[BaseRoute]:
    """The API, its document, and the pages."""
    table = endpoints()
    described = partial(description, services.settings.origin)
    page_of_it = Reference(lambda: described().document)

    async def openapi(request: Request) -> Response:
        it = await asyncio.to_thread(described)
        squeezes = takes_gzip(request.headers.get("accept-encoding"))
        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        headers["ETag"] = f"W/{it.tag}" if squeezes else it.tag
        if matches(request.headers.get("if-none-match"), it.tag):
            return Response(status_code=304, headers=headers)
        if not squeezes:
            return Response(it.encoded, media_type="application/json", headers=headers)
        return Response(it.compressed, media_type="application/json", headers={**headers, "Content-Encoding": "gzip"})

    async def docs(request: Request) -> Response:
        page, headers = await page_of_it.page()
        return Response(page, media_type="text/html", headers=headers)

    return [
        *(route(e, services) for e in table),
        *preflights((e.path for e in table if e.who.kind == "ballot"), services),
        Route("/openapi.json", openapi),
        Route("/docs", docs),
        *map_routes(services),
        *page_routes(services),
    ]


def _lifespan(services: Services) -> Any:
    @asynccontextmanager
    async def living(_: Starlette) -> AsyncIterator[None]:
        await services.open()
        services.prepare()
        try:
            yield
        finally:
            await services.close()

    return living


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    refused: Problem = NotFound() if status == 404 else MethodNotAllowed() if status == 405 else BadRequest()
    return problem(refused)


async def _unexpected(request: Request, error: Exception) -> Response:
    return of_unexpected(error, "unrouted")
