"""What became of the rows and cells of a workbook, told so that whoever sent it finds the place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from base.errors import Invalid
from base.findings import Finding, finding
from base.translation import Sentence

Kind = Literal["changed", "left_out"]
Sheet = Literal["survey", "choices", "settings"] | str


@dataclass(frozen=True, slots=True)
class Note:
    """What became of a row (as the sheet counts them, the header being row 1), or of one of its cells.

    `column` is the header as it stands in the sheet, or the column's letter where it has none; None is the whole row.
    """

    row: int | None
    name: str
    kind: Kind
    sentence: Sentence
    sheet: Sheet = "survey"
    column: str | None = None

    @property
    def detail(self) -> str:
        """The sentence in English."""
        return str(self.sentence)

    def in_language(self, languages: Sequence[str]) -> str:
        """The sentence in the first of these languages that the house speaks."""
        return self.sentence.in_language(languages)


def sentence(english: str, **values: object) -> Sentence:
    """A sentence of base/locale with its values."""
    return Sentence(english, tuple(values.items()))


class LeftOut(Exception):
    """The row cannot be carried over; the sentence says why."""

    def __init__(self, english: str, **values: object) -> None:
        self.sentence = sentence(english, **values)
        super().__init__(str(self.sentence))


class NotAnXlsform(Invalid):
    """This is not a workbook that a survey can be made from."""

    def __init__(self, english: str, pointer: str = "", **values: object) -> None:
        super().__init__([finding(pointer, english, **values)])


class NothingToImport(Invalid):
    """No question of the form could be carried over."""


def refusals(notes: Sequence[Note], most: int = 50) -> list[Finding]:
    """Notes as what is wrong with a form of which nothing is left."""
    return [
        finding(f"/{n.sheet}/{n.row}" if n.row else f"/{n.sheet}", "{name}: {detail}", name=n.name, detail=n.sentence)
        for n in notes
        if n.kind == "left_out"
    ][:most]
