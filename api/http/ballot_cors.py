"""The anonymous door from another origin: pages of ours may hand answers in there, with nothing that says who."""

from collections.abc import Iterable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.http.services import Services


def shared_with(services: Services) -> Mapping[str, str]:
    """Headers that let our own pages read the door's answers (Fetch standard, CORS), where it has its own origin."""
    if services.settings.ballot_origin is None:
        return {}
    return {"Access-Control-Allow-Origin": services.settings.origin, "Vary": "Origin"}


def preflights(paths: Iterable[str], services: Services) -> list[Route]:
    """What a browser asks before it hands an answer in at another origin. No credentials are ever allowed."""
    allowed = shared_with(services)
    if not allowed:
        return []
    headers = {
        **allowed,
        "Access-Control-Allow-Methods": "POST, DELETE",
        "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept-Language",
        "Access-Control-Max-Age": "600",
    }

    async def preflight(request: Request) -> Response:
        return Response(status_code=204, headers=headers)

    return [Route(path, preflight, methods=["OPTIONS"]) for path in dict.fromkeys(paths)]
