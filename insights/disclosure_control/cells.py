"""Tables of people, and what is known of two of them that overlap."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

State: TypeAlias = tuple[str, ...]
"""A cell of a table: the group in each of its breakdowns, then its own places."""
Entry: TypeAlias = tuple["Table", State]


@dataclass(eq=False, slots=True)
class Table:
    """One table. name: how its entries begin where answers are counted. by: its breakdowns, in the survey's order.

    cells: those that somebody can be in.
    """

    name: tuple[str, ...]
    by: tuple[str, ...]
    cells: dict[State, None] = field(repr=False)

    def questions(self) -> frozenset[str]:
        """The questions that it is about, breakdowns apart."""
        return frozenset(self.name[1].split("+")) if len(self.name) > 1 else frozenset()

    def own(self, state: State) -> State:
        """A cell without its breakdowns."""
        return state[len(self.by) :]

    def group(self, state: State, breakdown: str) -> str:
        """The group of a breakdown that a cell lies in."""
        return state[self.by.index(breakdown)]

    def groups(self, state: State, breakdowns: Iterable[str]) -> State:
        """The groups of some of its breakdowns that a cell lies in."""
        return tuple(self.group(state, key) for key in breakdowns)


Key: TypeAlias = Callable[[Table, State], State | None]
"""Where a cell lies in what two tables share; None where it has no part in it."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Where two tables overlap: cells with the same key hold the same people."""

    one: Table
    one_key: Key
    other: Table
    other_key: Key

    def sides(self) -> Iterator[tuple[list[Entry], list[Entry]]]:
        """For each key, the cells of the one and of the other table."""
        found: dict[State, tuple[list[Entry], list[Entry]]] = {}
        for place, (table, key) in enumerate(((self.one, self.one_key), (self.other, self.other_key))):
            for state in table.cells:
                where = key(table, state)
                if where is not None:
                    found.setdefault(where, ([], []))[place].append((table, state))
        yield from found.values()

    def prune(self) -> bool:
        """Take out cells that nobody can be in since the other table has none for them; whether there were any."""
        one = {None, *(self.one_key(self.one, state) for state in self.one.cells)}
        other = {None, *(self.other_key(self.other, state) for state in self.other.cells)}
        changed = False
        for table, key, there in ((self.one, self.one_key, other), (self.other, self.other_key, one)):
            for state in [state for state in table.cells if key(table, state) not in there]:
                del table.cells[state]
                changed = True
        return changed


@dataclass(frozen=True, slots=True)
class Bound:
    """A sum that is never below zero: of cells that count, less cells times a number."""

    plus: tuple[tuple[Entry, int], ...]


class Aliases:
    """Cells that hold the same people in two tables are one cell."""

    def __init__(self, ties: Iterable[Tie]) -> None:
        self._of: dict[tuple[int, tuple[str, ...]], Entry] = {}
        for tie in ties:
            for one, other in tie.sides():
                if len(one) == len(other) == 1:
                    first, second = self(one[0]), self(other[0])
                    if first != second:
                        self._of[id(second[0]), second[1]] = first

    def __call__(self, entry: Entry) -> Entry:
        """The one cell that stands for all that hold the same people."""
        while (further := self._of.get((id(entry[0]), entry[1]))) is not None:
            entry = further
        return entry
