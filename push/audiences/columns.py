"""The night's count as columns: for each trait a bit a row, so that every question is a few operations on bits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from push.audiences.criteria import LISTS, Criterion

Bits: TypeAlias = NDArray[np.uint8]
"""A bit a row, eight to a byte."""
KNOWN: Final = "known"
"""The trait of those of whom it is known: that they may be chosen by what they follow, their age."""
_KNOWN_BY: Final[Mapping[str, str]] = {"areas": "follows", "interests": "follows", "ages": "age"}


@dataclass(frozen=True, slots=True)
class Truth:
    """Of which rows an expression holds, and of which it does not; of the rest it is not known."""

    yes: Bits
    no: Bits


@dataclass(frozen=True)
class Columns:
    """So many rows, and which of them have each trait, by its name and value."""

    rows: int
    holders: Mapping[tuple[str, str], Bits]
    _lists: dict[tuple[str, tuple[str, ...]], Bits] = field(default_factory=dict)

    @cached_property
    def nobody(self) -> Bits:
        """No row."""
        return np.zeros(-(-self.rows // 8), np.uint8)

    @cached_property
    def everybody(self) -> Bits:
        """Every row."""
        return packed(np.ones(self.rows, np.bool_))

    def has(self, trait: str, value: object) -> Bits:
        """The rows that have a trait."""
        return self.holders.get((trait, str(value)), self.nobody)

    def of(self, trait: str, among: Bits) -> Iterator[tuple[str, int]]:
        """Each value of a trait that some of these rows have, and how many."""
        for (name, value), held in self.holders.items():
            if name == trait and (number := count(held & among)):
                yield value, number

    def truth(self, criterion: Criterion | None) -> Truth:
        """Of which rows a question holds (Kleene): None, which is everybody, holds of all."""
        if criterion is None:
            return Truth(self.everybody, self.nobody)
        if criterion.not_ is not None:
            inner = self.truth(criterion.not_)
            return Truth(inner.no, inner.yes)
        name, members = members_of(criterion)
        if name in ("all_", "any_"):
            parts = [self.truth(member) for member in members]
            yes, no = [part.yes for part in parts], [part.no for part in parts]
            if name == "all_":
                return Truth(np.bitwise_and.reduce(yes), np.bitwise_or.reduce(no))
            return Truth(np.bitwise_or.reduce(yes), np.bitwise_and.reduce(no))
        known = self.everybody if name not in _KNOWN_BY else self.has(KNOWN, _KNOWN_BY[name])
        has = self._any_of(name, members)
        return Truth(has & known, ~has & known)

    def _any_of(self, name: str, values: Sequence[object]) -> Bits:
        key = (name, tuple(map(str, values)))
        if key not in self._lists:
            self._lists[key] = np.bitwise_or.reduce([self.has(name, value) for value in values])
        return self._lists[key]


def packed(rows: NDArray[np.bool_]) -> Bits:
    """A bit a row."""
    return np.packbits(rows)


def count(rows: Bits) -> int:
    """How many rows these are."""
    return int(np.bitwise_count(rows).sum())


def members_of(criterion: Criterion) -> tuple[str, list[Any]]:
    """What an expression that is no `not` is made of: the name of its list, and what stands in it."""
    for name in (*LISTS, "all_", "any_"):
        members = getattr(criterion, name)
        if members is not None:
            return name, list(members)
    raise ValueError("an expression without anything")
