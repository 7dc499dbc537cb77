"""Counting answers: how many gave each, in all and in every group of a breakdown. Not yet fit to be shown."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from base.rows import failed
from insights.counting.condition_views import UNANSWERED, Seen
from insights.counting.partitions import MISSING, Atom
from insights.counting.structure import NAMED, Structure
from surveys.forms.types.counting import Counted, CountedAsAnswered, CountedByRow

Place: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
"""A cell of a table without its breakdowns: the table's name, and the place in it."""
_MOST_KEPT = 10_000
_EVERYBODY = -1


@dataclass(frozen=True, slots=True)
class Tally:
    """Exact counts of a survey's answers. Whoever holds one holds small groups: only `suppression` turns it into
    something that may be shown.

    answers: how many answered. entries: people in each cell of the tables that a survey's structure asks for.
    counts: people in each group of the frame. sums: of numeric answers. Nobody is left out of both.
    """

    answers: int
    entries: Mapping[tuple[str, ...], int] = field(repr=False)
    counts: Mapping[Atom, int] = field(repr=False)
    sums: Mapping[str, float] = field(default_factory=dict, repr=False)

    def since(self, earlier: "Tally") -> "Tally":
        """The tally of those who came after an earlier one of the same survey."""
        return Tally(
            self.answers - earlier.answers, _less(self.entries, earlier.entries), _less(self.counts, earlier.counts)
        )


def _less(later: Mapping[tuple[str, ...], int], earlier: Mapping[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    counts = {key: later.get(key, 0) - earlier.get(key, 0) for key in {*later, *earlier}}
    if any(count < 0 for count in counts.values()):
        raise ValueError("an earlier tally has answers that this one lacks")
    return {key: count for key, count in counts.items() if count}


class Tabulation:
    """Answers as they are counted, part by part; what one question's answer means is worked out once."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self._answers = 0
        self._where: dict[tuple[str, ...], Counter[int]] = {}
        self._places: dict[Place, int] = {}
        self._known: dict[str, dict[object, tuple[Seen, tuple[int, ...]]]] = {}
        self._sums: Counter[str] = Counter()
        self._breakdowns = [structure.partitions.of(key)[0] for key in structure.breakdowns]
        self._members = [
            (key, structure.views[key].question.counted())
            for component in structure.components
            for key in component.members
        ]
        self._cliques = [clique for component in structure.components for clique in component.cliques]
        self._numeric = [key for key, bands in structure.partitions.bands.items() if bands.numeric]

    def add(self, answers: Iterable[Mapping[str, Any]]) -> None:
        """Count answers, each as the box keeps it: question key → answer, what was not answered left out."""
        for given in answers:
            try:
                where, found, added = self._read(given)
            except Exception as error:
                # An answer that cannot be read counts as none, and keeps no other from counting.
                failed("insights.tabulate", error)
                continue
            self._answers += 1
            counter = self._where.get(where)
            if counter is None:
                counter = self._where[where] = Counter()
            counter.update(found)
            counter[_EVERYBODY] += 1
            self._sums.update(added)

    def _read(self, given: Mapping[str, Any]) -> tuple[tuple[str, ...], list[int], dict[str, float]]:
        """The group of each breakdown that an answer is in, its places in the tables, and its numbers."""
        where = []
        for part in self._breakdowns:
            answer = given.get(part.question)
            where.append(MISSING if answer is None else part.place(answer))
        found: list[int] = []
        seen: dict[str, Seen] = {}
        for key, counted in self._members:
            seen[key], places = self._understood(key, counted, given.get(key))
            found.extend(places)
        for clique in self._cliques:
            found.append(self._place(("&C", "+".join(clique)), tuple(seen[key] for key in clique)))
        return tuple(where), found, {key: given[key] + 0.0 for key in self._numeric if key in given}

    def tally(self) -> Tally:
        """What was counted so far."""
        places = {number: place for place, number in self._places.items()}
        places[_EVERYBODY] = (("&D",), ())
        entries = {
            (*places[number][0], *where, *places[number][1]): count
            for where, counter in self._where.items()
            for number, count in counter.items()
        }
        return Tally(self._answers, entries, counts_of(self.structure, entries), dict(self._sums))

    def _place(self, name: tuple[str, ...], own: tuple[str, ...]) -> int:
        return self._places.setdefault((name, own), len(self._places))

    def _understood(self, key: str, counted: Counted, answer: Any) -> tuple[Seen, tuple[int, ...]]:
        known = self._known.setdefault(key, {})
        same = _same(counted, answer)
        found = known.get(same)
        if found is None:
            if len(known) >= _MOST_KEPT:
                known.clear()
            saw = self.structure.views[key].see(answer)
            found = known[same] = (saw, tuple(self._place(*place) for place in self._all(key, answer, saw)))
        return found

    def _all(self, key: str, answer: Any, saw: Seen) -> Iterator[Place]:
        view = self.structure.views[key]
        if not view.patterns:
            for part in self.structure.partitions.of(key):
                yield ("&P", key, part.row), (saw, MISSING if answer is None else part.place(answer))
            return
        followed = view.pattern(answer)
        yield ("&M", key), (followed,)
        if answer is not None:
            chosen = view.chosen(answer)
            for option in next((one.open for one in view.patterns if one.key == followed), ()):
                yield ("&O", key, option), (followed, "1" if option in chosen else "0")


def _same(counted: Counted, answer: Any) -> object:
    """Equal for answers that mean the same to every table."""
    if answer is None or isinstance(counted, CountedAsAnswered):
        return answer is not None
    if isinstance(answer, list):
        return tuple("\x00" if isinstance(part, dict) else part for part in answer)
    if isinstance(answer, dict):
        return tuple(answer.items()) if isinstance(counted, CountedByRow) else "\x00"
    return (answer,)


def tabulate(structure: Structure, answers: Iterable[Mapping[str, Any]]) -> Tally:
    """Count answers in one go."""
    counting = Tabulation(structure)
    counting.add(answers)
    return counting.tally()


def counts_of(structure: Structure, entries: Mapping[tuple[str, ...], int]) -> dict[Atom, int]:
    """How many are in each group of the frame, in all and by each breakdown, from the cells of the tables."""
    counts: Counter[Atom] = Counter()
    width = len(structure.breakdowns)
    for entry, count in entries.items():
        begin = NAMED[entry[0]]
        groups, own = entry[begin : begin + width], entry[begin + width :]
        where = list(zip(structure.breakdowns, groups, strict=True))
        if entry[0] == "&D":
            for place, (key, cell) in enumerate(where):
                counts[key, "", cell] += count
                for by, group in where[place + 1 :]:
                    counts[key, "", cell, by, group] += count
            continue
        for atom in _atoms(structure, entry[:begin], own):
            counts[atom] += count
            for by, group in where:
                counts[*atom, by, group] += count
    return dict(counts)


def _atoms(structure: Structure, name: tuple[str, ...], own: tuple[str, ...]) -> Iterator[Atom]:
    match name:
        case ("&P", key, row):
            yield key, row, own[-1]
        case ("&O", key, option):
            yield key, "", option if own[-1] == "1" else f"~{option}"
        case ("&M", key) if own[0] == UNANSWERED:
            yield key, "", MISSING
        case ("&M", key):
            view = structure.views[key]
            pattern = next((one for one in view.patterns if one.key == own[0]), None)
            for part in structure.partitions.of(key) if pattern is not None else ():
                option = part.cells[0]
                if pattern is not None and option not in pattern.open:
                    yield key, "", option if option in pattern.chosen else f"~{option}"
