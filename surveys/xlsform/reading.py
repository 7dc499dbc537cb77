"""An XLSForm becomes a survey: every filled cell is in it, or told of with its row and column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pyxform import aliases
from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL

from base.findings import finding
from base.rows import failed
from surveys.forms.document import SurveyDocument
from surveys.xlsform.accounting import left_over
from surveys.xlsform.assembling import Placed, assemble
from surveys.xlsform.conditions import AskedRow, Condition, Earlier, condition, together
from surveys.xlsform.expressions import parse
from surveys.xlsform.keys import safe_key, unique
from surveys.xlsform.languages import languages_of
from surveys.xlsform.making import Made, Making
from surveys.xlsform.notes import LeftOut, NotAnXlsform, Note, NothingToImport, refusals, sentence
from surveys.xlsform.questions import heading, make, table
from surveys.xlsform.sheets import Claims, Row
from surveys.xlsform.workbooks import Workbook

_DEEPEST: Final = 60
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Imported:
    """The survey, as a draft to look through, and all that did not come along as it was."""

    document: SurveyDocument
    notes: Sequence[Note]


@dataclass(frozen=True, slots=True)
class Around:
    """The groups that a row lies in: when they are shown, and whether they cannot be carried over."""

    shown: tuple[Condition, ...] = ()
    lost: bool = False


def import_form(workbook: Workbook, default_language: str) -> Imported:
    """Make a survey of an XLSForm. Texts without a language are taken to be in the form's default language, or in
    `default_language` where it names none.

    Raises NothingToImport where no question is left, NotAnXlsform where there are more than a survey can have.
    """
    reading = _Reading(workbook, default_language)
    reading.walk(workbook.survey.rows)
    document, gone = assemble(reading.placed, reading.title(), reading.languages, default_language, reading.notes)
    reading.placed = [placed for placed in reading.placed if placed not in gone]
    reading.settle()
    left_over(workbook, reading.claims, reading.notes)
    if document is None:
        raise NothingToImport(refusals(_in_order(reading.notes)) or [finding("/survey", "The form asks nothing.")])
    return Imported(document, _in_order(reading.notes))


def _in_order(notes: Sequence[Note]) -> list[Note]:
    """Each note once, by sheet and row."""
    order = {"settings": 0, "survey": 1, "choices": 2}
    return sorted(dict.fromkeys(notes), key=lambda note: (order.get(note.sheet, 3), note.row or 0))


class _Reading:
    def __init__(self, workbook: Workbook, house: str) -> None:
        self.notes: list[Note] = []
        self.claims = Claims()
        self.settings = next(iter(workbook.settings.rows), None)
        named = self.claims.take(self.settings, "default_language") if self.settings else ""
        sheets = (workbook.survey, workbook.choices, workbook.settings)
        self.languages = languages_of(sheets, named, house, self.notes)
        self.lists: dict[str, list[Row]] = {}
        for row in workbook.choices.rows:
            if row.text("list name") and row.text("name"):
                self.lists.setdefault(row.text("list name"), []).append(row)
        self.earlier: Earlier = {}
        self.taken: set[str] = set()
        self.headed: set[str] = set()
        self.placed: list[Placed] = []

    def title(self) -> dict[str, str]:
        """The form's title in each of its languages, empty where it has none."""
        if self.settings is None:
            return {}
        making = Making(self.settings, self.languages, self.claims)
        found = making.texts("title")
        self.notes.extend(making.notes)
        return found

    def leave_out(self, row: Row, english: str, **values: object) -> None:
        """Tell that a whole row is left out."""
        self.notes.append(Note(row.number, row.text("name"), "left_out", sentence(english, **values), row.sheet))

    def walk(self, rows: Sequence[Row]) -> None:
        """Go through the rows in their order, into groups and out of them."""
        around = [Around()]
        tables: set[int] = set()
        for place, row in enumerate(rows):
            said = row.text("type")
            if aliases.yes_no.get(row.text("disabled").lower()):
                self.leave_out(row, "It is switched off in the form.")
            elif not said:
                self.leave_out(row, "It has no type, so it is no question.")
            elif said in aliases.settings_header:
                self.leave_out(row, "It is a setting, which belongs in the sheet settings.")
            elif found := RE_BEGIN_CONTROL.search(said):
                if len(around) > _DEEPEST:
                    raise NotAnXlsform("Its groups are nested more than {most} deep.", most=_DEEPEST)
                inside = list(_until_the_end(rows[place + 1 :]))
                around.append(self._begin(row, aliases.control[found["type"]], around[-1], inside, tables))
            elif RE_END_CONTROL.search(said):
                if len(around) > 1:
                    around.pop()
                self.claims.take(row, "type")
                if row.text("name") in self.headed:
                    self.claims.take(row, "name")
            elif row.number not in tables:
                self._alone(row, around[-1])

    def _begin(self, row: Row, control: str, around: Around, inside: Sequence[Row], tables: set[int]) -> Around:
        if around.lost:
            self.leave_out(row, "It lies in a group that cannot be carried over.")
            return Around((), True)
        if control != "group":
            self.leave_out(row, "A survey asks each question once; repeats cannot be carried over.")
            return Around((), True)
        try:
            shown = self._shown(row, around)
        except LeftOut as reason:
            said = "When the group is shown cannot be carried over, so nothing in it is asked: {reason}."
            self.leave_out(row, said, reason=reason.sentence)
            return Around((), True)
        making = Making(row, self.languages)
        made = None
        if "table-list" in row.text("control", "appearance").split():
            made = table(making, inside, self.lists)
        if made is not None:
            tables.update(child.number for child in inside)
            self._place(making, made, shown, around)
        else:
            making = Making(row, self.languages)
            if any(row.under("label")):
                self._place(making, heading(making), shown, around)
            else:
                self.claims.take(row, "type")
                self.claims.take(row, "bind", "relevant")
                if row.text("name"):
                    column = next(row.under("name")).column
                    making.say("The group has no label, so it makes no page of its own.", column=column)
                self.notes.extend(making.notes)
        return Around(tuple(shown))

    def _alone(self, row: Row, around: Around) -> None:
        """The questions of one row; none, and a note, where nobody foresaw what stands in it."""
        try:
            self._question(row, around)
        except NotAnXlsform:
            raise
        except Exception as error:
            failed("surveys.xlsform", error)
            self.leave_out(row, "This row cannot be read.")
            self.earlier[row.text("name")] = AskedRow(row.text("name"), "", ())

    def _question(self, row: Row, around: Around) -> None:
        if around.lost:
            self.leave_out(row, "It lies in a group that cannot be carried over.")
            self.earlier[row.text("name")] = AskedRow(row.text("name"), "", ())
            return
        making = Making(row, self.languages)
        try:
            shown = self._shown(row, around)
        except LeftOut as reason:
            said = "When it is shown cannot be carried over, so it is not asked: {reason}."
            self.leave_out(row, said, reason=reason.sentence)
            self.earlier[row.text("name")] = AskedRow(row.text("name"), "", ())
            return
        try:
            made = make(making, self.lists, self.earlier)
        except LeftOut as reason:
            self.notes.append(Note(row.number, row.text("name"), "left_out", reason.sentence))
            self.earlier[row.text("name")] = AskedRow(row.text("name"), "", ())
            return
        self._place(making, made, shown, around)

    def _shown(self, row: Row, around: Around) -> list[Condition]:
        """When a row is shown: the conditions of its groups, and its own. Raises CannotCarry."""
        said = row.text("bind", "relevant")
        own = [condition(parse(said), self.earlier)] if said else []
        return [*around.shown, *own]

    def _place(self, making: Making, made: Made, shown: Sequence[Condition], around: Around) -> None:
        """Give the questions of a row their keys and conditions, and put them into the survey."""
        making.take("bind", "relevant")
        keys = []
        questions = []
        for question, only_if in made.questions:
            key = unique(safe_key(question["key"]), self.taken)
            self.taken.add(key)
            keys.append(key)
            conditions = [*shown, *([only_if] if only_if else [])]
            when = {"show_if": together("all", conditions)} if conditions else {}
            questions.append({**question, "key": key, **when})
        name = making.row.text("name")
        if name and keys != [name]:
            became = ", ".join(keys[:_SHOWN]) + (", …" if len(keys) > _SHOWN else "")
            making.say("Its name became {key}.", column=next(making.row.under("name")).column, key=became)
        if made.type in ("section", "matrix"):
            self.headed.add(name)
        self.placed.extend(Placed(question, making) for question in questions)
        if made.type not in ("section", "info"):
            self.earlier[name] = AskedRow(name, made.type, made.parts(keys), whole=made.whole)

    def settle(self) -> None:
        """Take over what the questions that stay took up, and what is told of them."""
        for placed in self.placed:
            self.claims.cells |= placed.making.claims.cells
            self.notes.extend(placed.making.notes)


def _until_the_end(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows of a group, without those that open and close groups."""
    depth = 1
    for row in rows:
        said = row.text("type")
        depth += 1 if RE_BEGIN_CONTROL.search(said) else -1 if RE_END_CONTROL.search(said) else 0
        if not depth:
            return
        yield row


__all__ = ["Imported", "NotAnXlsform", "Note", "NothingToImport", "import_form"]
