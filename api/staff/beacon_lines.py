"""A file of beacons, line by line, as the shapes that a single beacon is written in."""

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

from pydantic import BaseModel

from base.errors import Conflict, Invalid, invalid

MOST_LINES: Final = 5_000
_PROTOCOLS: Final = {
    "ibeacon": ("uuid", "major", "minor"),
    "altbeacon": ("id1", "id2", "id3"),
    "eddystone_uid": ("namespace", "instance"),
    "eddystone_eid": ("identity_key", "rotation_exponent", "clock_offset"),
}
_WHOLE: Final = {"major", "minor", "id2", "id3", "rotation_exponent", "clock_offset"}
_NUMBERS: Final = {"lat", "lon"}


class LineRefused(BaseModel):
    """A line that was not taken, and why."""

    index: int
    reason: str


def rows_of(raw: bytes) -> list[dict[str, Any]]:
    """The lines after the first as a beacon is written in JSON; Invalid where this is no such file."""
    try:
        text = raw.decode("utf-8-sig")
        first = text.split("\n", 1)[0]
        lines = list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ","))
    except (UnicodeDecodeError, csv.Error):
        raise invalid("", "this is not a CSV file in UTF-8") from None
    if not lines or "name" not in lines[0]:
        raise invalid("", "the first line names the columns, and name is one of them")
    if len(lines) > MOST_LINES:
        raise invalid("", "more than {most} lines", most=f"{MOST_LINES:,}")
    return [_row(line) for line in lines]


def why_not(error: Invalid | Conflict, languages: Sequence[str]) -> str:
    """A refusal in one line, in the first of these languages that the house speaks."""
    if isinstance(error, Invalid):
        return "; ".join(f"{e.pointer}: {e.in_language(languages)}" for e in error.errors)
    return error.in_language(languages)


def _row(line: dict[Any, Any]) -> dict[str, Any]:
    given = {k: _value(k, v) for k, v in line.items() if isinstance(k, str) and isinstance(v, str) and v.strip()}
    row: dict[str, Any] = {}
    for protocol, columns in _PROTOCOLS.items():
        sent = {column: given.pop(column) for column in columns if column in given}
        if sent:
            row[protocol] = sent
    return {**given, **row}


def _value(column: str, text: str) -> Any:
    text = text.strip()
    try:
        if column in _WHOLE:
            return int(text)
        return float(text.replace(",", ".")) if column in _NUMBERS else text
    except ValueError:
        return text  # The shape it is read into says what is wrong with it.
