"""An echo that parses a presence body with pydantic and answers: what any server of this kind has to do."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.residents.presence import Presence


async def echo(request: Request) -> Response:
    """Parse the body; say how many fixes there were."""
    body = Presence.model_validate_json(await request.body())
    return Response(b'{"fixes":%d}' % len(body.fixes), media_type="application/json")


if __name__ == "__main__":
    app = Starlette(routes=[Route("/v1/presence", echo, methods=["POST"])])
    uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False, log_level="error")
