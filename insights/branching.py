"""What a questionnaire's own logic tells of its numbers: who was shown a question, and how many may be chosen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from insights.frame import MISSING, Atom, Frame, Part
from surveys.forms import questions
from surveys.forms.conditions import Condition, holds
from surveys.forms.questions import Answerable

Form: TypeAlias = Mapping[Atom, int]
"""A linear form over atoms and `TOTAL`."""
TOTAL: Atom = ("",)
"""Everybody who answered the survey."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A form that everybody knows to be zero (`equal`), or never below it."""

    form: Form
    equal: bool


@dataclass(frozen=True, slots=True)
class Between:
    """How many meet a condition: at most each of `most`, at least each of `least`."""

    most: tuple[Form, ...] = ()
    least: tuple[Form, ...] = ()


def rules(frame: Frame) -> Iterator[Rule]:
    """All that follows from the questionnaire alone."""
    for question in frame.asked():
        if isinstance(question, questions.Multiple):
            yield from _of_choices(frame, question)
        if question.show_if is not None:
            yield from _of_condition(frame, question, question.show_if)


def inside(form: Form, by: str, group: str) -> Form:
    """The same form among those of one group of a breakdown."""
    moved: list[Form] = []
    for atom, coefficient in form.items():
        if atom == TOTAL or atom[0] == by:
            moved.append({_one(by, group): coefficient} if atom in (TOTAL, _one(by, group)) else {})
        else:
            moved.append({(*atom, by, group): coefficient})
    return _sum(moved)


def _of_choices(frame: Frame, question: questions.Multiple) -> Iterator[Rule]:
    """Whoever answers chooses at least one, at least `min`, at most `max`, and nothing beside what stands alone."""
    keys = [option.key for option in question.options]
    alone = [option.key for option in question.options if option.exclusive]
    missing = _missing(frame.of(question.key)[0])
    answered = _others(missing)
    chosen = {_one(question.key, key): 1 for key in keys}
    fewest = max(question.min or 1, 1)
    # One who chose what stands alone has chosen enough.
    weighted = {atom: fewest if atom[2] in alone else 1 for atom in chosen}
    yield Rule(_plus(weighted, answered, -fewest), equal=fewest == 1 == question.max)
    if question.max is not None and question.max < len(keys):
        yield Rule(_plus(_times(answered, question.max), chosen, -1), equal=False)
    for key in alone:
        for other in keys:
            if other != key and not (other in alone and other < key):
                pair = {_one(question.key, key): 1, _one(question.key, other): 1}
                yield Rule(_plus(answered, pair, -1), equal=False)


def _of_condition(frame: Frame, question: Answerable, condition: Condition) -> Iterator[Rule]:
    """Nobody answers what was not shown to them, and what is required everybody answers to whom it was shown."""
    shown = _between(frame, condition)
    for part in frame.of(question.key):
        answered = {_one(part.question, cell, part.row): 1 for cell in part.cells}
        exact = question.required and bool(shown.most) and shown.most == shown.least
        for form in shown.most:
            yield Rule(_plus(form, answered, -1), equal=exact)
        if question.required and not exact:
            for form in shown.least:
                yield Rule(_plus(answered, form, -1), equal=False)


def _between(frame: Frame, condition: Condition) -> Between:
    if condition.not_ is not None:
        inside = _between(frame, condition.not_)
        return Between(tuple(map(_others, inside.least)), tuple(map(_others, inside.most)))
    if condition.any_ is not None:
        parts = [_between(frame, part) for part in condition.any_]
        together = [_sum([part.most[0] for part in parts])] if all(part.most for part in parts) else []
        return parts[0] if len(parts) == 1 else Between(tuple(together), tuple(f for part in parts for f in part.least))
    if condition.all_ is not None:
        parts = [_between(frame, part) for part in condition.all_]
        fewest = [_sum([_others(part.least[0]) for part in parts])] if all(part.least for part in parts) else []
        most = tuple(form for part in parts for form in part.most)
        return parts[0] if len(parts) == 1 else Between(most, tuple(map(_others, fewest)))
    return _leaf(frame, condition)


def _leaf(frame: Frame, leaf: Condition) -> Between:
    assert leaf.question is not None
    about = next(question for question in frame.asked() if question.key == leaf.question)
    parts = frame.of(about.key)
    exact: Form
    if leaf.operator == "answered":
        exact = {_one(about.key, cell, parts[0].row): 1 for cell in parts[0].cells}
        if isinstance(about, questions.Matrix):
            return Between(least=(exact,)) if leaf.answered else Between(most=(_others(exact),))
        exact = exact if leaf.answered else _others(exact)
        return Between((exact,), (exact,))
    match about:
        case questions.Single() | questions.ImageChoice():
            held = [cell for cell in parts[0].cells if holds(leaf, {about.key: frozenset({cell})})]
        case questions.Scale() if all(band.exact for band in frame.bands[about.key].bands):
            held = [cell for cell in parts[0].cells if holds(leaf, {about.key: frozenset({int(cell)})})]
        case questions.Multiple():
            return _of_chosen(about.key, leaf)
        case _:
            return Between()
    if parts[0].can_miss and holds(leaf, {}):
        held.append(MISSING)
    exact = {_one(about.key, cell): 1 for cell in held}
    return Between((exact,), (exact,))


def _of_chosen(key: str, leaf: Condition) -> Between:
    operand = leaf.operand(leaf.operator)
    chosen = [_one(key, str(value)) for value in (operand if isinstance(operand, list) else [operand])]
    some = Between((dict.fromkeys(chosen, 1),), tuple({atom: 1} for atom in chosen))
    if leaf.operator in ("is", "any_of"):
        return some
    return Between(tuple(map(_others, some.least)), tuple(map(_others, some.most)))


def _one(question: str, cell: str, row: str = "") -> Atom:
    return (question, row, cell)


def _missing(part: Part) -> Form:
    return {_one(part.question, MISSING, part.row): 1} if part.can_miss else {}


def _others(form: Form) -> Form:
    """Everybody else."""
    return _plus({TOTAL: 1}, form, -1)


def _plus(form: Form, other: Form, times: int) -> Form:
    return _sum([form, _times(other, times)])


def _times(form: Form, times: int) -> Form:
    return {atom: times * coefficient for atom, coefficient in form.items()}


def _sum(forms: list[Form]) -> Form:
    total: dict[Atom, int] = {}
    for form in forms:
        for atom, coefficient in form.items():
            total[atom] = total.get(atom, 0) + coefficient
    return {atom: coefficient for atom, coefficient in total.items() if coefficient}
