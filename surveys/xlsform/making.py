"""A row on its way to a question: what it says in which language, what of it was taken up, and what is told of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pyxform import aliases

from base.text import is_visible, readable
from surveys.xlsform.conditions import MadeQuestion
from surveys.xlsform.languages import Languages
from surveys.xlsform.notes import Note, sentence
from surveys.xlsform.sheets import Claims, Row, SheetCell

_ANSWER: Final = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
_LONGEST_TEXT: Final = 5000


@dataclass(slots=True)
class Making:
    """One row of the survey as it is made into a question: its claims and notes hold only where it is asked."""

    row: Row
    languages: Languages
    claims: Claims = field(default_factory=Claims)
    notes: list[Note] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the form calls it."""
        return self.row.text("name")

    def say(self, english: str, *, column: str | None = None, row: Row | None = None, **values: object) -> None:
        """Tell what was changed of a row, or of one of its cells."""
        where = row or self.row
        said = sentence(english, **values)
        self.notes.append(
            Note(where.number, name=where.text("name"), kind="changed", sentence=said, sheet=where.sheet, column=column)
        )

    def take(self, *path: str) -> str:
        """What stands in a column of the row; it is taken up."""
        return self.claims.take(self.row, *path)

    def texts(self, *path: str, row: Row | None = None) -> dict[str, str]:
        """A text in each of its languages; cells in languages that are not known are not taken up."""
        where = row or self.row
        found: dict[str, str] = {}
        # A column that names its language counts before one that does not.
        for cell in sorted(where.under(*path), key=lambda cell: len(cell.path) == len(path)):
            tag = self.languages.tag(cell, path)
            if not is_visible(cell.value):
                continue
            if tag is None or len(cell.path) > len(path) + 1 or found.get(tag, cell.value) != cell.value:
                continue
            self.claims.cell(where, cell)
            found[tag] = self._text(where, cell)
        return found

    def _text(self, where: Row, cell: SheetCell) -> str:
        text = readable(cell.value)
        if text != cell.value:
            self.say("Control characters were taken out of the text.", column=cell.column, row=where)
        if told := list(dict.fromkeys(_ANSWER.findall(text))):
            text = re.sub(r"\s+", " ", _ANSWER.sub("…", text)).strip()
            names = ", ".join(f"${{{name}}}" for name in told)
            self.say(
                "An answer cannot be shown in a text: {names} became …; write it anew.",
                column=cell.column,
                row=where,
                names=names,
            )
        if len(text) > _LONGEST_TEXT:
            text = text[: _LONGEST_TEXT - 1] + "…"
            self.say("The text was cut after {most} characters.", column=cell.column, row=where, most=_LONGEST_TEXT)
        return text

    def label(self, row: Row | None = None) -> dict[str, str]:
        """The label of the row (or of another); its name where it has none."""
        where = row or self.row
        found = self.texts("label", row=where)
        if not found:
            found = {self.languages.default: self.claims.take(where, "name")}
            self.say("It has no label; its name stands in.", row=where)
        return found

    def required(self, row: Row | None = None) -> bool:
        """Whether it must be answered."""
        where = row or self.row
        said = where.text("bind", "required")
        answer = aliases.yes_no.get(said, aliases.yes_no.get(said.lower()))
        if said and answer is None:
            column = next(where.under("bind", "required")).column
            self.say("When it is required cannot be carried over; it is optional.", column=column, row=where)
        self.claims.take(where, "bind", "required")
        return bool(answer)


@dataclass(frozen=True, slots=True)
class Made:
    """What a row became: questions (each with the condition of its own), its type, and what they were made of."""

    type: str
    questions: Sequence[tuple[dict[str, Any], dict[str, Any] | None]]
    options: Sequence[Mapping[str, str]] = ({},)
    """For each question the keys of its options, by their names in the form."""
    whole: bool = False
    """Whether answers are whole numbers."""

    def parts(self, keys: Sequence[str]) -> tuple[MadeQuestion, ...]:
        """What conditions can be about."""
        return tuple(MadeQuestion(key, options) for key, options in zip(keys, self.options, strict=True))
