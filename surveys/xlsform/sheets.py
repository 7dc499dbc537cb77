"""The sheets of a workbook as they are filled in: rows by their number, cells by their column."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from pyxform import aliases, constants
from pyxform.parsing.sheet_headers import clean_text_values, process_header
from pyxform.question import MultipleChoiceQuestion, Option
from pyxform.survey import Survey
from pyxform.xls2json_backends import RE_WHITESPACE, is_empty, xlsx_value_to_str

from surveys.xlsform.notes import NotAnXlsform

_LAST_COLUMN: Final = 1_000
_COLUMNS: Final[Mapping[str, tuple[Mapping[str, Any], frozenset[str]]]] = {
    constants.SURVEY: (aliases.survey_header, frozenset(MultipleChoiceQuestion.get_slot_names())),
    constants.CHOICES: (aliases.list_header, frozenset(Option.get_slot_names())),
    constants.SETTINGS: (aliases.settings_header, frozenset(Survey.get_slot_names())),
}
"""How pyxform reads the headers of each sheet: its aliases, and the columns that it knows."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A filled cell: its header as written (or its letter), what pyxform takes the header for, and what it says."""

    column: str
    path: tuple[str, ...]
    value: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row that says something; its number is the sheet's own."""

    sheet: str
    number: int
    cells: tuple[SheetCell, ...]

    def under(self, *path: str) -> Iterator[SheetCell]:
        """The cells of a column, in each of its languages."""
        return (cell for cell in self.cells if cell.path[: len(path)] == path)

    def text(self, *path: str) -> str:
        """What stands in a column, empty where nothing does."""
        return next((cell.value for cell in self.cells if cell.path == path), "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name as written, its headers, and the rows that say something."""

    name: str
    headers: Sequence[str] = ()
    rows: Sequence[Row] = ()

    @property
    def known(self) -> str:
        """The name by which XLSForms call it."""
        return self.name.strip().lower()


@dataclass(slots=True)
class Claims:
    """Which cells a question took up."""

    cells: set[tuple[str, int, str]] = field(default_factory=set)

    def cell(self, row: Row, cell: SheetCell) -> str:
        """What the cell says; it is taken up."""
        self.cells.add((row.sheet, row.number, cell.column))
        return cell.value

    def take(self, row: Row, *path: str) -> str:
        """What stands in a column, empty where nothing does; it is taken up."""
        return next((self.cell(row, cell) for cell in row.cells if cell.path == path), "")


def read_sheets(raw: bytes) -> list[Sheet]:
    """Every sheet of a workbook; NotAnXlsform where a cell lies beyond what a form needs."""
    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    try:
        return [_sheet(page) for page in book.worksheets]
    finally:
        book.close()


def _sheet(page: Any) -> Sheet:
    lines = page.iter_rows(values_only=True)
    header = [_header(value) for value in next(lines, ())]
    known = page.title.strip().lower()
    paths = _paths(known, [name for name in header if name])
    rows = []
    for number, line in enumerate(lines, 2):
        cells = []
        for place, value in enumerate(line):
            if is_empty(value):
                continue
            if place >= _LAST_COLUMN:
                raise NotAnXlsform("A sheet has more than {most} columns.", most=_LAST_COLUMN)
            name = header[place] if place < len(header) else ""
            text = clean_text_values(str(xlsx_value_to_str(value)).strip(), strip_whitespace=known == constants.SURVEY)
            cells.append(SheetCell(name or get_column_letter(place + 1), paths.get(name, ()), text))
        if cells:
            rows.append(Row(known, number, tuple(cells)))
    return Sheet(page.title, header, rows)


def _header(value: object) -> str:
    return "" if is_empty(value) else RE_WHITESPACE.sub(" ", str(xlsx_value_to_str(value)).strip())


def _paths(known: str, headers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What pyxform takes each header for."""
    also, columns = _COLUMNS.get(known, ({}, frozenset()))
    double = any("::" in header for header in headers)
    return {header: tuple(process_header(header, double, dict(also), columns)[1]) for header in headers}
