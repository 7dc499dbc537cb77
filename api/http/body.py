"""Reading what was sent: how large it may be, of what type, and what was wrong with it."""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final, Literal, TypeVar

from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from api.http.rate_limits import RateLimits
from api.http.request import ApiRequest
from base.errors import BadRequest, Invalid, TooLarge, UnsupportedMediaType
from base.field_errors import field_errors

T = TypeVar("T")
_LENGTH = re.compile(r"[0-9]{1,18}")
R = TypeVar("R")


async def read_body(
    request: ApiRequest, limits: RateLimits, takes: str, limit_bytes: int, *, optional: bool, also: tuple[str, ...] = ()
) -> bytes:
    """The body's bytes; TooLarge past the limit, UnsupportedMediaType for another content type, Unavailable where the
    process is taking in too much at once.
    """
    declared = request.headers.get("content-length")
    if declared is not None and (not _LENGTH.fullmatch(declared) or int(declared) > limit_bytes):
        raise TooLarge() if declared.isdecimal() else BadRequest()
    chunks, size, more = list[bytes](), 0, True
    held = 0
    try:
        while more:
            message = await request.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect()
            chunk, more = message.get("body", b""), message.get("more_body", False)
            size += len(chunk)
            if size > limit_bytes:
                raise TooLarge()
            if more:
                limits.hold(len(chunk))
                held += len(chunk)
            chunks.append(chunk)
    finally:
        if held:
            limits.release(held)
    declared_type = request.headers.get("content-type", "")
    if declared_type == takes or (optional and not size):
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)
    if declared_type.partition(";")[0].strip().lower() not in (takes, *also):
        raise UnsupportedMediaType("This takes {types}.", types=", ".join((takes, *also)))
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def unless_gone(request: ApiRequest, doing: Coroutine[Any, Any, R]) -> R:
    """What comes of it; ended, with ClientDisconnect, where the client goes away before. The body was read already."""
    work, leaving = asyncio.create_task(doing), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise ClientDisconnect()
        return work.result()
    finally:
        for task in (work, leaving):
            task.cancel()
        await asyncio.wait({work, leaving})


async def _gone(request: ApiRequest) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def without_mark(raw: bytes) -> bytes:
    """JSON without the byte order mark that some programs put before it (RFC 8259 §8.1 lets a reader skip it)."""
    return raw.removeprefix(b"\xef\xbb\xbf")


Part = Literal["body", "query", "line"]
NOT_RIGHT: Final[Mapping[Part, str]] = {
    "body": "Something in the body is not right.",
    "query": "Something in the query is not right.",
    "line": "Something in the line is not right.",
}


def validated(parse: Callable[[], T], part: Part, sent: object) -> T:
    """What was parsed of `sent`; Invalid with a pointer for each field at fault, and nothing of what was sent."""
    try:
        return parse()
    except ValidationError as errors:
        raise not_right(errors, part, sent) from None


def sent_as(raw: bytes) -> object:
    """What was sent, where it is JSON."""
    try:
        return json.loads(without_mark(raw))
    except (ValueError, RecursionError):
        return None


def not_right(errors: ValidationError, part: Part, sent: object) -> Invalid:
    """A pointer for each field at fault, and nothing of what was sent."""
    return Invalid([*field_errors(errors, sent)], NOT_RIGHT[part])
