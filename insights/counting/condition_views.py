"""What conditions can tell of the answers to one question, and which of its cells go with it.

Conditions see of an answer whether there is one and, for each thing that is asked about it anywhere in the survey,
whether that holds. Two answers that no condition tells apart are seen alike.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, combinations, pairwise
from typing import Any, TypeAlias

from insights.counting.bands import Bands
from insights.counting.partitions import MISSING, Partition, Partitions
from surveys.forms.conditions import Condition, holds
from surveys.forms.types import Answerable
from surveys.forms.types.counting import (
    CountedAsAnswered,
    CountedByFirst,
    CountedByMonth,
    CountedByOption,
    CountedByRow,
    CountedEachOption,
    CountedInBands,
    CountedSteps,
)

Seen: TypeAlias = str
"""`1` or `0` for answered or not, then `1` or `0` for each condition about the question."""

UNANSWERED = ""
"""The pattern of those who did not answer."""
MOST_GROUPS = 7
"""Of how many groups of options conditions may ask, in one question."""
_FARTHEST = 10.0**12
_ANYTHING = ""
"""Stands for all answers of which nothing is counted but that they are there."""


class TooManyViews(Exception):
    """Conditions tell more answers to a question apart than are looked at."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """How somebody chose several options, as conditions see it.

    chosen: what all of them chose. groups: at least one option of each. free: options that no condition asks about.
    least, most: how many options of the groups and the free ones together.
    """

    key: str
    seen: Seen
    chosen: frozenset[str]
    groups: tuple[tuple[str, ...], ...]
    free: tuple[str, ...]
    least: int
    most: int

    @property
    def open(self) -> tuple[str, ...]:
        """The options that some of them may have chosen, and others not."""
        return (*chain.from_iterable(self.groups), *self.free)


@dataclass(frozen=True, slots=True)
class View:
    """One question as conditions see it.

    pairs: for each partition (by row), what can be seen together with which cell. patterns: of several choices.
    """

    question: Answerable
    leaves: tuple[Condition, ...]
    pairs: Mapping[str, frozenset[tuple[Seen, str]]]
    patterns: tuple[Pattern, ...]
    seen: tuple[Seen, ...]

    def see(self, answer: Any) -> Seen:
        """What conditions see of an answer as the box keeps it; of None, that there is none."""
        return _see(self.question, self.leaves, answer)

    def pattern(self, answer: Sequence[Any] | None) -> str:
        """The key of the pattern that several choices follow."""
        counted = self.question.counted()
        assert isinstance(counted, CountedEachOption)
        return UNANSWERED if answer is None else _pattern_key(_groups(counted, self.leaves), self.chosen(answer))

    def chosen(self, answer: Sequence[Any]) -> frozenset[str]:
        """The options of several choices, words of one's own under their option."""
        return frozenset(map(str, self.question.chosen(answer)))

    def truth(self, leaf: Condition, seen: Seen) -> bool:
        """Whether one of the conditions holds of what is seen."""
        return seen[1 + self.leaves.index(leaf)] == "1"


def views(partitions: Partitions) -> dict[str, View]:
    """How conditions see each question; a question of which they tell too many answers apart is not there."""
    leaves: dict[str, list[Condition]] = {}
    for question in partitions.asked():
        for _, leaf in question.show_if.leaves() if question.show_if is not None else ():
            known = leaves.setdefault(leaf.question or "", [])
            if leaf not in known:
                known.append(leaf)
    found: dict[str, View] = {}
    for question in partitions.asked():
        try:
            found[question.key] = _view(partitions, question, tuple(leaves.get(question.key, ())))
        except TooManyViews:
            continue
    return found


def _view(partitions: Partitions, question: Answerable, leaves: tuple[Condition, ...]) -> View:
    parts = partitions.of(question.key)
    can_miss = parts[0].can_miss
    absent = (_see(question, leaves, None), MISSING)
    patterns: tuple[Pattern, ...] = ()
    counted = question.counted()
    if isinstance(counted, CountedEachOption):
        patterns = tuple(_patterns(question, counted, leaves))
        pairs = {"": frozenset((pattern.seen, pattern.key) for pattern in patterns)}
    elif isinstance(counted, CountedByRow):
        pairs = {part.row: frozenset(_in_row(question, leaves, part, rows=len(counted.rows))) for part in parts}
    else:
        samples = _samples(question, leaves, partitions.bands.get(question.key))
        (part,) = parts
        pairs = {"": frozenset((_see(question, leaves, answer), part.place(answer)) for answer in samples)}
    if can_miss:
        gone = (absent[0], UNANSWERED if patterns else MISSING)
        pairs = {row: found | {gone} for row, found in pairs.items()}
    seen = dict.fromkeys(seen for found in pairs.values() for seen, _ in sorted(found))
    return View(question, leaves, pairs, patterns, tuple(sorted(seen)))


def _see(question: Answerable, leaves: Iterable[Condition], answer: Any) -> Seen:
    chosen = {} if answer is None else {question.key: question.chosen(answer)}
    return "".join("1" if one else "0" for one in (answer is not None, *(holds(leaf, chosen) for leaf in leaves)))


def _in_row(
    question: Answerable, leaves: tuple[Condition, ...], part: Partition, *, rows: int
) -> Iterator[tuple[Seen, str]]:
    answered = _see(question, leaves, {part.row: part.cells[0]})
    yield from ((answered, column) for column in part.cells)
    if not question.required and rows > 1:
        yield answered, MISSING


def _operands(leaves: Iterable[Condition]) -> list[Any]:
    found: list[Any] = []
    for leaf in leaves:
        operand = leaf.operand(leaf.operator)
        if leaf.operator != "answered":
            found.extend(operand if isinstance(operand, list) else [operand])
    return found


