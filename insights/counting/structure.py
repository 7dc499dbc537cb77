"""Which questions of a survey depend on each other, and in which small tables that can be written down exactly.

A question depends on those that its condition asks about. Whoever answered a survey is in one cell of each table here;
any tables that agree where they overlap can be put together to whole answers, person by person (the tables are the
cliques of a triangulated graph, joined as a tree). So what is possible in the tables is possible among people, and
what a questionnaire rules out is written down as cells that nobody can be in.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from math import prod
from typing import Final

from insights.counting.condition_views import Seen, View, views
from insights.counting.partitions import Partition, Partitions, partitions_of
from surveys.forms.conditions import Condition
from surveys.forms.document import SurveyDocument
from surveys.forms.types.counting import CountedEachOption

MOST_COMBINED = 256
"""How many combinations of what conditions see are looked at in one table; questions with more are withheld."""
MOST_GROUPS = 600
"""How many combinations of breakdowns' groups are counted apart; breakdowns beyond are not tabulated by."""

NAMED: Final[Mapping[str, int]] = {"&D": 1, "&C": 2, "&M": 2, "&P": 3, "&O": 3}
"""The kinds of tables that answers are counted in, and how long the name of one is: of breakdowns; of what conditions
see of questions that depend on each other; of the patterns of several choices; of a partition; of an option. After the
name come the group in each breakdown and the place in the table."""


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Questions that depend on each other, breakdowns apart.

    cliques: questions that are looked at together, as a tree: `above` is, for each but the first, the clique that it
    hangs on. breakdowns: those that conditions tie to its questions.
    """

    members: tuple[str, ...]
    cliques: tuple[tuple[str, ...], ...]
    above: tuple[int, ...]
    breakdowns: frozenset[str]


@dataclass(frozen=True)
class Structure:
    """The dependences among the questions of a survey. `withheld`: questions of which nothing can be told."""

    partitions: Partitions
    views: Mapping[str, View]
    breakdowns: tuple[str, ...]
    withheld: frozenset[str]
    components: tuple[QuestionGroup, ...]

    def groups(self, breakdown: str) -> tuple[str, ...]:
        """The groups of a breakdown, with whoever did not answer it."""
        return self.partitions.of(breakdown)[0].all_cells

    @cached_property
    def conditional(self) -> Mapping[str, Condition]:
        """The questions that are not shown to everybody, each with its condition."""
        asked = self.partitions.asked()
        return {q.key: q.show_if for q in asked if q.show_if is not None and q.key not in self.withheld}

    def family(self, question: str) -> set[str]:
        """A question and those that its condition asks about."""
        return {question, *_asks(self.conditional.get(question))}

    def cell_seen(self, breakdown: str, cell: str) -> Seen:
        """What conditions see of somebody in this group of a breakdown."""
        return next(seen for seen, found in self.views[breakdown].pairs[""] if found == cell)

    def shown(self, question: str, seen: Mapping[str, Seen]) -> bool:
        """Whether somebody of whom this is seen was shown a question with a condition."""
        return _holds(self.conditional[question], self.views, seen)

    def possible(self, question: str, seen: Mapping[str, Seen]) -> bool:
        """Whether a question with a condition can have been answered, or not, beside what is seen of the others."""
        answered = seen[question][0] == "1"
        if not self.shown(question, seen):
            return not answered
        return answered or not self.views[question].question.required


def structure_of(document: SurveyDocument, left_out: Collection[str] = ()) -> Structure:
    """The structure of a survey; from the document alone, so that it tells nothing of the answers.

    left_out: questions to withhold whatever the document says.
    """
    partitions = partitions_of(document)
    found = views(partitions)
    conditions = {q.key: q.show_if for q in partitions.asked() if q.show_if is not None}
    withheld = _dependent({q.key for q in partitions.asked() if q.key not in found or q.key in left_out}, conditions)
    while True:
        breakdowns = _countable(partitions, withheld)
        families = {
            q.key: ({q.key, *_asks(conditions.get(q.key))}) for q in partitions.asked() if q.key not in withheld
        }
        components = [_component(some, families, frozenset(breakdowns)) for some in _connected(families, breakdowns)]
        too_large = [
            clique
            for component in components
            for clique in component.cliques
            if prod(len(found[key].seen) for key in clique) > MOST_COMBINED
        ]
        if not too_large:
            order = [q.key for q in partitions.asked()]
            components.sort(key=lambda component: order.index(component.members[0]))
            within = replace(partitions, breakdowns=breakdowns)
            return Structure(within, found, breakdowns, frozenset(withheld), tuple(components))
        # Of those in the way, the one that asks about most; and what depends on it.
        inside = {key for key in families if key in conditions and families[key] - set(breakdowns) <= set(too_large[0])}
        candidates = inside or {key for key in too_large[0] if key in conditions} or set(too_large[0])
        worst = max(sorted(candidates), key=lambda key: len(families[key]))
        withheld = _dependent({*withheld, worst}, conditions)


def _asks(condition: Condition | None) -> set[str]:
    return set() if condition is None else {leaf.question or "" for _, leaf in condition.leaves()}


def _dependent(keys: Iterable[str], conditions: Mapping[str, Condition]) -> set[str]:
    """These questions, and all whose conditions ask about them."""
    found = set(keys)
    while more := {key for key, condition in conditions.items() if key not in found and _asks(condition) & found}:
        found |= more
    return found


def _countable(partitions: Partitions, withheld: set[str]) -> tuple[str, ...]:
    groups, chosen = 1, []
    for key in partitions.breakdowns:
        here = len(partitions.of(key)[0].all_cells)
        if key not in withheld and groups * here <= MOST_GROUPS:
            groups *= here
            chosen.append(key)
    return tuple(chosen)


def _connected(families: Mapping[str, set[str]], breakdowns: Sequence[str]) -> list[list[str]]:
    """The questions in sets that no condition joins, in the order of the questionnaire."""
    of: dict[str, list[str]] = {key: [key] for key in families if key not in breakdowns}
    for family in families.values():
        joined = list({id(of[key]): of[key] for key in sorted(family) if key in of}.values())
        if len(joined) > 1:
            together = [key for some in joined for key in some]
            of.update(dict.fromkeys(together, together))
    order = list(families)
    return [sorted(some, key=order.index) for some in {id(some): some for some in of.values()}.values()]


def _component(members: Sequence[str], families: Mapping[str, set[str]], breakdowns: frozenset[str]) -> QuestionGroup:
    inside = [family for family in families.values() if len(family) > 1 and not family.isdisjoint(members)]
    if not inside:
        return QuestionGroup(tuple(members), (), (), frozenset())
    near: dict[str, set[str]] = {key: set() for key in members}
    for family in inside:
        for one, other in combinations(sorted(family - breakdowns), 2):
            near[one].add(other)
            near[other].add(one)
    cliques: list[set[str]] = []
    while near:
        # Eliminate the question with the fewest neighbours: it and they are a clique.
        key = min(near, key=lambda one: (len(near[one]), members.index(one)))
        clique = {key, *near[key]}
        if not any(clique <= other for other in cliques):
            cliques.append(clique)
        for one in near[key]:
            near[one] |= near[key] - {one}
            near[one].discard(key)
        del near[key]
    ordered, above = _as_a_tree(cliques)
    return QuestionGroup(
        tuple(members),
        tuple(tuple(sorted(clique, key=members.index)) for clique in ordered),
        above,
        frozenset(key for family in inside for key in family & breakdowns),
    )


def _as_a_tree(cliques: Sequence[set[str]]) -> tuple[list[set[str]], tuple[int, ...]]:
    """Join each clique to the one that it shares most with: a tree in which what two share lies between them."""
    rest, ordered, above = list(cliques[1:]), [cliques[0]], [-1]
    while rest:
        shared, place, best = max(
            (
                (len(clique & other), -place, number)
                for number, clique in enumerate(rest)
                for place, other in enumerate(ordered)
            ),
        )
        assert shared or len(ordered)
        ordered.append(rest.pop(best))
        above.append(-place)
    return ordered, tuple(above)


def _holds(condition: Condition, known: Mapping[str, View], seen: Mapping[str, Seen]) -> bool:
    if condition.not_ is not None:
        return not _holds(condition.not_, known, seen)
    if condition.all_ is not None:
        return all(_holds(part, known, seen) for part in condition.all_)
    if condition.any_ is not None:
        return any(_holds(part, known, seen) for part in condition.any_)
    assert condition.question is not None
    return known[condition.question].truth(condition, seen[condition.question])


def parts_of(structure: Structure, question: str) -> list[Partition]:
    """The partitions of a question that are counted by themselves (none of several choices)."""
    asked = structure.views[question].question
    return [] if isinstance(asked.counted(), CountedEachOption) else structure.partitions.of(question)
