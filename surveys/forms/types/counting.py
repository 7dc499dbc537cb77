"""How the answers to a question are counted: what each type declares, and results are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeAlias


class Labelled(Protocol):
    """An option, a row or a column."""

    @property
    def key(self) -> str:
        """How answers call it."""

    @property
    def label(self) -> Mapping[str, str]:
        """How people read it, by language."""


@dataclass(frozen=True, slots=True)
class CountedByOption:
    """An answer is one of the options. `breakdown`: others can be tabulated by it."""

    options: Sequence[Labelled]
    breakdown: bool = False


@dataclass(frozen=True, slots=True)
class CountedByFirst:
    """An answer is a list of options, counted by the first; `ranked` is how many stand in it."""

    options: Sequence[Labelled]
    ranked: int


@dataclass(frozen=True, slots=True)
class CountedEachOption:
    """An answer is a set of options, each counted for itself: those that stand `alone`, or others from `least` to
    `most`.
    """

    options: Sequence[Labelled]
    alone: frozenset[str]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class CountedByRow:
    """An answer is a column for each row."""

    rows: Sequence[Labelled]
    columns: Sequence[Labelled]


@dataclass(frozen=True, slots=True)
class CountedSteps:
    """An answer is one of these whole numbers, evenly apart: counted in bands where there are many."""

    steps: range


@dataclass(frozen=True, slots=True)
class CountedInBands:
    """An answer is a number, whole or not, from `low` to `high` (None: without that bound)."""

    low: float | None
    high: float | None
    whole: bool


@dataclass(frozen=True, slots=True)
class CountedByMonth:
    """An answer is a day; counted by month or year where both bounds are known, else as answered alone."""

    low: date | None
    high: date | None


@dataclass(frozen=True, slots=True)
class CountedAsAnswered:
    """That there is an answer is all that is counted of it."""


Counted: TypeAlias = (
    CountedByOption
    | CountedByFirst
    | CountedEachOption
    | CountedByRow
    | CountedSteps
    | CountedInBands
    | CountedByMonth
    | CountedAsAnswered
)


def value_labels(counted: Counted) -> Sequence[Labelled]:
    """What staff named among its values; none of numbers and days, which speak for themselves."""
    match counted:
        case CountedByOption() | CountedByFirst() | CountedEachOption():
            return counted.options
        case CountedByRow():
            return counted.columns
        case _:
            return ()
