"""How a survey's answers fall into groups: every question as one or more partitions of all who answered the survey."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, TypeAlias

from insights.counting.bands import Bands, bands_of
from surveys.forms.document import SurveyDocument
from surveys.forms.types import Answerable, Words
from surveys.forms.types.counting import CountedByFirst, CountedByOption, CountedByRow, CountedEachOption

Atom: TypeAlias = tuple[str, ...]
"""A group of people: (question, row, cell), or (question, row, cell, breakdown, group). The row is empty but for a
matrix; a cell that begins with ~ is none of the answers: `~` did not answer, `~x` answered without choosing x."""

MISSING = "~"


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition: everybody is in one of its cells or, where that can be, did not answer.

    shown: the cells whose counts are offered to readers (of several choices only the chosen ones).
    """

    question: str
    row: str
    cells: tuple[str, ...]
    shown: tuple[str, ...]
    can_miss: bool
    place: Callable[[Any], str]
    """Which cell an answer (never None) belongs to."""

    @property
    def all_cells(self) -> tuple[str, ...]:
        """The cells, and whoever did not answer."""
        return (*self.cells, MISSING) if self.can_miss else self.cells


@dataclass(frozen=True)
class Partitions:
    """The partitions of a survey and the questions that others are tabulated by."""

    document: SurveyDocument
    parts: tuple[Partition, ...]
    breakdowns: tuple[str, ...]
    bands: Mapping[str, Bands]

    def of(self, question: str) -> list[Partition]:
        """The partitions of one question."""
        return [part for part in self.parts if part.question == question]

    def asked(self) -> Iterator[Answerable]:
        """The questions, without headings."""
        for question in self.document.questions:
            if not isinstance(question, Words):
                yield question

    def atom(self, part: Partition, cell: str, by: str, group: str) -> Atom:
        """Those in a cell of a partition and in a group of a breakdown. Of two breakdowns the one that the
        questionnaire asks first stands first, so that each such group of people has one name.
        """
        first, second = self._at.get(part.question), self._at[by]
        if first is not None and first > second:
            return (by, "", group, part.question, cell)
        return (part.question, part.row, cell, by, group)

    @cached_property
    def _at(self) -> Mapping[str, int]:
        return {key: place for place, key in enumerate(self.breakdowns)}


def partitions_of(document: SurveyDocument) -> Partitions:
    """The frame of a survey; from the document alone, so that the choice of cells tells nothing of the answers."""
    parts: list[Partition] = []
    breakdowns: list[str] = []
    bands: dict[str, Bands] = {}
    for question in document.questions:
        if isinstance(question, Words):
            continue
        counted = question.counted()
        if isinstance(counted, CountedByOption) and counted.breakdown:
            breakdowns.append(question.key)
        found = bands_of(counted)
        if found is not None:
            bands[question.key] = found
        parts.extend(_parts(question, found))
    return Partitions(document, tuple(parts), tuple(breakdowns), bands)


def option_of(question: Answerable, chosen: object) -> str:
    """The option that a choice names; words of one's own belong to the option that asked for them."""
    if isinstance(chosen, dict):
        return str(next(o.key for o in getattr(question, "options", ()) if getattr(o, "other", False)))
    return str(chosen)


def _parts(question: Answerable, bands: Bands | None) -> Iterator[Partition]:
    can_miss = not question.required or question.show_if is not None

    def part(
        cells: tuple[str, ...], place: Callable[[Any], str], row: str = "", shown: tuple[str, ...] | None = None
    ) -> Partition:
        return Partition(
            question=question.key,
            row=row,
            cells=cells,
            shown=cells if shown is None else shown,
            can_miss=can_miss,
            place=place,
        )

    match question.counted():
        case CountedByOption(options):
            yield part(tuple(o.key for o in options), lambda answer: option_of(question, answer))
        case CountedByFirst(options):
            yield part(tuple(o.key for o in options), lambda answer: str(answer[0]))
        case CountedEachOption(options):
            for option in options:
                yield _chosen_or_not(question, option.key, can_miss)
        case CountedByRow(rows, columns):
            for row in rows:
                yield part(tuple(column.key for column in columns), partial(_column, row.key), row.key)
        case _ if bands is not None:
            yield part(tuple(band.key for band in bands.bands), bands.place)
        case _:
            yield part(("~answered",), lambda _: "~answered", shown=())


def _column(row: str, answer: Mapping[str, str]) -> str:
    return answer.get(row, MISSING)


def _chosen_or_not(question: Answerable, option: str, can_miss: bool) -> Partition:
    def place(answer: list[Any]) -> str:
        return option if any(option_of(question, chosen) == option for chosen in answer) else f"~{option}"

    return Partition(
        question=question.key,
        row="",
        cells=(option, f"~{option}"),
        shown=(option,),
        can_miss=can_miss,
        place=place,
    )
