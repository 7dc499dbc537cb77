"""Compressing answers: only what is the same for every reader, since the length of a compressed answer that mixes a
secret with what a reader sent tells of the secret (BREACH). An endpoint says of itself that it is such (`compresses`).
"""

import asyncio
import zlib
from typing import Final

from starlette.responses import Response

from api.http.request import ApiRequest

SMALL: Final = 1_000
"""Bytes under which compressing is not worth its head."""
LARGE: Final = 65_536
"""Bytes from which on it is done in a thread."""


def takes_gzip(accept_encoding: str | None) -> bool:
    """Whether a reader takes gzip (RFC 9110 §12.5.3)."""
    wanted = dict[str, bool]()
    for part in (accept_encoding or "").lower().split(","):
        name, _, weight = part.partition(";")
        wanted[name.strip()] = not _is_none(weight)
    return wanted.get("gzip", wanted.get("x-gzip", wanted.get("*", False)))


def _is_none(weight: str) -> bool:
    name, _, value = weight.partition("=")
    if name.strip() != "q":
        return False
    try:
        return float(value) <= 0
    except ValueError:
        return True


async def compressed(request: ApiRequest, response: Response) -> Response:
    """The answer compressed where that is worth it and the reader takes it; its tag becomes a weak one."""
    if response.status_code != 200 or "content-encoding" in response.headers or len(response.body) < SMALL:
        return response
    response.headers.add_vary_header("Accept-Encoding")
    if takes_gzip(request.headers.get("accept-encoding")):
        body = bytes(response.body)
        response.body = squeezed(body) if len(body) < LARGE else await asyncio.to_thread(squeezed, body)
        response.headers["content-length"] = str(len(response.body))
        response.headers["content-encoding"] = "gzip"
        if (tag := response.headers.get("etag")) is not None and not tag.startswith("W/"):
            response.headers["etag"] = f"W/{tag}"
    return response


def squeezed(body: bytes) -> bytes:
    """Compressed with gzip (RFC 1952), the same bytes whenever."""
    squeezing = zlib.compressobj(6, wbits=31)
    return squeezing.compress(body) + squeezing.flush()
