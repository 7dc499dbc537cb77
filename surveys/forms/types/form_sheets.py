"""The sheets of an XLSForm (xlsform.org) as a question writes itself into them, and reads itself from them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

FormRow = dict[str, str]
"""A row by the names of its columns."""


class FormSheets(Protocol):
    """The sheets as they are written, and what they do not say."""

    survey: list[FormRow]

    def note(self, name: str, english: str, *, left_out: bool = False, **values: object) -> None:
        """Say what the row that comes next (or, left out, no row) does not say of a question."""

    def text(self, column: str, given: Mapping[str, str] | None) -> FormRow:
        """A text in a column for each language."""

    def options(self, listed: str, options: Sequence[Any]) -> None:
        """Write a list of options."""


class FormCells(Protocol):
    """A row as a question is read from it; what is asked for here is taken up, the rest is told of."""

    @property
    def answers(self) -> str:
        """What is answered: `range`, `select_one`, `select_multiple`, `rank`, or what pyxform binds the row's
        type to (`string`, `int`, `decimal`, `date`, `geopoint`).
        """

    @property
    def pictures(self) -> bool:
        """Whether all options to choose among have pictures."""

    def looks(self, *known: str) -> set[str]:
        """Those of the looks (`appearance`) that mean something here."""

    def parameters(self, *known: str) -> Mapping[str, str]:
        """The parameters by their names."""

    def bounds(self) -> tuple[float, float, float]:
        """The least, the most and the step of a range."""

    def say_of_parameters(self, english: str, **values: Any) -> None:
        """Tell what the parameters say and the question does not."""


def form_number(value: float | None) -> str | None:
    """A number as XPath writes it."""
    return None if value is None else repr(int(value)) if value == int(value) else f"{value:f}".rstrip("0")


def between(what: str, low: str | None, high: str | None) -> FormRow:
    """A constraint with a least and a most; nothing where there are none."""
    parts = [f"{what} >= {low}" if low is not None else "", f"{what} <= {high}" if high is not None else ""]
    said = " and ".join(part for part in parts if part)
    return {"constraint": said} if said else {}
