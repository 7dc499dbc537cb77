"""Times and days as callers may write them: RFC 3339, within 1900 to 2199, and nothing else that looks like one.

The parsers that are usual take numbers, digits in quotes and times without an offset for times, too, and mean something
else by them than their writer. Everything here is checked in pydantic's core, since each fix of a phone has a time.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import GetPydanticSchema
from pydantic_core import core_schema

FIRST, END = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = _DAY + r"[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"


def _written(pattern: str, message: str) -> core_schema.CoreSchema:
    text = core_schema.str_schema(strict=True, pattern=f"^{pattern}$", max_length=64)
    return core_schema.custom_error_schema(text, custom_error_type="rfc3339", custom_error_message=message)


def _within(inner: core_schema.CoreSchema) -> core_schema.CoreSchema:
    return core_schema.custom_error_schema(
        inner, custom_error_type="calendar", custom_error_message="a time that there is, from 1900 to 2199"
    )


_TIME_WRITTEN = core_schema.chain_schema(
    [
        _written(_TIME, "a time with its offset (RFC 3339), such as 2030-12-01T10:00:00Z"),
        _within(core_schema.datetime_schema(tz_constraint="aware", ge=FIRST, lt=END)),
    ]
)
_DAY_TEXT = _written(_DAY, "a day (RFC 3339 full-date), such as 2030-12-01")
_DAY_WRITTEN = core_schema.chain_schema(
    [
        _DAY_TEXT,
        _within(core_schema.date_schema(ge=FIRST.date(), lt=END.date())),
    ]
)
_INSTANT = core_schema.json_or_python_schema(
    _TIME_WRITTEN,
    core_schema.union_schema(
        [
            core_schema.chain_schema(
                [core_schema.is_instance_schema(datetime), core_schema.datetime_schema(tz_constraint="aware")]
            ),
            _TIME_WRITTEN,
        ],
        mode="left_to_right",
    ),
)
_A_DAY = core_schema.json_or_python_schema(
    _DAY_WRITTEN,
    core_schema.union_schema(
        [
            core_schema.is_instance_schema(date),
            core_schema.chain_schema([_DAY_TEXT, core_schema.date_schema()]),
        ],
        mode="left_to_right",
    ),
)


def _as_string(form: str) -> Any:
    return lambda _schema, _handler: {"type": "string", "format": form}


Instant = Annotated[
    datetime, GetPydanticSchema(lambda _type, _handler: _INSTANT, get_pydantic_json_schema=_as_string("date-time"))
]
"""A time as a caller sends it. What the house has stored passes as it is."""

Day = Annotated[date, GetPydanticSchema(lambda _type, _handler: _A_DAY, get_pydantic_json_schema=_as_string("date"))]
"""A day as a caller sends it (in JSON). What the house has stored passes as it is."""
