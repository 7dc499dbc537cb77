"""The simplest question that finds nearly the same rows as the one that was asked: what is answered instead of it.

Pure. What is left out of an expression without changing for k rows whether it holds is left out: so two questions that
differ by few have one answer. It is counted in the night's table, never among residents, and all that is left out
together changes fewer than k.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from push.audiences.criteria import LISTS, Criterion
from push.audiences.normal_form import canonical_text

Flags = NDArray[np.bool_]
MOST_VALUES: Final = 64
"""So many values of a list are looked at one by one, the rarest first."""


@dataclass(frozen=True, slots=True)
class TraitGroup:
    """Rows of the table that the question cannot tell apart, and how many they are.

    `traits` are, by the name of a criterion's list, the values that they have; `known` are the lists of which it is
    known what they have.
    """

    traits: Mapping[str, frozenset[UUID | str]]
    known: frozenset[str]
    number: int


@dataclass(frozen=True, slots=True)
class _Truth:
    """Of which groups an expression holds, and of which it does not; of the rest it is not known."""

    yes: Flags
    no: Flags


def simplified(asked: Criterion, groups: Sequence[TraitGroup], k: int) -> Criterion:
    """The question without what changes fewer than k rows, outermost parts first, of equals the smallest first."""
    return _Simplifier(asked, groups, k).simplest()


class _Simplifier:
    def __init__(self, asked: Criterion, groups: Sequence[TraitGroup], k: int) -> None:
        self.asked, self.k = asked, k
        self.groups = groups
        self.numbers = np.array([group.number for group in groups], np.int64)
        self.known = {name: np.array([name in group.known for group in groups], np.bool_) for name in LISTS}
        self.having: dict[tuple[str, Any], Flags] = {}
        self.whole = self._held(asked).yes

    def simplest(self) -> Criterion:
        """See `simplest`."""
        return self._less(self.asked, lambda changed: changed)

    def _less(self, part: Criterion, within: Callable[[Criterion], Criterion]) -> Criterion:
        """A part of the question with less in it; `within` gives the whole question with another in its place."""
        if part.not_ is not None:
            inner = self._less(part.not_, lambda changed: within(Criterion.model_construct(not_=changed)))
            return Criterion.model_construct(not_=inner)
        name, members = _members(part)
        tried = sorted(members, key=lambda one: (self._size(name, one), _key(one)))
        if name not in ("all_", "any_"):
            tried = tried[:MOST_VALUES]
        for one in tried:
            fewer = [each for each in members if each is not one]
            if fewer and self._apart(within(_made(name, fewer))) < self.k:
                members = fewer
        if name not in ("all_", "any_"):
            return _made(name, members)
        if len(members) == 1:
            return self._less(members[0], within)
        for place in range(len(members)):
            around = list(members)

            def with_it(changed: Criterion, place: int = place, around: list[Any] = around) -> Criterion:
                return within(_made(name, [*around[:place], changed, *around[place + 1 :]]))

            members[place] = self._less(members[place], with_it)
        return _made(name, members)

    def _apart(self, other: Criterion) -> int:
        """How many rows one of the two questions finds and the other does not."""
        return int(self.numbers[self.whole != self._held(other).yes].sum())

    def _size(self, name: str, member: Any) -> int:
        held = self._held(member).yes if name in ("all_", "any_") else self._has(name, member)
        return int(self.numbers[held].sum())

    def _held(self, criterion: Criterion) -> _Truth:
        if criterion.not_ is not None:
            inner = self._held(criterion.not_)
            return _Truth(inner.no, inner.yes)
        name, members = _members(criterion)
        if name in ("all_", "any_"):
            parts = [self._held(member) for member in members]
            yes, no = [part.yes for part in parts], [part.no for part in parts]
            if name == "all_":
                return _Truth(np.logical_and.reduce(yes), np.logical_or.reduce(no))
            return _Truth(np.logical_or.reduce(yes), np.logical_and.reduce(no))
        known = self.known[name]
        has: Flags = np.logical_or.reduce([self._has(name, value) for value in members])
        return _Truth(has & known, ~has & known)

    def _has(self, name: str, value: Any) -> Flags:
        if (name, value) not in self.having:
            self.having[name, value] = np.array([value in group.traits[name] for group in self.groups], np.bool_)
        return self.having[name, value]


def _members(criterion: Criterion) -> tuple[str, list[Any]]:
    for name in (*LISTS, "all_", "any_"):
        members = getattr(criterion, name)
        if members is not None:
            return name, list(members)
    raise ValueError("an expression without anything")


def _made(name: str, members: list[Any]) -> Criterion:
    said: dict[str, Any] = {name: members}
    return Criterion.model_construct(**said)


def _key(member: Any) -> str:
    return canonical_text(member) if isinstance(member, Criterion) else str(member)