def _samples(question: Answerable, leaves: tuple[Condition, ...], bands: Bands | None) -> Iterable[Any]:
    """Answers that stand for all: for each cell with each thing that conditions can see, one at least."""
    counted = question.counted()
    match counted:
        case CountedByOption(options):
            return [option.key for option in options]
        case CountedSteps(steps):
            return steps
        case CountedInBands():
            return _numbers(counted, [float(value) for value in _operands(leaves)], bands)
        case CountedByMonth():
            return _days(counted, [date.fromisoformat(str(value)) for value in _operands(leaves)], bands)
        case CountedByFirst():
            return _rankings(counted, leaves)
        case CountedAsAnswered():
            return [_ANYTHING]
        case CountedEachOption() | CountedByRow():
            raise AssertionError("several choices follow patterns, and the rows of a table are seen one by one")


def _numbers(numbers: CountedInBands, named: list[float], bands: Bands | None) -> Iterator[float]:
    low = -_FARTHEST if numbers.low is None else numbers.low
    high = _FARTHEST if numbers.high is None else numbers.high
    starts = [band.low for band in bands.bands if band.low is not None] if bands is not None else []
    marks = sorted({low, high, *(value for value in (*named, *starts) if low <= value <= high)})
    if numbers.whole:
        around = {whole for mark in marks for whole in range(math.floor(mark) - 1, math.ceil(mark) + 2)}
        yield from (whole for whole in sorted(around) if low <= whole <= high)
    else:
        yield from marks
        yield from ((a + b) / 2 for a, b in pairwise(marks))


def _days(days: CountedByMonth, named: list[date], bands: Bands | None) -> Iterator[str]:
    low, high = days.low or date.min, days.high or date.max
    marks = {low, high, *named}
    for band in bands.bands if bands is not None else ():
        year, _, month = band.key.partition("-")
        marks.add(date(int(year), int(month or 1), 1))
    near = {mark.toordinal() + step for mark in marks for step in (-1, 0, 1)}
    yield from (date.fromordinal(day).isoformat() for day in sorted(near) if low.toordinal() <= day <= high.toordinal())


def _rankings(counted: CountedByFirst, leaves: tuple[Condition, ...]) -> Iterator[list[str]]:
    keys = [option.key for option in counted.options]
    top = counted.ranked
    groups, free = _alike(_sets(leaves), keys)
    for first in keys:
        own = [group for group in groups if first in group]
        others = [group for group in groups if first not in group]
        for some in _some(others):
            ranked = [first, *(group[0] for group in some)]
            rest = [key for key in chain(free, *own, *some) if key not in ranked]
            if len(ranked) <= top <= len(ranked) + len(rest):
                yield [*ranked, *rest[: top - len(ranked)]]


def _sets(leaves: Iterable[Condition]) -> list[set[str]]:
    """The options that each condition asks for."""
    return [{str(value) for value in _operands([leaf])} for leaf in leaves if leaf.operator != "answered"]


def _alike(sets: Sequence[set[str]], keys: Sequence[str]) -> tuple[list[tuple[str, ...]], list[str]]:
    """Options gathered by which of the sets they are in, and those that are in none. Raises TooManyWays."""
    found: dict[tuple[bool, ...], list[str]] = {}
    for key in keys:
        found.setdefault(tuple(key in one for one in sets), []).append(key)
    free = next((found.pop(which) for which in list(found) if not any(which)), [])
    if len(found) > MOST_GROUPS:
        raise TooManyViews
    return [tuple(group) for group in found.values()], free


def _some(groups: Sequence[tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], ...]]:
    return chain.from_iterable(combinations(groups, size) for size in range(len(groups) + 1))


def _groups(counted: CountedEachOption, leaves: tuple[Condition, ...]) -> list[tuple[str, ...]]:
    """The options of several choices as conditions tell them apart; each that stands alone by itself."""
    keys = [option.key for option in counted.options]
    groups, _ = _alike(_sets(leaves), [key for key in keys if key not in counted.alone])
    return [*groups, *((key,) for key in keys if key in counted.alone)]


def _pattern_key(groups: Sequence[tuple[str, ...]], chosen: frozenset[str]) -> str:
    return "p" + ".".join(str(place) for place, group in enumerate(groups) if not chosen.isdisjoint(group))


def _patterns(question: Answerable, counted: CountedEachOption, leaves: tuple[Condition, ...]) -> Iterator[Pattern]:
    every = _groups(counted, leaves)
    alone, largest = counted.alone, counted.most
    groups = [group for group in every if alone.isdisjoint(group)]
    asked = frozenset(chain.from_iterable(every))
    free = tuple(option.key for option in counted.options if option.key not in asked)
    for key in sorted(alone):
        yield Pattern(
            key=_pattern_key(every, frozenset({key})),
            seen=_see(question, leaves, [key]),
            chosen=frozenset({key}),
            groups=(),
            free=(),
            least=0,
            most=0,
        )
    for some in _some(groups):
        sure = frozenset(group[0] for group in some if len(group) == 1)
        wide = tuple(group for group in some if len(group) > 1)
        rest = free if len(some) < largest else ()
        room = sum(map(len, wide)) + len(rest)
        least, most = max(counted.least - len(sure), len(wide), 0), min(largest - len(sure), room)
        if len(some) > largest or least > most or not (some or rest):
            continue
        example = [group[0] for group in some] or [rest[0]]
        seen = _see(question, leaves, example)
        if least == room:  # All of them, by everybody.
            sure, wide, rest, least, most = sure.union(chain.from_iterable(wide), rest), (), (), 0, 0
        yield Pattern(
            key=_pattern_key(every, frozenset(example)),
            seen=seen,
            chosen=sure,
            groups=wide,
            free=rest,
            least=least,
            most=most,
        )
