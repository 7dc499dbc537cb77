"""Reads a workbook by itself and looks for each of its filled cells: in the survey that came of it, or in a note.

It shares nothing with the code that it judges but openpyxl. What is a survey's own way of saying a thing (a type, a
condition, a limit) is not looked for letter by letter: those columns count as said where the row is carried.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

SAID_OTHERWISE = frozenset(
    {
        "type",
        "command",
        "list_name",
        "required",
        "bind::required",
        "bind:required",
        "relevant",
        "relevance",
        "bind::relevant",
        "bind:relevant",
        "constraint",
        "bind::constraint",
        "bind:constraint",
        "parameters",
        "choice_filter",
        "appearance",
        "default_language",
    }
)
SHEETS = ("survey", "choices", "settings")


@dataclass(frozen=True)
class Told:
    """A note as the API gives it."""

    sheet: str
    row: int | None
    column: str | None
    kind: str


@dataclass
class Account:
    """How the filled cells were accounted for, and those that were not."""

    counts: Counter[str] = field(default_factory=Counter)
    missing: list[tuple[str, int, str, str]] = field(default_factory=list)


def account(raw: bytes, document: Any, notes: Sequence[Told]) -> Account:
    """Look for every filled cell of the form's sheets."""
    words = {flat(text) for text in leaves(document)}
    told: dict[tuple[str, int | None], set[str]] = {}
    for note in notes:
        whole = "*" if note.kind == "left_out" else ""
        told.setdefault((note.sheet, note.row), set()).add(note.column or whole)
    found = Account()
    book = load_workbook(io.BytesIO(raw), data_only=True)
    for sheet in book:
        name = "survey" if len(book.sheetnames) == 1 else sheet.title.strip().lower()
        if name not in SHEETS:
            continue
        rows = sheet.iter_rows(values_only=True)
        header = [flat(value) for value in next(rows, ())]
        for number, row in enumerate(rows, 2):
            here = told.get((name, number), set())
            for place, value in enumerate(row):
                if not flat(value):
                    continue
                column = header[place] or get_column_letter(place + 1)
                how = _how(flat(value), column, here, words)
                found.counts[how] += 1
                if how == "missing":
                    found.missing.append((name, number, column, flat(value)))
    return found


def _how(value: str, column: str, here: set[str], words: set[str]) -> str:
    if "*" in here or column in here:
        return "told"
    if value in words:
        return "carried"
    return "said otherwise" if column.lower().replace(" ", "_") in SAID_OTHERWISE else "missing"


def leaves(part: Any) -> Iterator[str]:
    """Every key and value of a document."""
    if isinstance(part, dict):
        for key, inside in part.items():
            yield str(key)
            yield from leaves(inside)
    elif isinstance(part, list):
        for inside in part:
            yield from leaves(inside)
    else:
        yield str(part)


def flat(value: Any) -> str:
    """What a cell says, without the spaces and quotation marks in which writers of workbooks differ."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", re.sub("[‘’]", "'", re.sub("[“”]", '"', text))).strip()
