"""Reading what was sent: how large it may be, of what type, and what was wrong with it."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from api.incoming import Incoming
from base.errors import BadRequest, FieldError, Invalid, TooLarge, UnsupportedMediaType

T = TypeVar("T")


async def read_body(request: Incoming, takes: str, limit_bytes: int, optional: bool) -> bytes:
    """The body's bytes; TooLarge past the limit, UnsupportedMediaType for another content type."""
    declared = request.headers.get("content-length")
    if declared is not None and (not declared.isdigit() or int(declared) > limit_bytes):
        raise TooLarge() if declared.isdigit() else BadRequest()
    chunks, size, more = list[bytes](), 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect()
        chunk, more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if size > limit_bytes:
            raise TooLarge()
        chunks.append(chunk)
    declared_type = request.headers.get("content-type", "")
    if declared_type != takes and declared_type.partition(";")[0].strip().lower() != takes and (size or not optional):
        raise UnsupportedMediaType(f"This takes {takes}.")
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def validated(parse: Callable[[], T], part: str) -> T:
    """What was parsed; Invalid with a pointer for each field at fault, and nothing of what was sent."""
    try:
        return parse()
    except ValidationError as errors:
        raise not_right(errors, part) from None


def not_right(errors: ValidationError, part: str) -> Invalid:
    """A pointer for each field at fault, and nothing of what was sent."""
    return Invalid(
        [
            FieldError(pointer(error["loc"]), error["msg"].removeprefix("Value error, "))
            for error in errors.errors(include_input=False, include_url=False, include_context=False)
        ],
        f"Something in the {part} is not right.",
    )


def pointer(place: tuple[int | str, ...]) -> str:
    """An RFC 6901 JSON pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)
