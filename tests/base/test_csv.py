"""Tables that are taken along open in a spreadsheet as what they are."""

import ast
import csv
import io
from pathlib import Path

import pytest

from base.csv_text import csv_text

ROOMS = (
    "api",
    "base",
    "commands",
    "consent",
    "console",
    "geofence",
    "insights",
    "municipality",
    "push",
    "rehearsal",
    "residents",
    "surveys",
)


@pytest.mark.parametrize("text", ["=1+1", "+47 11", "-2", "@cmd", "\t=1", "\r=1", "\n=1", "＝1"])
def test_no_cell_and_no_heading_is_run_as_a_formula(text: str) -> None:
    lines = list(csv.reader(io.StringIO(csv_text([text], [[text]]).removeprefix("\ufeff"), newline="")))
    assert lines == [[f"'{text}"], [f"'{text}"]]


def test_letters_numbers_and_empty_cells_stay_what_they_are() -> None:
    text = csv_text(["a", "b"], [["blåbær; “æ”", -3], [None, 0.5]])
    assert text == "\ufeffa,b\r\nblåbær; “æ”,-3\r\n,0.5\r\n"


def test_nothing_else_in_the_house_writes_csv() -> None:
    root = Path(__file__).parents[2]
    writing = [
        str(path.relative_to(root))
        for room in ROOMS
        for path in (root / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in ("writer", "DictWriter")
        and ast.unparse(node.value) == "csv"
    ]
    assert writing == ["base/csv_text.py"]
