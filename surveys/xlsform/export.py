"""A survey becomes an XLSForm (xlsform.org), and what an XLSForm cannot say is listed row by row."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from surveys.forms.document import InArea, Interested, SurveyDocument, WasThere
from surveys.forms.types import Question, Words
from surveys.forms.types.form_sheets import FormRow
from surveys.forms.types.options import ImageOption
from surveys.forms.types.question import BaseQuestion
from surveys.xlsform.accounting import OURS
from surveys.xlsform.notes import Note, sentence
from surveys.xlsform.xpath import CannotSay, relevant

_NAMES = {
    "nb": "Norsk bokmål",
    "nn": "Norsk nynorsk",
    "en": "English",
    "se": "Davvisámegiella",
    "pl": "Polski",
    "uk": "Українська",
}


class _Writing:
    """The sheets as they are written: rows below a header, so that the first has the number 2."""

    def __init__(self, document: SurveyDocument) -> None:
        self.document = document
        self.survey: list[FormRow] = []
        self.choices: list[FormRow] = []
        self.notes: list[Note] = []
        self.asked: dict[str, BaseQuestion] = {}
        self.page_open = False

    def note(self, name: str, english: str, *, left_out: bool = False, **values: object) -> None:
        """Say of the row that comes next (or, left out, of no row) what it does not say."""
        row = None if left_out or not name else len(self.survey) + 2
        self.notes.append(Note(row, name, "left_out" if left_out else "changed", sentence(english, **values)))

    def text(self, column: str, given: Mapping[str, str] | None) -> FormRow:
        """A text in a column for each language."""
        return {_translated(column, tag): said for tag, said in (given or {}).items()}

    def options(self, listed: str, options: Sequence[Any]) -> None:
        for option in options:
            picture = {"media::image": option.image} if isinstance(option, ImageOption) else {}
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
    first = [
        "type",
        "list_name",
        "name",
        *(_translated(column, tag) for column in ("label", "hint") for tag in document.languages),
    ]
    _sheet(book, "survey", writing.survey, first)
    _sheet(book, "choices", writing.choices or [{"list_name": "", "name": ""}], first)
    _sheet(book, "settings", [settings])
    unsaid = [{"row": str(n.row or ""), "name": n.name, "what": n.in_language(languages)} for n in writing.notes]
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
    shown: FormRow = {}
    if question.show_if is not None:
        try:
            shown = {"relevant": relevant(question.show_if, writing.asked)}
        except CannotSay as reason:
            writing.note(
                question.key,
                "When it is shown cannot be said: {reason}. So it is not asked.",
                left_out=True,
                reason=reason.sentence,
            )
            return
    words = {**writing.text("label", question.label), **writing.text("hint", question.help)}
    if isinstance(question, Words):
        _write_words(writing, question, {**words, **shown})
        return
    row: FormRow = {"name": question.key, **words, **shown, **({"required": "yes"} if question.required else {})}
    question.write_xlsform(writing, row)
    writing.asked[question.key] = question


def _write_words(writing: _Writing, question: Words, words: FormRow) -> None:
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


def _sheet(book: Any, name: str, rows: Sequence[FormRow], first: Sequence[str] = ()) -> None:
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
