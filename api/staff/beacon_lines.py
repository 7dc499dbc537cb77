"""A file of beacons, line by line, as the shapes that a single beacon is written in; and one of those there are."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from base.csv_text import csv_text
from base.errors import Conflict, Invalid, invalid
from base.translation import Figure, house_language

MOST_LINES: Final = 5_000
_PROTOCOLS: Final = {
    "ibeacon": ("uuid", "major", "minor"),
    "altbeacon": ("id1", "id2", "id3"),
    "eddystone_uid": ("namespace", "instance"),
    "eddystone_eid": ("identity_key", "rotation_exponent", "clock_offset"),
}
_WHOLE: Final = {"major", "minor", "id2", "id3", "rotation_exponent", "clock_offset"}
_NUMBERS: Final = {"lat", "lon"}
COLUMNS: Final = ("name", "lat", "lon", "zone_id", *(column for columns in _PROTOCOLS.values() for column in columns))
HEADERS: Final[Mapping[str, Mapping[str, str]]] = {
    "nb": {
        "name": "navn",
        "lat": "breddegrad",
        "lon": "lengdegrad",
        "zone_id": "område-id",
        "namespace": "navnerom",
        "instance": "instans",
        "identity_key": "hemmelig nøkkel",
        "rotation_exponent": "rotasjon",
        "clock_offset": "klokkeavvik",
    },
    "nn": {
        "name": "namn",
        "lat": "breiddegrad",
        "lon": "lengdegrad",
        "zone_id": "område-id",
        "namespace": "namnerom",
        "instance": "instans",
        "identity_key": "hemmeleg nøkkel",
        "rotation_exponent": "rotasjon",
        "clock_offset": "klokkeavvik",
    },
    "en": {"lat": "latitude", "lon": "longitude", "identity_key": "secret key"},
}
"""What columns are called in the file that staff fetch, where that is not their own name; each is understood."""
_CALLED: Final = {said: column for headers in HEADERS.values() for column, said in headers.items()} | {
    column: column for column in COLUMNS
}


class FieldRefused(BaseModel):
    """What is wrong with a cell, and what its column is called; null where it is about the whole line."""

    column: str | None
    detail: str


class LineRefused(BaseModel):
    """A line that was not taken, and why: by its number in the file and its place among those after the first, from 0;
    `reason` is `errors` in one text."""

    line: int
    index: int
    errors: list[FieldRefused]
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line as a beacon is written in JSON, and what its columns are called."""

    number: int
    index: int
    row: dict[str, Any]
    columns: Mapping[str, str]


def lines_of(raw: bytes) -> list[Line]:
    """The lines after the first; Invalid where this is no such file."""
    text = _text(raw)
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",")
    try:
        columns = {_CALLED.get(name.strip().lower(), name): name.strip() for name in reader.fieldnames or ()}
        lines = [
            Line(reader.line_num, index, _row(given), columns)
            for index, given in enumerate(reader)
            if any(value and str(value).strip() for value in given.values())
        ]
    except csv.Error:
        raise invalid("", "this is not a CSV file") from None
    if not lines or "name" not in columns:
        raise invalid("", "the first line names the columns, and one of them is the name")
    if len(lines) > MOST_LINES:
        raise invalid("", "more than {most} lines", most=Figure(f"{MOST_LINES:,}"))
    return lines


def _text(raw: bytes) -> str:
    """What a spreadsheet has written: UTF-8, or the code page of western Windows."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return raw.decode("cp1252")
        except UnicodeDecodeError:
            raise invalid("", "this is not a CSV file") from None


def refused(line: Line, error: Invalid | Conflict, languages: Sequence[str]) -> LineRefused:
    """A line that was not taken, in the first of these languages that the house speaks."""
    if isinstance(error, Conflict):
        errors = [FieldRefused(column=None, detail=error.in_language(languages))]
    else:
        errors = [
            FieldRefused(column=_column(each.pointer, line, languages), detail=each.in_language(languages))
            for each in error.errors
        ]
    said = [each.detail if each.column is None else f"{each.column}: {each.detail}" for each in errors]
    return LineRefused(line=line.number, index=line.index, errors=errors, reason=" ".join(said))


def _column(pointer: str, line: Line, languages: Sequence[str]) -> str | None:
    """What the reader calls the column that a pointer is about: as in the file, where it is there."""
    name = pointer.rpartition("/")[2]
    if not name:
        return None
    return line.columns.get(name) or HEADERS[house_language(languages)].get(name, name)


def as_csv(beacons: Iterable[BaseModel], languages: Sequence[str]) -> str:
    """Beacons as a file that spreadsheets in the reader's language open as it is meant, and that comes in again."""
    language = house_language(languages)
    norwegian = language != "en"
    header = [HEADERS[language].get(column, column) for column in COLUMNS]
    rows = (_cells(beacon.model_dump(mode="json"), decimal_comma=norwegian) for beacon in beacons)
    return csv_text(header, rows, ";" if norwegian else ",")


def _cells(beacon: Mapping[str, Any], *, decimal_comma: bool) -> list[object]:
    known = dict(beacon)
    for protocol in _PROTOCOLS:
        known |= beacon[protocol] or {}
    if decimal_comma:
        known |= {column: str(known[column]).replace(".", ",") for column in _NUMBERS}
    return [known.get(column) for column in COLUMNS]


def _row(line: Mapping[Any, Any]) -> dict[str, Any]:
    cells = {_CALLED.get(k.strip().lower(), k): v for k, v in line.items() if isinstance(k, str) and isinstance(v, str)}
    given = {column: _value(column, cell) for column, cell in cells.items() if cell.strip()}
    row: dict[str, Any] = {}
    for protocol, parts in _PROTOCOLS.items():
        sent = {column: given.pop(column) for column in parts if column in given}
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
