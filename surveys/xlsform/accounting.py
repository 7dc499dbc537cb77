"""Every filled cell that is in no question is told of."""

from collections.abc import Iterator
from typing import Final

from pyxform import constants

from surveys.xlsform.notes import Note, sentence
from surveys.xlsform.sheets import Claims, Row
from surveys.xlsform.workbooks import Workbook

_SHOWN: Final = 80
OURS: Final = "unsaid"
"""The sheet in which our own exports tell what an XLSForm cannot say."""


def left_over(workbook: Workbook, claims: Claims, notes: list[Note]) -> None:
    """Add a note for each cell that was not taken up, but for those of rows that are left out whole."""
    told = {(note.sheet, note.row) for note in notes if note.kind == "left_out" and note.column is None}
    rows = [*workbook.survey.rows, *workbook.settings.rows]
    notes.extend(note for row in rows if (row.sheet, row.number) not in told for note in _cells(row, claims))
    for row in workbook.choices.rows:
        if any(cell for cell in row.cells if _key(row, cell.column) in claims.cells):
            notes.extend(_cells(row, claims))
        else:
            unused = sentence("No question of the survey offers it.")
            notes.append(Note(row.number, row.text("name"), "left_out", unused, row.sheet))
    notes.extend(_sheets(workbook))


def _key(row: Row, column: str) -> tuple[str, int, str]:
    return row.sheet, row.number, column


def _cells(row: Row, claims: Claims) -> Iterator[Note]:
    for cell in row.cells:
        if _key(row, cell.column) in claims.cells:
            continue
        shown = cell.value if len(cell.value) <= _SHOWN else cell.value[: _SHOWN - 1] + "…"
        told = sentence("The cell {column} is left out: {value}", column=cell.column, value=shown)
        yield Note(
            row.number, name=row.text("name"), kind="changed", sentence=told, sheet=row.sheet, column=cell.column
        )


def _sheets(workbook: Workbook) -> Iterator[Note]:
    """Sheets that are not read; those whose name begins with _ are meant to be passed over."""
    for sheet in workbook.others:
        if sheet.rows and not sheet.name.startswith("_") and sheet.known != OURS:
            told = (
                "The sheet {sheet} cannot be carried over."
                if sheet.known in constants.SUPPORTED_SHEET_NAMES
                else "The sheet {sheet} is no part of a form and was not read."
            )
            yield Note(None, "", "left_out", sentence(told, sheet=sheet.name), sheet.name)
