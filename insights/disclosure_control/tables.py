"""The tables that a survey's answers are written down in, for the breakdowns that are told; how they hang together."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import product
from math import prod
from typing import TypeAlias

from insights.counting.condition_views import UNANSWERED, Pattern, Seen
from insights.counting.partitions import MISSING, Atom, Partition
from insights.counting.structure import QuestionGroup, Structure, parts_of
from insights.disclosure_control.cells import Bound, Entry, Key, State, Table, Tie
from surveys.forms.types.counting import CountedByRow

Crossings: TypeAlias = Mapping[str, Collection[str]]
"""For each question, the breakdowns that it is told by."""


class Tables:
    """All tables of a survey for some crossings."""

    def __init__(self, structure: Structure, crossings: Crossings) -> None:
        self.structure = structure
        self.ties: list[Tie] = []
        self.bounds: list[Bound] = []
        self.parts: dict[tuple[str, str], Table] = {}
        self.patterns: dict[str, Table] = {}
        self.options: dict[tuple[str, str], Table] = {}
        self.cliques: list[tuple[tuple[str, ...], Table]] = []
        self.hubs: dict[str, Table] = {}
        needed = [_needed(structure, component, crossings) for component in structure.components]
        for group in _linked(structure, [*needed, *_between(structure, crossings)]):
            hub = Table(("&D",), group, dict.fromkeys(self._hub_cells(group)))
            self.hubs.update(dict.fromkeys(group, hub))
        for component, by in zip(structure.components, needed, strict=True):
            self._component(component, by)
        while any(tie.prune() for tie in self.ties):
            pass
        self._bounds()

    def _hub_cells(self, group: tuple[str, ...]) -> Iterator[State]:
        structure = self.structure
        inside = [key for key in group if key in structure.conditional and structure.family(key) <= set(group)]
        for state in product(*(structure.groups(key) for key in group)):
            seen = {key: structure.cell_seen(key, cell) for key, cell in zip(group, state, strict=True)}
            if all(structure.possible(key, seen) for key in inside):
                yield state

    def _component(self, component: QuestionGroup, by: tuple[str, ...]) -> None:
        cliques = [self._clique(clique, by) for clique in component.cliques]
        for number, (members, table) in enumerate(cliques):
            if number == 0:
                self._hang(table)
                continue
            above, over = cliques[component.above[number]]
            shared = [key for key in members if key in above]
            self.ties.append(Tie(over, _seen_of(above, shared), table, _seen_of(members, shared)))
        self.cliques += cliques
        for key in component.members:
            home = next(((members, table) for members, table in cliques if key in members), None)
            self._question(key, by, home)

    def _clique(self, clique: tuple[str, ...], by: tuple[str, ...]) -> tuple[tuple[str, ...], Table]:
        structure = self.structure
        known = {*clique, *by}
        inside = [
            key
            for key in structure.conditional
            if key in known and structure.family(key) <= known and not structure.family(key).isdisjoint(clique)
        ]
        cells: dict[State, None] = {}
        for groups in product(*(structure.groups(key) for key in by)):
            there = {key: structure.cell_seen(key, cell) for key, cell in zip(by, groups, strict=True)}
            for state in product(*(structure.views[key].seen for key in clique)):
                seen = {**there, **dict(zip(clique, state, strict=True))}
                if all(structure.possible(key, seen) for key in inside):
                    cells[*groups, *state] = None
        return clique, Table(("&C", "+".join(clique)), by, cells)

    def _question(self, key: str, by: tuple[str, ...], home: tuple[tuple[str, ...], Table] | None) -> None:
        view = self.structure.views[key]
        if view.patterns:
            followed = [(pattern,) for _, pattern in sorted(view.pairs[""])]
            table = Table(("&M", key), by, dict.fromkeys(self._spread(by, followed)))
            self.patterns[key] = table
            seen_by = {pattern: seen for seen, pattern in view.pairs[""]}
            self._hang(table, home, key, lambda t, s: (*s[: len(t.by)], seen_by[s[-1]]))
            for option in dict.fromkeys(option for pattern in view.patterns for option in pattern.open):
                here = [pattern.key for pattern in view.patterns if option in pattern.open]
                states = [(pattern, chosen) for pattern in here for chosen in "10"]
                of = Table(("&O", key, option), by, dict.fromkeys(self._spread(by, states)))
                self.options[key, option] = of
                self.ties.append(Tie(table, _of_pattern(here), of, _of_pattern(here)))
            return
        for part in parts_of(self.structure, key):
            table = Table(("&P", key, part.row), by, dict.fromkeys(self._spread(by, sorted(view.pairs[part.row]))))
            self.parts[key, part.row] = table
            self._hang(table, home, key, lambda t, s: s[: len(t.by) + 1])

    def _spread(self, by: tuple[str, ...], states: Iterable[State]) -> Iterator[State]:
        for groups in product(*(self.structure.groups(key) for key in by)):
            for state in states:
                yield (*groups, *state)

    def _hang(
        self, table: Table, home: tuple[tuple[str, ...], Table] | None = None, key: str = "", own: Key | None = None
    ) -> None:
        """Tie a table to the one of the questions it belongs to, or else to its breakdowns'."""
        if home is not None and own is not None:
            members, over = home
            self.ties.append(Tie(over, _seen_of(members, [key]), table, own))
        elif table.by:
            hub = self.hubs[table.by[0]]
            by = table.by
            self.ties.append(Tie(hub, lambda t, s: t.groups(s, by), table, lambda t, s: s[: len(t.by)]))

    def _bounds(self) -> None:
        for key, table in self.patterns.items():
            for pattern in self.structure.views[key].patterns:
                for state in table.cells:
                    if state[-1] == pattern.key:
                        self._of_pattern((table, state), pattern, key)
        for key, row in self.parts:
            asked = self.structure.views[key].question
            counted = asked.counted()
            if isinstance(counted, CountedByRow) and row == counted.rows[0].key and not asked.required:
                self._of_rows(key, counted)

    def _of_pattern(self, everybody: Entry, pattern: Pattern, key: str) -> None:
        """Of each group one at least, of all together `least` at least and `most` at most."""
        groups = everybody[1][:-1]

        def counted(options: Iterable[str], sign: int) -> list[tuple[Entry, int]]:
            found = ((self.options[key, option], (*groups, pattern.key, "1")) for option in options)
            return [(entry, sign) for entry in found if entry[1] in entry[0].cells]

        for group in pattern.groups:
            self.bounds.append(Bound((*counted(group, 1), (everybody, -1))))
        if pattern.least:
            self.bounds.append(Bound((*counted(pattern.open, 1), (everybody, -pattern.least))))
        if pattern.most < len(pattern.open):
            self.bounds.append(Bound((*counted(pattern.open, -1), (everybody, pattern.most))))

    def _of_rows(self, key: str, counted: CountedByRow) -> None:
        """Whoever answered a matrix answered one of its rows."""
        home = next(((members, table) for members, table in self.cliques if key in members), None)
        if home is None or len(counted.rows) == 1:
            return
        members, table = home
        place = members.index(key)
        for groups in dict.fromkeys(state[: len(table.by)] for state in table.cells):
            answered = [
                ((table, state), -1)
                for state in table.cells
                if state[: len(table.by)] == groups and table.own(state)[place][0] == "1"
            ]
            rows = [
                ((of, state), 1)
                for row in counted.rows
                for of in (self.parts[key, row.key],)
                for state in of.cells
                if state[: len(of.by)] == groups and state[-1] != MISSING
            ]
            self.bounds.append(Bound((*rows, *answered)))

    def tabulated_by(self, question: str) -> tuple[str, ...]:
        """The breakdowns in whose groups a question is looked at; of two breakdowns the later one."""
        if question in self.hubs:
            by = self.hubs[question].by
            return by[by.index(question) + 1 :]
        if question in self.patterns:
            return self.patterns[question].by
        return next(table.by for (key, _), table in self.parts.items() if key == question)

    def everybody(self) -> Iterator[list[Entry]]:
        """Cells that hold all who answered: of each table that hangs on no other."""
        below = {id(tie.other) for tie in self.ties}
        for table in self.tables():
            if id(table) not in below:
                yield [(table, state) for state in table.cells]

    def tables(self) -> Iterator[Table]:
        """Every table, once."""
        yield from {id(hub): hub for hub in self.hubs.values()}.values()
        yield from (table for _, table in self.cliques)
        yield from self.parts.values()
        yield from self.patterns.values()
        yield from self.options.values()

    def people(self, atom: Atom) -> list[Entry]:
        """The cells that make up a group of people."""
        question, row, cell, *crossed = atom
        wanted = dict(zip(crossed[::2], crossed[1::2], strict=True))
        if question in self.hubs:
            return self._where(self.hubs[question], {**wanted, question: cell}, lambda _: True)
        if question not in self.patterns:
            return self._where(self.parts[question, row], wanted, lambda own: own[-1] == cell)
        if cell == MISSING:
            return self._where(self.patterns[question], wanted, lambda own: own[-1] == UNANSWERED)
        option, chose = cell.removeprefix("~"), not cell.startswith("~")
        sure = {
            pattern.key
            for pattern in self.structure.views[question].patterns
            if option not in pattern.open and (option in pattern.chosen) is chose
        }
        found = self._where(self.patterns[question], wanted, lambda own: own[-1] in sure)
        if (question, option) in self.options:
            table = self.options[question, option]
            found += self._where(table, wanted, lambda own: own[-1] == ("1" if chose else "0"))
        return found

    def seen(self, part: Partition, cell: str, seen: Seen, wanted: Mapping[str, str]) -> list[Entry]:
        """Those in a cell of whom conditions see this."""
        return self._where(self.parts[part.question, part.row], wanted, lambda own: own == (seen, cell))

    def left_out(self, question: str, *, shown: bool, wanted: Mapping[str, str]) -> list[Entry]:
        """Those who did not answer a question with a condition: who was shown it, or who was not."""
        structure = self.structure
        family = structure.family(question)
        for members, table in [*self.cliques, *((hub.by, hub) for hub in self.hubs.values())]:
            if family <= {*members, *table.by}:
                break
        else:
            return []
        found = []
        for state in table.cells:
            seen = {key: structure.cell_seen(key, cell) for key, cell in zip(table.by, state, strict=False)}
            if members != table.by:
                seen.update(zip(members, table.own(state), strict=True))
            fits = all(table.group(state, key) == cell for key, cell in wanted.items())
            if fits and seen[question][0] == "0" and structure.shown(question, seen) is shown:
                found.append((table, state))
        return found

    @staticmethod
    def _where(table: Table, wanted: Mapping[str, str], own: Callable[[State], bool]) -> list[Entry]:
        places = [(table.by.index(key), cell) for key, cell in wanted.items()]
        return [
            (table, state)
            for state in table.cells
            if all(state[place] == cell for place, cell in places) and own(table.own(state))
        ]


