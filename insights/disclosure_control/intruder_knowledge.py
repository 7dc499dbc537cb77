"""What a reader can write down about a survey's releases: the figures in them, and what is known beside them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from insights.counting.partitions import MISSING, Atom, Partition
from insights.counting.structure import NAMED, Structure, parts_of
from insights.disclosure_control.cells import Aliases, Entry, Table
from insights.disclosure_control.equations import Offer, Sum, System
from insights.disclosure_control.tables import Crossings, Tables, size

Figure: TypeAlias = tuple[str, ...]
"""A number in a release: ("cell", *atom), or ("answered", question, row), or ("answered", question, row, breakdown,
group)."""
Form: TypeAlias = Mapping[Atom, int]
"""A sum over groups of people."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Those who came between two releases: how many, in which entries of the tables (see `structure.places`).

    `published`: the figures of the release that counted them first (for the release that is being made: none yet).
    """

    answers: int
    entries: Mapping[tuple[str, ...], int]
    published: Collection[Figure] = ()


MOST_CROSSED = 2_500
"""How many groups of breakdowns are looked at in one survey, at most: what a reader could work out of them grows with
the cube of their number."""
MOST_CELLS = 3_000
"""How many cells of tables are looked at, over all layers."""


def crossed(structure: Structure, answers: int, layers: int, k: int, shown_before: Collection[Figure]) -> Crossings:
    """For each question the breakdowns that it is tabulated by: those with k answers for each cell in the mean (of
    sparser ones next to nothing could be shown), in the order of the questionnaire, and those that an earlier release
    shows. Of two breakdowns the one that the questionnaire asks first is tabulated by the other.
    """
    before = {_in_order(structure, figure[1], figure[-2]) for figure in shown_before if len(figure) > 4}
    room, chosen = MOST_CROSSED, dict[str, list[str]]()
    for by in structure.breakdowns:
        for key in dict.fromkeys(part.question for part in structure.partitions.parts):
            if key == by or key in structure.withheld or by in chosen.get(key, ()):
                continue
            one, other = _in_order(structure, key, by)
            cells = len(structure.groups(by)) * sum(len(part.all_cells) for part in structure.partitions.of(key))
            largest = len(structure.groups(by)) * max(len(part.all_cells) for part in structure.partitions.of(key))
            with_it = {**chosen, one: [*chosen.get(one, []), other]}
            if other in chosen.get(one, ()):
                continue
            if (one, other) in before or (
                answers >= k * largest and cells <= room and size(structure, with_it) * layers <= MOST_CELLS
            ):
                room -= cells
                chosen = with_it
    return chosen


def _in_order(structure: Structure, key: str, by: str) -> tuple[str, str]:
    if key in structure.breakdowns and structure.breakdowns.index(key) > structure.breakdowns.index(by):
        return by, key
    return key, by


def figures(structure: Structure, crossings: Crossings) -> Iterator[tuple[Figure, Form]]:
    """Every figure that a release with these crossings could hold, with the groups it is the sum of."""
    partitions = structure.partitions
    parts = [part for part in partitions.parts if part.question not in structure.withheld]
    firsts = {(part.question, part.row): part for part in reversed(parts)}
    for part in parts:
        first = firsts[part.question, part.row] is part
        if first:
            yield answered(part), {(part.question, part.row, cell): 1 for cell in part.cells}
        for cell in part.shown:
            yield ("cell", part.question, part.row, cell), {(part.question, part.row, cell): 1}
        for by in structure.breakdowns:
            mirrored = by in crossings and part.question in crossings[by]
            if by not in crossings.get(part.question, ()) and not mirrored:
                continue
            for group in partitions.of(by)[0].cells:
                if first:
                    here = {partitions.atom(part, cell, by, group): 1 for cell in part.cells}
                    yield (*answered(part), by, group), here
                if not mirrored:
                    for cell in part.shown:
                        atom = partitions.atom(part, cell, by, group)
                        yield ("cell", *atom), {atom: 1}


def answered(part: Partition) -> Figure:
    """The figure that says how many answered a question, or a row of it."""
    return ("answered", part.question, part.row)


def intruder_knowledge(
    structure: Structure, layers: Sequence[Layer], k: int, refused: Collection[Figure] = ()
) -> System:
    """All that a reader of every release so far, and of the one to be made of the last layer, could know.

    refused: figures that are not to be offered at all. Raises Contradicted.
    """
    return _KnowledgeWriter(structure, layers, k).system(frozenset(refused))


class Contradicted(Exception):
    """Some answers are not what the questionnaire allows; `questions` are those they were given to."""

    def __init__(self, questions: frozenset[str]) -> None:
        self.questions = questions


class _KnowledgeWriter:
    """Numbers the cells of every layer's tables as they are met, and writes the sums over them."""

    def __init__(self, structure: Structure, layers: Sequence[Layer], k: int) -> None:
        self.structure, self.layers, self.k = structure, layers, k
        before = [figure for layer in layers for figure in layer.published]
        answers = sum(layer.answers for layer in layers)
        self.crossings = crossed(structure, answers, len(layers), k, before)
        self.tables = Tables(structure, self.crossings)
        self.sizes = [_sizes(structure, self.tables, layer) for layer in layers]
        self.alias = Aliases(self.tables.ties)
        self.numbers: dict[tuple[int, object, object], int] = {}
        self.values: list[int] = []
        self.watched: set[int] = set()
        self.known: list[Sum] = []

    def system(self, refused: frozenset[Figure]) -> System:
        everything = list(figures(self.structure, self.crossings))
        offers: list[Offer] = []
        for number, layer in enumerate(self.layers):
            self._logic(number)
            for figure, form in everything:
                if figure in layer.published:
                    self.known.append(self._until(number, form))
        for figure, form in everything:
            if figure not in refused:
                offers.append(Offer(self._until(len(self.layers) - 1, form), 1 if len(figure) > 4 else 0, figure))
        return System(self.values, frozenset(self.watched), self.known, offers)

    def _logic(self, layer: int) -> None:
        for everybody in self.tables.everybody():
            total = self._new(self.layers[layer].answers)
            self.known.append({total: 1})
            self._equal(_plus(self._sum(layer, everybody), {total: -1}), everybody)
        for tie in self.tables.ties:
            for one, other in tie.sides():
                self._equal(_plus(self._sum(layer, one), self._sum(layer, other), -1), [*one, *other])
        for bound in self.tables.bounds:
            form: dict[int, int] = {}
            for entry, times in bound.plus:
                form = _plus(form, self._sum(layer, [entry]), times)
            spare = self._value(form)
            if spare < 0:
                raise _contradicted(entry for entry, _ in bound.plus)
            self._equal({**form, self._new(spare): -1}, ())
        self._watch(layer)

    def _equal(self, form: dict[int, int], about: Iterable[Entry]) -> None:
        """Write down that a sum is zero, as everybody knows."""
        if self._value(form):
            raise _contradicted(about)
        if form:
            self.known.append(form)

    def _value(self, form: Mapping[int, int]) -> int:
        return sum(times * self.values[number] for number, times in form.items())

    def _watch(self, layer: int) -> None:
        """Everybody who must not be found: small cells, and small groups that a condition sets apart."""
        structure = self.structure
        for part in structure.partitions.parts:
            if part.question in structure.withheld:
                continue
            for cell in part.all_cells:
                self._atom(layer, (part.question, part.row, cell))
                for by in self.tables.tabulated_by(part.question):
                    for group in structure.groups(by):
                        self._atom(layer, (part.question, part.row, cell, by, group))
        for wanted, key in self._among(structure.conditional):
            for shown in (True, False):
                self._group(layer, self.tables.left_out(key, shown=shown, wanted=wanted))
        for wanted, key in self._among(key for key, _ in self.tables.parts):
            for part in parts_of(structure, key):
                pairs = structure.views[key].pairs[part.row]
                for seen, cell in sorted(pairs):
                    if sum(other == cell for _, other in pairs) > 1:
                        self._group(layer, self.tables.seen(part, cell, seen, wanted))

    def _among(self, keys: Iterable[str]) -> Iterator[tuple[dict[str, str], str]]:
        """Each question, among everybody and among each group of a breakdown that its tables know."""
        for key in dict.fromkeys(keys):
            yield {}, key
            for by in self.tables.tabulated_by(key):
                for group in self.structure.groups(by):
                    yield {by: group}, key

    def _group(self, layer: int, entries: list[Entry]) -> None:
        """Watch a group of people that is no cell, where it is small."""
        form = self._sum(layer, entries)
        count = self._value(form)
        if 0 < count < self.k:
            self.watched.add(self._named(form, count))

    def _until(self, last: int, form: Form) -> Sum:
        whole: dict[int, int] = {}
        for layer in range(last + 1):
            whole = _plus(whole, {self._atom(layer, atom): coefficient for atom, coefficient in form.items()})
        return whole

    def _atom(self, layer: int, atom: Atom) -> int:
        number = self.numbers.get((layer, "", atom))
        if number is not None:
            return number
        form = self._sum(layer, self.tables.people(atom))
        count = self._value(form)
        number = self.numbers[layer, "", atom] = self._named(form, count)
        if not form:
            # The questionnaire itself leaves nobody here: no secret, and no room for anybody to hide in.
            self.known.append({number: 1})
            return number
        # That nobody gave an answer tells something of everybody; that nobody was silent, or nobody new came, does not.
        silent = MISSING in (atom[2], atom[-1])
        if count < self.k and (count > 0 or (layer == 0 and not silent)):
            self.watched.add(number)
        return number

    def _named(self, form: Mapping[int, int], count: int) -> int:
        """The number of a sum: of its one cell, or a new one that is equal to it."""
        if len(form) == 1:
            return next(iter(form))
        number = self._new(count)
        if form:
            self.known.append(_plus(form, {number: -1}))
        return number

    def _sum(self, layer: int, entries: Iterable[Entry]) -> dict[int, int]:
        form: dict[int, int] = {}
        for entry in entries:
            number = self._entry(layer, entry)
            form[number] = form.get(number, 0) + 1
        return form

    def _entry(self, layer: int, entry: Entry) -> int:
        table, state = self.alias(entry)
        key = (layer, id(table), state)
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = self._new(self.sizes[layer].get((id(table), state), 0))
        return number

    def _new(self, value: int) -> int:
        self.values.append(value)
        return len(self.values) - 1


