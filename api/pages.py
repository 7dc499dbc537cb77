"""The console's pages, mounted: who sees them, their unit of work, and the headers that keep a page to itself."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.http.authentication import SESSION_COOKIE
from api.http.compression import squeezed, takes_gzip
from api.http.etags import matches
from api.http.problems import noted
from api.http.rate_limits import network_of
from api.http.services import Services
from base import tokens
from base.database import Work, work
from base.errors import Forbidden, NotFound, Problem, RateLimited, Unauthorized
from base.tenant import Tenant, open_to_all
from console import security
from console.page import Basemap, Page, PageRequest
from console.pages import PAGES, SIGN_IN, refused, show, show_alone
from console.rendering import STATIC
from console.texts import choose
from municipality import access, directory
from push.couriers.configured import wakes_phones

LANGUAGE_COOKIE = "medvirk_language"
SIGN_INS_A_MINUTE = 30
_CONSOLE: Final = re.compile(r"/console(/[A-Za-z0-9_-]+)*")

Why = Literal["signed-out", "not-found", "forbidden", "unavailable"]
_WHY: Mapping[type[Problem], Why] = {Unauthorized: "signed-out", Forbidden: "forbidden", NotFound: "not-found"}


def page_routes(services: Services) -> Sequence[BaseRoute]:
    """Every page of the console and the resident's app, sign-in, and their static files."""
    return [
        *(_route(page, services) for page in PAGES),
        *_sign_in(services),
        Route("/", lambda _: RedirectResponse("/app")),
        Route("/sw.js", _service_worker),
        Mount("/static", _Static(directory=STATIC)),
    ]


COMPRESSED = frozenset({".css", ".js", ".mjs", ".json", ".svg", ".txt", ".webmanifest", ".html"})
"""Endings of files that compressing makes smaller."""


class _Static(StaticFiles):
    """Static files that a browser asks about each time (they have an ETag), so that old and new are never mixed."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self._compressed: dict[tuple[str, str], bytes] = {}

    def is_not_modified(self, response_headers: Headers, request_headers: Headers) -> bool:
        if (asked := request_headers.get("if-none-match")) is not None:
            return matches(asked, response_headers["etag"])
        return super().is_not_modified(response_headers, request_headers)

    def file_response(self, *given: Any, **named: Any) -> Response:
        response = super().file_response(*given, **named)
        response.headers["Cache-Control"] = "no-cache"
        response.headers.add_vary_header("Accept-Encoding")
        return response

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Compressed where the reader takes it; each file is compressed once and kept, as long as it stays the same."""
        response = await super().get_response(path, scope)
        asked = Headers(scope=scope)
        squeezes = Path(path).suffix in COMPRESSED and "range" not in asked and takes_gzip(asked.get("accept-encoding"))
        if squeezes and response.status_code == 304:  # As the answer would have been that it stands for.
            response.headers["etag"] = f"W/{response.headers['etag'].removeprefix('W/')}"
        if not squeezes or not isinstance(response, FileResponse):
            return response
        key = (str(response.path), response.headers["etag"])
        if key not in self._compressed:
            content = await asyncio.to_thread(Path(response.path).read_bytes)
            self._compressed = {old: body for old, body in self._compressed.items() if old[0] != key[0]}
            self._compressed[key] = await asyncio.to_thread(squeezed, content)
        kept = ("content-type", "last-modified", "cache-control", "vary")
        headers = {name: response.headers[name] for name in kept}
        headers |= {"etag": f"W/{key[1]}", "content-encoding": "gzip"}
        return Response(self._compressed[key], headers=headers)


def _route(page: Page, services: Services) -> Route:
    async def handle(request: Request) -> Response:
        asked = _asked(request, services)
        try:
            if page.who == "nobody":
                return _html(show_alone(page, asked), asked, services, page=page)
            async with work(open_to_all(await _claimed(page, request))) as unit:
                tenant = await _known(page, request, unit)
                html = await show(page, unit, tenant, asked)
            return _html(html, asked, services, page=page)
        except Problem as problem:
            return _refused(problem, asked, services)
        except Exception as error:
            noted(error, page.path)
            return _html(refused(asked, "unavailable"), asked, services, 500)

    return Route(page.path, handle, methods=["GET"], name=f"page {page.path}")


def _asked(request: Request, services: Services) -> PageRequest:
    return PageRequest(
        language=choose(
            request.query_params.get("lang") or request.query_params.get("speaks"),
            request.cookies.get(LANGUAGE_COOKIE),
            request.headers.get("accept-language"),
        ),
        nonce=security.nonce(),
        path={name: str(value) for name, value in request.path_params.items()},
        query=dict(request.query_params),
        basemap=_basemap(services),
        sketched=frozenset(services.sketches),
        ballot_origin=services.settings.ballot_origin,
        filling=services.filling is not None and services.filling.exists(),
        mail=services.settings.confirms_by_mail,
        wakes_phones=wakes_phones(services.settings),
        asks_kartverket=services.settings.asks_kartverket,
        origin=services.settings.origin,
        attests=services.attestation is not None,
        embedded=bool(services.settings.embed_origins),
    )


