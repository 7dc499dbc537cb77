"""No filled cell of a form is lost without a word: whatever is written into whichever column, whatever the form."""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.errors import Invalid
from surveys.xlsform.reading import import_form
from surveys.xlsform.workbooks import open_workbook
from tests.surveys.independent.every_cell import Account, Told, account
from tests.surveys.xlsform.test_xlsform import Row, form

EXAMPLES = 400 if os.environ.get("MEDVIRK_PROVE") else 15
FOLDER = os.environ.get("MEDVIRK_FORMS", "")
"""A folder of forms that somebody has: each is looked through in the same way."""

COLUMNS = [
    "label",
    "label::English (en)",
    "label::Norsk (no)",
    "label::Quenya",
    "hint",
    "hint::nn",
    "Guidance_Hint",
    "constraint",
    "constraint message",
    "required",
    "required_message",
    "relevant",
    "read_only",
    "calculation",
    "default",
    "appearance",
    "media::image",
    "image::English (en)",
    "parameters",
    "choice_filter",
    "trigger",
    "made up",
    "bind::odd",
    "instance::x",
    "autoplay",
    "disabled",
    "note to self",
]
TYPES = [
    "text",
    "integer",
    "decimal",
    "date",
    "note",
    "select_one c",
    "select_multiple c",
    "select one from c",
    "rank c",
    "select_one c or_other",
    "geopoint",
    "range",
    "image",
    "time",
    "calculate",
    "hidden",
    "start",
    "acknowledge",
    "begin group",
    "begin repeat",
    "int",
    "q string",
]
SAID = [
    "yes",
    "no",
    "true()",
    ". > 3",
    "string-length(.) <= 9000",
    "${q0} = 'a'",
    "${q0} = 1",
    "w1",
    "multiline",
    "randomize=true",
    "start=1 end=5",
    "x = ${q0}",
    "Hva ${q0}?",
    "Ord",
    "=nothing",
    "1 + 1",
    "a.png",
]
ONLY = {
    "parameters": ["randomize=true", "start=1 end=5"],
    "trigger": ["${q0}"],
    "choice_filter": ["x = ${q0}"],
    "disabled": ["no", "yes"],
    "autoplay": ["audio"],
    "image::English (en)": ["a.png"],
    "media::image": ["b.png"],
}
NAMES = ["a", "b", "rød", "vet ikke", "1", "-99", "other", "A"]


@st.composite
def a_form(draw: st.DrawFn) -> bytes:
    rows: list[Row] = [{"type": "select_one c", "name": "q0", "label": "Første"}]
    closing: list[str] = []
    for number in range(1, draw(st.integers(2, 12))):
        kind = draw(st.sampled_from(TYPES))
        row: Row = {"type": kind, "name": f"q{number}"}
        for column in draw(st.lists(st.sampled_from(COLUMNS), max_size=5, unique=True)):
            row[column] = draw(st.sampled_from(ONLY.get(column, SAID)))
        rows.append(row)
        if kind.startswith("begin"):
            closing.append(kind.replace("begin", "end"))
        shut: bool = draw(st.booleans())
        if closing and shut:
            rows.append({"type": closing.pop()})
    rows.extend({"type": kind} for kind in reversed(closing))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=6, unique=True))
    choices: list[Row] = [
        {"list_name": "c", "name": name, "label": name, **({"x": "a", "media::audio": "b.mp3"} if odd else {})}
        for name, odd in zip(names, draw(st.lists(st.booleans(), min_size=6, max_size=6)), strict=False)
    ]
    unused: list[Row] = [{"list_name": "unused", "name": "n", "label": "N"}]
    return form(rows, [*choices, *unused], **draw(st.sampled_from([{}, {"version": "7"}, {"form_title": ""}])))


def looked_through(raw: bytes) -> Account | None:
    """None where the form is refused, which must be in words."""
    try:
        found = import_form(open_workbook(raw), "nb")
    except Invalid as refused:
        if not all(error.detail for error in refused.errors):
            raise AssertionError("a form is refused without a word") from refused
        return None
    notes = [Told(note.sheet, note.row, note.column, note.kind) for note in found.notes]
    return account(raw, found.document.stored(), notes)


FIGURES: Counter[str] = Counter()


@given(a_form())
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_filled_cell_is_carried_or_told(raw: bytes) -> None:
    found = looked_through(raw)
    FIGURES["forms"] += 1
    FIGURES["refused"] += found is None
    if found is not None:
        FIGURES.update(found.counts)
        assert found.missing == []


def test_most_made_up_forms_are_taken() -> None:
    print(f"made-up forms: {dict(FIGURES)}")
    assert FIGURES["refused"] <= FIGURES["forms"] * 3 / 4


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")  # Of what it does not keep of a workbook, such as colours.
def test_every_filled_cell_of_the_forms_at_hand_is_carried_or_told() -> None:
    figures: Counter[str] = Counter()
    lost: dict[str, Any] = {}
    for file in sorted(Path(FOLDER).glob("*.xlsx")) if FOLDER else []:
        found = looked_through(file.read_bytes())
        figures["forms"] += 1
        figures["refused in words"] += found is None
        if found is not None:
            figures.update(found.counts)
            lost.update({file.name: found.missing} if found.missing else {})
    print(f"forms of {FOLDER or 'no folder'}: {dict(figures)}")
    assert lost == {}
