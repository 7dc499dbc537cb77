"""A survey becomes an XLSForm (xlsform.org), and what an XLSForm cannot say is listed row by row."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from surveys.forms import questions as asked
from surveys.forms.document import InArea, Interested, SurveyDocument, WasThere
from surveys.forms.questions import Question
from surveys.xlsform.accounting import OURS
from surveys.xlsform.notes import Note, sentence
from surveys.xlsform.xpath import CannotSay, relevant

_NAMES = {"nb": "Norsk bokmål", "nn": "Norsk nynorsk", "en": "English", "se": "Davvisámegiella", "pl": "Polski",
          "uk": "Українська"}  # fmt: skip
_GEOMETRIES = {"point": "geopoint", "points": "geopoint", "line": "geotrace", "area": "geoshape"}

Row = dict[str, str]


class _Writing:
    """The sheets as they are written: rows below a header, so that the first has the number 2."""

    def __init__(self, document: SurveyDocument) -> None:
        self.document = document
        self.survey: list[Row] = []
        self.choices: list[Row] = []
        self.notes: list[Note] = []
        self.types: dict[str, str] = {}
        self.page_open = False

    def note(self, name: str, english: str, *, left_out: bool = False, **values: object) -> None:
        """Say of the row that comes next (or, left out, of no row) what it does not say."""
        row = None if left_out or not name else len(self.survey) + 2
        self.notes.append(Note(row, name, "left_out" if left_out else "changed", sentence(english, **values)))

    def text(self, column: str, given: Mapping[str, str] | None) -> Row:
        """A text in a column for each language."""
        return {_translated(column, tag): said for tag, said in (given or {}).items()}

    def options(self, listed: str, options: Sequence[Any]) -> None:
        for option in options:
            picture = {"media::image": option.image} if isinstance(option, asked.ImageOption) else {}
            self.choices.append(
                {"list_name": listed, "name": option.key, **self.text("label", option.label), **picture}
            )

    def close_page(self) -> None:
        if self.page_open:
            self.survey.append({"type": "end_group"})
            self.page_open = False


def _translated(column: str, tag: str) -> str:
    return f"{column}::{_language(tag)}"


def _language(tag: str) -> str:
    return f"{_NAMES.get(tag, tag)} ({tag})"


def export_form(document: SurveyDocument, languages: Sequence[str] = ("en",)) -> tuple[bytes, Sequence[Note]]:
    """The workbook (.xlsx) and what it does not say of the survey, told there in the first of these languages that
    the house speaks. Takes a while for large ones: off the event loop.

    Answering it elsewhere gives answers of another kind: there is no ballot, and no place is snapped to its cell.
    """
    writing = _Writing(document)
    for said in _unsaid(document):
        writing.note("", said)
    for question in document.questions:
        _write(writing, question)
    writing.close_page()
    settings = {"form_title": next(iter(_first(document.title, document).values()))}
    settings["default_language"] = _language(document.languages[0])
    book = Workbook()
    book.remove(book.active)
    first = ["type", "list_name", "name", *(_translated(column, tag) for column in ("label", "hint")
                                           for tag in document.languages)]  # fmt: skip
    _sheet(book, "survey", writing.survey, first)
    _sheet(book, "choices", writing.choices or [{"list_name": "", "name": ""}], first)
    _sheet(book, "settings", [settings])
    unsaid = [{"row": str(n.row or ""), "name": n.name, "what": n.said(languages)} for n in writing.notes]
    _sheet(book, OURS, unsaid or [{"row": "", "name": "", "what": ""}])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), writing.notes


def _first(text: Mapping[str, str], document: SurveyDocument) -> Mapping[str, str]:
    tag = document.languages[0]
    return {tag: text[tag]} if tag in text else text


def _unsaid(document: SurveyDocument) -> Iterator[str]:
    if len(set(document.title.values())) > 1:
        yield "The title stands in one language alone."
    if document.intro:
        yield "The introduction is left out."
    if document.opens_at or document.closes_at:
        yield "When it opens and closes is left out."
    if document.assurance != "open":
        yield "How sure it is that one person answers once is left out."
    if isinstance(document.eligibility, InArea | Interested | WasThere):
        yield "Who may answer is left out."
    if document.smallest_group != 5:
        yield "The smallest group is left out."
    if document.plan_id:
        yield "The plan's id is left out."


def _write(writing: _Writing, question: Question) -> None:
    shown: Row = {}
    if question.show_if is not None:
        try:
            shown = {"relevant": relevant(question.show_if, writing.types)}
        except CannotSay as reason:
            writing.note(question.key, "When it is shown cannot be said: {reason}. So it is not asked.", left_out=True,
                         reason=reason.sentence)  # fmt: skip
            return
    words = {**writing.text("label", question.label), **writing.text("hint", question.help)}
    if isinstance(question, asked.Words):
        _write_words(writing, question, {**words, **shown})
        return
    row: Row = {"name": question.key, **words, **shown, **({"required": "yes"} if question.required else {})}
    if isinstance(question, asked.Matrix):
        _write_matrix(writing, question, row)
    else:
        row.update(_said(writing, question))
        writing.survey.append(row)
    writing.types[question.key] = question.type


def _write_words(writing: _Writing, question: asked.Words, words: Row) -> None:
    if question.type == "section":
        writing.close_page()
        if question.show_if is None:
            if question.help:
                writing.note(question.key, "Its explanation is left out: a page has none.")
            heading = {name: text for name, text in words.items() if not name.startswith("hint")}
            writing.survey.append({"type": "begin_group", "name": question.key, **heading})
            writing.page_open = True
            return
        writing.note(question.key, "It is a note: a page that is shown to some would hide what is on it.")
    writing.survey.append({"type": "note", "name": question.key, **words})


def _write_matrix(writing: _Writing, question: asked.Matrix, row: Row) -> None:
    writing.options(question.key, question.columns)
    needed = {"required": row.pop("required")} if question.required else {}
    if question.help:
        writing.note(question.key, "Its explanation is left out: a table has none.")
    heading = {name: text for name, text in row.items() if not name.startswith("hint")}
    writing.survey.append({"type": "begin_group", "appearance": "table-list", **heading})
    for line in question.rows:
        text = writing.text("label", line.label)
        writing.survey.append({"type": f"select_one {question.key}", "name": line.key, **text, **needed})
    writing.survey.append({"type": "end_group"})


def _said(writing: _Writing, question: asked.Answerable) -> Row:
    """The type of a question, its limits and its looks."""
    match question:
        case asked.Single() | asked.Multiple():
            return _choosing(writing, question)
        case asked.ImageChoice():
            writing.options(question.key, question.options)
            return {"type": f"select_one {question.key}"}
        case asked.Ranking():
            writing.options(question.key, question.options)
            if question.top is not None:
                writing.note(question.key, "That {number} are put in order, not all, is left out.", number=question.top)
            return {"type": f"rank {question.key}"}
        case asked.Scale():
            if question.labels is not None:
                writing.note(question.key, "What its ends mean is left out.")
            looks = {"appearance": "rating"} if question.type == "rating" else {}
            return {"type": "range", "parameters": f"start={question.min} end={question.max} step=1", **looks}
        case asked.NumberAsked():
            if question.unit:
                writing.note(question.key, "Its unit ({unit}) is left out.", unit=question.unit)
            kind = "integer" if question.integer else "decimal"
            return {"type": kind, **_between(".", _number(question.min), _number(question.max))}
        case asked.TextAsked():
            limit = {} if question.max_length == 1000 else _between("string-length(.)", None, str(question.max_length))
            return {"type": "text", **limit, **({"appearance": "multiline"} if question.long else {})}
        case asked.DateAsked():
            low, high = (None if day is None else f"date('{day.isoformat()}')" for day in (question.min, question.max))
            return {"type": "date", **_between(".", low, high)}
        case _:
            return _place(writing, question)


def _choosing(writing: _Writing, question: asked.Single | asked.Multiple) -> Row:
    writing.options(question.key, question.options)
    for option in question.options:
        if option.other:
            writing.note(question.key, "That {option} asks for other words is left out.", option=option.key)
        if option.exclusive:
            writing.note(question.key, "That {option} stands alone is left out.", option=option.key)
    looks = {"parameters": "randomize=true"} if question.random_order else {}
    if isinstance(question, asked.Single):
        if question.breakdown:
            writing.note(question.key, "That others are tabulated by it is left out.")
        return {"type": f"select_one {question.key}", **looks}
    low, high = (None if count is None else str(count) for count in (question.min, question.max))
    return {"type": f"select_multiple {question.key}", **_between("count-selected(.)", low, high), **looks}


def _place(writing: _Writing, question: Any) -> Row:
    if question.geometry == "points":
        writing.note(question.key, "One place is asked for, not several.")
    if question.comment:
        writing.note(question.key, "The comment beside the place is left out.")
    if question.snap_m != 50:
        writing.note(question.key, "That places are kept no finer than {metres} m is left out.",
                     metres=question.snap_m)  # fmt: skip
    return {"type": _GEOMETRIES[question.geometry]}


def _number(value: float | None) -> str | None:
    return None if value is None else repr(int(value)) if value == int(value) else f"{value:f}".rstrip("0")


def _between(what: str, low: str | None, high: str | None) -> Row:
    parts = [f"{what} >= {low}" if low is not None else "", f"{what} <= {high}" if high is not None else ""]
    said = " and ".join(part for part in parts if part)
    return {"constraint": said} if said else {}


def _sheet(book: Any, name: str, rows: Sequence[Row], first: Sequence[str] = ()) -> None:
    """A sheet: the columns that come first in their order, whichever row they are met in, so that languages keep
    theirs.
    """
    page = book.create_sheet(name)
    met = dict.fromkeys(column for row in rows for column in row)
    columns = list(dict.fromkeys([*(column for column in first if column in met), *met]))
    for line, row in enumerate([dict(zip(columns, columns, strict=True)), *rows], 1):
        for place, column in enumerate(columns, 1):
            if row.get(column):
                cell = page.cell(line, place)
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", row[column])
                cell.data_type = "s"  # A text that begins with = is a text.
