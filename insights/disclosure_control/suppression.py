"""Making a table fit to be shown: small groups are left out, and as many others that none of them can be worked out.

What is promised of all releases of a survey together: nobody who adds, subtracts and compares their numbers, and knows
the questionnaire, can find the size of a group of fewer than k people, nor narrow it down to fewer than k in all.
An empty group counts as a small one: that nobody gave an answer says something of everybody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from base.minted import SEAL, Minted
from insights.counting.partitions import Atom
from insights.counting.structure import Structure, structure_of
from insights.counting.tabulation import Tally
from insights.disclosure_control.intruder_knowledge import (
    Contradicted,
    Figure,
    Layer,
    crossed,
    figures,
    intruder_knowledge,
)
from insights.disclosure_control.protection import CannotProtect, protect
from insights.disclosure_control.release_content import content_of


class TooFewNew(Exception):
    """Fewer than k answers are new since the last release: two releases would give them away."""


@dataclass(frozen=True, slots=True)
class Published(Minted):
    """A table in which nobody can be found; everything that shows numbers asks for one.

    `content` is JSON; what is left out is null in it.
    """

    minted_by = "suppression"
    instead = "keep its content, and thaw that"

    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Issued:
    """What an earlier release counted, and the figures that stood in it."""

    tally: Tally
    figures: frozenset[Figure]


def suppress(structure: Structure, tally: Tally, k: int, earlier: Sequence[Issued] = ()) -> tuple[Published, Issued]:
    """The table of a survey that may be shown beside all its earlier ones (oldest first), and what to remember of it.

    k: the smallest group that may be shown, at least 2. Raises TooFewNew, and CannotProtect where what was published
    earlier leaves no safe table.
    """
    if k < 2:
        raise ValueError("a group of one is always a person")
    layers, before = [], Tally(0, {}, {})
    for issued in earlier:
        since = issued.tally.since(before)
        layers.append(Layer(since.answers, since.entries, issued.figures))
        before = issued.tally
    new = tally.since(before)
    if new.answers < k:
        raise TooFewNew
    layers.append(Layer(new.answers, new.entries))
    try:
        problem = intruder_knowledge(structure, layers, k, set(_of_one_mind(structure, tally, k)))
    except Contradicted as found:
        return suppress(_without(structure, found.questions, earlier), tally, k, earlier)
    shown = frozenset(problem.offers[number].key for number in protect(problem, k))
    before_too = [figure for issued in earlier for figure in issued.figures]
    crossings = crossed(structure, tally.answers, len(layers), k, before_too)
    values = {
        figure: sum(tally.counts.get(atom, 0) for atom in form)
        for figure, form in figures(structure, crossings)
        if figure in shown
    }
    content = content_of(structure, tally, k, values)
    return Published(content, seal=SEAL), Issued(tally, shown)


def _without(structure: Structure, contradicted: frozenset[str], earlier: Sequence[Issued]) -> Structure:
    """The same with questions withheld whose answers are not what the questionnaire allows: taken under other rules.

    Raises CannotProtect where that would leave out what an earlier release told.
    """
    smaller = structure_of(structure.partitions.document, structure.withheld | contradicted)
    before = {key for issued in earlier for figure in issued.figures for key in (figure[1], figure[-2])}
    if not contradicted or smaller.breakdowns != structure.breakdowns or before & smaller.withheld:
        raise CannotProtect
    return smaller


def thaw(content: Mapping[str, Any]) -> Published:
    """A release as it was stored. Only for what `suppress` made and the database kept unchanged."""
    return Published(content, seal=SEAL)


def _of_one_mind(structure: Structure, tally: Tally, k: int) -> Iterator[Figure]:
    """Figures of groups in a breakdown where fewer than two answers have k people each: what such a group answers,
    each of its members answers.
    """
    partitions = structure.partitions
    for part in partitions.parts:
        if part.shown != part.cells or part.question in structure.withheld:
            continue
        for by in structure.breakdowns:
            for group in partitions.of(by)[0].cells if by != part.question else ():
                here: list[Atom] = [partitions.atom(part, cell, by, group) for cell in part.cells]
                if sum(tally.counts.get(atom, 0) >= k for atom in here) < 2:
                    yield from (("cell", *atom) for atom in here)


__all__ = ["CannotProtect", "Issued", "Published", "TooFewNew", "suppress", "thaw"]