def _basemap(services: Services) -> Basemap:
    """What lies beneath every map here: an archive of one's own before Kartverket's tiles."""
    if services.settings.basemap is not None:
        return "archive"
    return "kartverket" if services.map_tiles is not None else "plain"


def _html(
    html: str, asked: PageRequest, services: Services, status: int = 200, page: Page | None = None
) -> HTMLResponse:
    headers = security.headers(
        asked.nonce,
        ballot_origin=asked.ballot_origin,
        frames=page is not None and page.frames,
        framed=page is not None and page.framed,
    )
    response = HTMLResponse(html, status, dict(headers))
    if "lang" in asked.query:
        response.set_cookie(
            LANGUAGE_COOKIE, asked.language, max_age=31_536_000, path="/", samesite="strict", secure=_secure(services)
        )
    return response


def _refused(problem: Problem, asked: PageRequest, services: Services) -> Response:
    why: Why = next((said for kind, said in _WHY.items() if isinstance(problem, kind)), "unavailable")
    return _html(refused(asked, why, problem.in_language([asked.language])), asked, services, problem.status)


async def _claimed(page: Page, request: Request) -> UUID:
    """Whose rows a page is about: what the session's cookie claims, or the municipality that `?m=` names."""
    if page.who == "staff":
        municipality = tokens.municipality_in(request.cookies.get(SESSION_COOKIE, ""), access.SESSION)
        if municipality is None:
            raise Unauthorized()
        return municipality
    if number := request.query_params.get("m"):
        return await directory.municipality_by_number(number)
    async with work(None):
        towns = await directory.list_municipalities()
    if not towns:
        raise NotFound()
    return towns[0].id


async def _known(page: Page, request: Request, unit: Work) -> Tenant:
    assert unit.tenant is not None
    if page.who == "staff":
        unit.tenant = await access.authenticate_session(unit, request.cookies[SESSION_COOKIE])
    return unit.tenant


def _sign_in(services: Services) -> list[Route]:
    """The one-time link: GET shows a button, so that a mail scanner spends nothing; POST opens the session."""

    async def shown(request: Request) -> Response:
        asked = _asked(request, services)
        return _html(show_alone(SIGN_IN, asked, refused=False), asked, services)

    async def redeemed(request: Request) -> Response:
        asked = _asked(request, services)
        if not _from_our_pages(request, services):
            return _refused(NotFromOurPages(), asked, services)
        try:
            services.limits.count(
                "sign-in", network_of(request.client.host if request.client else ""), SIGN_INS_A_MINUTE
            )
        except RateLimited as limited:
            waits = _html(show_alone(SIGN_IN, asked, refused=True), asked, services, 429)
            waits.headers["Retry-After"] = str(limited.retry_after_s)
            return waits
        link = request.path_params["code"]
        municipality = tokens.municipality_in(link, access.LINK)
        try:
            if municipality is None:
                raise access.LinkIsSpent()
            async with work(open_to_all(municipality)) as unit:
                session, ends = await access.open_session(unit, link)
        except Unauthorized:
            return _html(show_alone(SIGN_IN, asked, refused=True), asked, services, 401)
        response = RedirectResponse(_going_on(request.query_params.get("next")), 303)
        response.set_cookie(
            SESSION_COOKIE, session, expires=ends, path="/", httponly=True, samesite="strict", secure=_secure(services)
        )
        return response

    async def signed_out(request: Request) -> Response:
        if not _from_our_pages(request, services):
            return _refused(NotFromOurPages(), _asked(request, services), services)
        cookie = request.cookies.get(SESSION_COOKIE, "")
        if (municipality := tokens.municipality_in(cookie, access.SESSION)) is not None:
            async with work(open_to_all(municipality)):
                await access.close_session(cookie)
        response = RedirectResponse("/", 303)
        response.delete_cookie(SESSION_COOKIE, path="/")
        return response

    return [
        Route("/sign-in/{code}", shown, methods=["GET"]),
        Route("/sign-in/{code}", redeemed, methods=["POST"]),
        Route("/sign-out", signed_out, methods=["POST"]),
    ]


def _going_on(path: str | None) -> str:
    """The page of the console that a sign-in goes on to: never one of another site."""
    return path if path is not None and _CONSOLE.fullmatch(path) else "/console"


class NotFromOurPages(Forbidden):
    """This request did not come from the console's own pages."""


def _from_our_pages(request: Request, services: Services) -> bool:
    """Whether a form was sent from a page of ours, or by no browser at all: nobody is signed in or out by another
    site's form.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or origin in (services.settings.origin, f"{request.url.scheme}://{request.url.netloc}")


def _secure(services: Services) -> bool:
    return services.settings.origin.startswith("https://")


async def _service_worker(request: Request) -> Response:
    headers = {"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"}
    return FileResponse(STATIC / "app" / "sw.js", media_type="text/javascript", headers=headers)
