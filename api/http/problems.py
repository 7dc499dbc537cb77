"""Errors as `application/problem+json` (RFC 9457)."""

import json
from collections.abc import Sequence

import structlog
from starlette.responses import Response

from base.errors import Problem, RateLimited, Unauthorized, Unavailable
from base.rows import where
from base.translation import translate

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"


def problem(refused: Problem, languages: Sequence[str] = ("en",)) -> Response:
    """What a caller is told of a problem, in the first of these languages in which it can be said."""
    body = {
        "type": f"/problems/{refused.type}",
        "title": translate(refused.title, languages),
        "status": refused.status,
        "detail": refused.in_language(languages),
        **refused.members(languages),
    }
    headers = {"Cache-Control": "no-store"}
    if isinstance(refused, Unauthorized):
        headers["WWW-Authenticate"] = refused.scheme
    if isinstance(refused, RateLimited):
        headers["Retry-After"] = str(refused.retry_after_s)
    if isinstance(refused, Unavailable):
        headers["Retry-After"] = "1"
    return Response(json.dumps(body, ensure_ascii=False), refused.status, headers, MEDIA_TYPE)


class Unexpected(Problem):
    """Something went wrong on our side; it has been noted."""


def of_unexpected(error: Exception, route: str) -> Response:
    """What a caller is told of an error that nobody foresaw: nothing of it."""
    noted(error, route)
    return problem(Unexpected())


def noted(error: Exception, route: str) -> None:
    """Note an error that nobody foresaw, without its message: that can carry what was sent."""
    log.error("unexpected error", route=route, error=type(error).__name__, where=where(error))
