"""Counting answers: how many gave each, in all and in every group of a breakdown. Not yet fit to be shown."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from base.rows import failed
from insights.frame import MISSING, Atom, Frame, Part


@dataclass(frozen=True, slots=True)
class Tally:
    """Exact counts of a survey's answers. Whoever holds one holds small groups: only `suppression` turns it into
    something that may be shown.

    answers: how many answered. counts: people in each atom, those without any left out. sums: of numeric answers.
    """

    answers: int
    counts: Mapping[Atom, int] = field(repr=False)
    sums: Mapping[str, float] = field(default_factory=dict, repr=False)

    def since(self, earlier: "Tally") -> "Tally":
        """The tally of those who came after an earlier one of the same survey."""
        atoms = {*self.counts, *earlier.counts}
        counts = {atom: self.counts.get(atom, 0) - earlier.counts.get(atom, 0) for atom in atoms}
        if any(count < 0 for count in counts.values()):
            raise ValueError("an earlier tally has answers that this one lacks")
        return Tally(self.answers - earlier.answers, {atom: count for atom, count in counts.items() if count})


def tabulate(frame: Frame, answers: Iterable[Mapping[str, Any]]) -> Tally:
    """Count answers (each as the box keeps it: question key → answer, what was not answered left out)."""
    counts: Counter[Atom] = Counter()
    sums: Counter[str] = Counter()
    crossings = list(frame.crossings())
    numeric = [key for key, bands in frame.bands.items() if bands.numeric]
    total = 0
    for given in answers:
        try:
            # Sets: who left out a question with several choices is one person, though each option is a part of its own.
            atoms = {_atom(part, given) for part in frame.parts}
            crossed = {(*_atom(part, given), by.question, _cell(by, given)) for part, by in crossings}
            added = {key: given[key] + 0.0 for key in numeric if key in given}
        except Exception as error:  # An answer that cannot be read counts as none, and keeps no other from counting.
            failed("insights.tabulate", error)
            continue
        total += 1
        counts.update(atoms)
        counts.update(crossed)
        sums.update(added)
    return Tally(total, dict(counts), dict(sums))


def _atom(part: Part, given: Mapping[str, Any]) -> Atom:
    return (part.question, part.row, _cell(part, given))


def _cell(part: Part, given: Mapping[str, Any]) -> str:
    answer = given.get(part.question)
    return MISSING if answer is None else part.place(answer)