def size(structure: Structure, crossings: Crossings) -> int:
    """About how many cells the tables for some crossings have."""
    needed = [_needed(structure, component, crossings) for component in structure.components]
    total = sum(
        prod(len(structure.groups(key)) for key in group)
        for group in _linked(structure, [*needed, *_between(structure, crossings)])
    )
    for component, by in zip(structure.components, needed, strict=True):
        own = sum(prod(len(structure.views[key].seen) for key in clique) for clique in component.cliques)
        for key in component.members:
            view = structure.views[key]
            own += sum(map(len, view.pairs.values())) + sum(2 * len(pattern.open) for pattern in view.patterns)
        total += own * prod(len(structure.groups(key)) for key in by)
    return total


def _needed(structure: Structure, component: QuestionGroup, crossings: Crossings) -> tuple[str, ...]:
    """The breakdowns that a component's tables need: it is told by, or tied to, them."""
    told = {key for member in component.members for key in crossings.get(member, ())}
    return tuple(key for key in structure.breakdowns if key in told or key in component.breakdowns)


def _between(structure: Structure, crossings: Crossings) -> list[tuple[str, ...]]:
    """Breakdowns that are told by each other, or tied to each other."""
    found: list[tuple[str, ...]] = [(key, other) for key in structure.breakdowns for other in crossings.get(key, ())]
    for key in structure.conditional:
        family = structure.family(key)
        if family <= set(structure.breakdowns):
            found.append(tuple(sorted(family)))
    return found


def _linked(structure: Structure, sets: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The breakdowns in groups that some table joins."""
    groups = [{key} for key in structure.breakdowns]
    for some in sets:
        joined = [group for group in groups if not group.isdisjoint(some)]
        if len(joined) > 1:
            groups = [group for group in groups if group.isdisjoint(some)] + [set().union(*joined)]
    return [tuple(key for key in structure.breakdowns if key in group) for group in groups]


def _seen_of(members: tuple[str, ...], wanted: Iterable[str]) -> Key:
    places = [members.index(key) for key in wanted]
    return lambda table, state: (*state[: len(table.by)], *(table.own(state)[place] for place in places))


def _of_pattern(here: Collection[str]) -> Key:
    return lambda table, state: state[: len(table.by) + 1] if table.own(state)[0] in here else None
