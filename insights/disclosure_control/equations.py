"""What a reader of a published table can write down: sums of groups of people, each with its published value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Sum: TypeAlias = Mapping[int, int]
"""A linear form over atoms: atom index → whole coefficient."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A number that could be published: a sum of atoms. Stage 0 is judged before stage 1."""

    sum: Sum
    stage: int = 0
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class System:
    """Disjoint groups of people (atoms), what is known of them anyway, and what could be published.

    values: the true size of each atom, never negative.
    watched: atoms that nobody may find out (a small group, or one that is empty and whose emptiness tells something).
    known: sums whose value the reader has whatever is decided here (the total, the questionnaire's own logic, earlier
    releases).
    offers: candidates, not yet published.
    """

    values: Sequence[int]
    watched: frozenset[int]
    known: Sequence[Sum] = ()
    offers: Sequence[Offer] = field(default=())

    def value(self, form: Sum) -> int:
        """The true value of a sum."""
        return sum(coefficient * self.values[atom] for atom, coefficient in form.items())


@dataclass(frozen=True, slots=True)
class LinkedSums:
    """Atoms that hang together through sums, the sums among them, and where these stood in the list."""

    atoms: tuple[int, ...]
    forms: tuple[Sum, ...]
    places: tuple[int, ...]


def settle(forms: Iterable[Sum], values: Sequence[int]) -> tuple[list[Sum], set[int]]:
    """Take out every atom that a sum alone gives away, until nothing more follows.

    Returns what remains of each sum, and the atoms found out on the way. (Elimination of more than one sum at a time
    is `linear_span.py`'s.)
    """
    remaining = [dict(form) for form in forms if form]
    fixed: set[int] = set()
    holders: dict[int, list[int]] = {}
    for number, form in enumerate(remaining):
        for atom in form:
            holders.setdefault(atom, []).append(number)
    queue = [number for number, form in enumerate(remaining) if len(form) == 1]
    while queue:
        form = remaining[queue.pop()]
        if len(form) != 1:
            continue
        (atom,) = form
        fixed.add(atom)
        for number in holders[atom]:
            if remaining[number].pop(atom, 0) and len(remaining[number]) == 1:
                queue.append(number)
    return list(remaining), fixed


def components(forms: Iterable[Sum]) -> list[LinkedSums]:
    """Part sums into sets that share no atom; empty ones belong to none."""
    parent: dict[int, int] = {}

    def root(atom: int) -> int:
        parent.setdefault(atom, atom)
        while parent[atom] != atom:
            parent[atom] = parent[parent[atom]]
            atom = parent[atom]
        return atom

    listed = [(place, form) for place, form in enumerate(forms) if form]
    for _, form in listed:
        first, *others = form
        for other in others:
            parent[root(other)] = root(first)
    members: dict[int, list[tuple[int, Sum]]] = {}
    for place, form in listed:
        members.setdefault(root(next(iter(form))), []).append((place, form))
    return [
        LinkedSums(
            tuple(sorted({atom for _, form in group for atom in form})),
            tuple(form for _, form in group),
            tuple(place for place, _ in group),
        )
        for group in members.values()
    ]
