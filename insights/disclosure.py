"""What a reader can write down about a survey's releases: the figures in them, and what is known beside them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from insights.branching import TOTAL, Form, inside, rules
from insights.equations import Offer, Sum, System
from insights.frame import MISSING, Atom, Frame, Part

Figure: TypeAlias = tuple[str, ...]
"""A number in a release: ("cell", *atom), or ("answered", question, row), or ("answered", question, row, breakdown,
group)."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Those who came between two releases: how many, in which atoms. `published`: the figures of the release that
    counted them first (for the release that is being made: none yet)."""

    answers: int
    counts: Mapping[Atom, int]
    published: Collection[Figure] = ()


MOST_CROSSED = 2_500
"""How many groups of breakdowns are looked at in one survey, at most: what a reader could work out of them grows with
the cube of their number."""


def crossed(frame: Frame, layers: Sequence[Layer], k: int) -> list[tuple[Part, Part]]:
    """The partitions that are tabulated by a breakdown: those with k answers for each cell in the mean (of sparser
    ones next to nothing could be shown), in the order of the questionnaire, and those that an earlier release shows.
    """
    shown_before = {(f[1], f[2], f[-2]) for layer in layers for f in layer.published if len(f) > 4}
    answers, room, chosen = sum(layer.answers for layer in layers), MOST_CROSSED, []
    for part, by in frame.crossings():
        cells = len(part.all_cells) * len(by.all_cells)
        fits = answers >= k * cells and cells <= room
        if fits or (part.question, part.row, by.question) in shown_before:
            room -= cells
            chosen.append((part, by))
    return chosen


def figures(frame: Frame, crossings: Iterable[tuple[Part, Part]]) -> Iterator[tuple[Figure, Form]]:
    """Every figure that a release with these crossings could hold, with the atoms it is the sum of."""
    for part in _questions(frame):
        yield answered(part), {(part.question, part.row, cell): 1 for cell in part.cells}
    for part in frame.parts:
        for cell in part.shown:
            yield ("cell", part.question, part.row, cell), {(part.question, part.row, cell): 1}
    for part, by in crossings:
        for group in by.cells:
            if part in _questions(frame):
                here: Form = {(part.question, part.row, cell, by.question, group): 1 for cell in part.cells}
                yield (*answered(part), by.question, group), here
            for cell in part.shown:
                atom = (part.question, part.row, cell, by.question, group)
                yield ("cell", *atom), {atom: 1}


def answered(part: Part) -> Figure:
    """The figure that says how many answered a question, or a row of it."""
    return ("answered", part.question, part.row)


def system(frame: Frame, layers: Sequence[Layer], k: int, refused: Collection[Figure] = ()) -> System:
    """All that a reader of every release so far, and of the one to be made of the last layer, could know.

    refused: figures that are not to be offered at all.
    """
    return _Writing(frame, layers, k, refused).system()


def _questions(frame: Frame) -> list[Part]:
    """One part for each question or row of a matrix: those whose answered people are counted."""
    seen: dict[tuple[str, str], Part] = {}
    for part in frame.parts:
        seen.setdefault((part.question, part.row), part)
    return list(seen.values())


class _Writing:
    """Numbers the atoms of every layer as they are met, and writes the sums over them."""

    def __init__(self, frame: Frame, layers: Sequence[Layer], k: int, refused: Collection[Figure]) -> None:
        self.frame, self.layers, self.k, self.refused = frame, layers, k, frozenset(refused)
        self.crossings = crossed(frame, layers, k)
        self.numbers: dict[tuple[int, Atom], int] = {}
        self.values: list[int] = []
        self.watched: set[int] = set()
        self.empty: set[int] = set()
        self.known: list[Sum] = []
        self.offers: list[Offer] = []

    def system(self) -> System:
        figures_with_forms = list(figures(self.frame, self.crossings))
        for number, layer in enumerate(self.layers):
            self._logic(number)
            for figure, form in figures_with_forms:
                if figure in layer.published:
                    self.known.append(self._until(number, form))
        last = len(self.layers) - 1
        for figure, form in figures_with_forms:
            if figure not in self.refused:
                stage = 1 if len(figure) > 4 else 0
                self.offers.append(Offer(self._until(last, form), stage, figure))
        return System(self.values, frozenset(self.watched - self.empty), self.known, self.offers)

    def _logic(self, layer: int) -> None:
        self.known.append({self._atom(layer, TOTAL): 1})
        for part in self.frame.parts:
            everybody: Form = {(part.question, part.row, cell): 1 for cell in part.all_cells}
            self.known.append(self._form(layer, {**everybody, TOTAL: -1}))
        for part, by in self.crossings:
            for cell in part.all_cells:
                across: Form = {(part.question, part.row, cell, by.question, group): 1 for group in by.all_cells}
                self.known.append(self._form(layer, {**across, (part.question, part.row, cell): -1}))
            for group in by.all_cells:
                down: Form = {(part.question, part.row, cell, by.question, group): 1 for cell in part.all_cells}
                self.known.append(self._form(layer, {**down, (by.question, by.row, group): -1}))
        met = {(part.question, part.row, cell, by.question) for part, by in self.crossings for cell in part.all_cells}
        for rule in rules(self.frame):
            self._rule(layer, rule.form, rule.equal)
            for key in self.frame.breakdowns:
                for group in self.frame.of(key)[0].all_cells:
                    form = inside(rule.form, key, group)
                    if all(len(atom) < 5 or atom[:4] in met for atom in form):
                        self._rule(layer, form, rule.equal)

    def _rule(self, layer: int, rule: Form, equal: bool) -> None:
        form = dict(self._form(layer, rule))
        if not form:
            return
        if all(c < 0 for c in form.values()) or (equal and all(c > 0 for c in form.values())):
            # The questionnaire itself leaves nobody here: no secret, and no room for anybody to hide in.
            self.known.extend({atom: 1} for atom in form)
            self.empty.update(form)
        elif equal:
            self.known.append(form)
        else:
            spare = sum(coefficient * self.values[atom] for atom, coefficient in form.items())
            if spare >= 0:  # Otherwise these answers were taken under other rules, and a reader who trusts them errs.
                self.known.append({**form, self._new(spare): -1})

    def _until(self, last: int, form: Form) -> Sum:
        return {self._atom(layer, atom): coefficient for layer in range(last + 1) for atom, coefficient in form.items()}

    def _form(self, layer: int, form: Form) -> Sum:
        return {self._atom(layer, atom): coefficient for atom, coefficient in form.items()}

    def _atom(self, layer: int, atom: Atom) -> int:
        number = self.numbers.get((layer, atom))
        if number is not None:
            return number
        count = self.layers[layer].answers if atom == TOTAL else self.layers[layer].counts.get(atom, 0)
        number = self.numbers[layer, atom] = self._new(count)
        # That nobody gave an answer tells something of everybody; that nobody was silent, or nobody new came, does not.
        silent = atom != TOTAL and MISSING in (atom[2], atom[-1])
        if atom != TOTAL and count < self.k and (count > 0 or (layer == 0 and not silent)):
            self.watched.add(number)
        return number

    def _new(self, value: int) -> int:
        self.values.append(value)
        return len(self.values) - 1
