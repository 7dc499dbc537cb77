"""Where a list goes on: the sort key of the last row that was shown, so that it goes on when that row is gone."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from base import base64url

Value = str | int | date | datetime | UUID
After = tuple[datetime, UUID]
"""The sort key of a list by time: the row's time and, among rows of one time, its id."""


def newest_after(column: str, after: After | None) -> Q:
    """The condition on a list of models, newest first by a time and then by id, that it goes on after a sort key."""
    if after is None:
        return Q()
    at, row = after
    earlier: dict[str, Any] = {f"{column}__lt": at}
    as_late: dict[str, Any] = {column: at, "id__lt": row}
    return Q(**earlier) | Q(**as_late)


class NotACursor(ValueError):
    """This cursor was not made by this list."""


def cursor(*key: Value) -> str:
    """A row's sort key as a cursor: a JSON array, base64url without padding."""
    text = json.dumps([_plain(value) for value in key], ensure_ascii=False, separators=(",", ":"))
    return base64url.encode(text.encode())


def sort_key(text: str, kinds: Sequence[type]) -> tuple[Any, ...]:
    """The sort key that a cursor holds, of values of these types; NotACursor where it holds anything else."""
    try:
        if len(text) > 4096 or not text.isascii():
            raise ValueError
        values = json.loads(base64url.decode(text))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise ValueError
        return tuple(_READ[kind](value) for kind, value in zip(kinds, values, strict=True))
    except (ValueError, TypeError, OverflowError, RecursionError, AttributeError) as error:
        raise NotACursor() from error


def kind(value: Value) -> type:
    """What kind of value stands in a sort key; the database's own UUIDs are UUIDs."""
    return next(known for known in _READ if isinstance(value, known))


def _plain(value: Value) -> str | int:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value if isinstance(value, str | int) else str(value)  # A day, too, in ISO 8601.


def _time(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None or not 1900 <= found.year <= 2199:
        raise ValueError
    return found


def _day(value: Any) -> date:
    found = date.fromisoformat(value)
    if not 1900 <= found.year <= 2199:
        raise ValueError
    return found


def _whole(value: Any) -> int:
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise ValueError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    value.encode()  # A lone surrogate is no text for the database.
    return value


_READ: dict[type, Callable[[Any], Any]] = {datetime: _time, date: _day, UUID: UUID, int: _whole, str: _text}