def _sizes(structure: Structure, tables: Tables, layer: Layer) -> dict[tuple[int, tuple[str, ...]], int]:
    """How many of a layer are in each cell of the tables, which know fewer breakdowns than the entries."""
    named: dict[tuple[str, ...], list[Table]] = {}
    for table in tables.tables():
        named.setdefault(table.name, []).append(table)
    width = len(structure.breakdowns)
    sizes: dict[tuple[int, tuple[str, ...]], int] = {}
    for entry, count in layer.entries.items():
        begin = NAMED[entry[0]]
        groups, own = entry[begin : begin + width], entry[begin + width :]
        for table in named.get(entry[:begin], ()):
            there = tuple(groups[structure.breakdowns.index(key)] for key in table.by)
            key = (id(table), (*there, *own))
            sizes[key] = sizes.get(key, 0) + count
    return sizes


def _contradicted(entries: Iterable[Entry]) -> Contradicted:
    return Contradicted(frozenset(key for table, _ in entries for key in table.questions()))


def _plus(form: Mapping[int, int], other: Mapping[int, int], times: int = 1) -> dict[int, int]:
    total = dict(form)
    for number, coefficient in other.items():
        total[number] = total.get(number, 0) + times * coefficient
    return {number: coefficient for number, coefficient in total.items() if coefficient}
