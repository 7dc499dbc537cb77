"""Which questions somebody can come to at all: a search through what could be answered."""

import itertools
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from surveys.forms.conditions import Chosen, Condition, holds
from surveys.forms.document import SurveyDocument
from surveys.forms.questions import (
    DateAsked,
    ImageChoice,
    Multiple,
    NumberAsked,
    Question,
    Ranking,
    Scale,
    Single,
    Words,
)

_MOST_STEPS = 40_000
_MOST_NAMED = 5
NOTHING: Chosen = frozenset()


class TooManyWays(Exception):
    """More ways through the survey than are searched."""


def unreachable(document: SurveyDocument) -> list[int]:
    """The places of questions that no answers to earlier ones ever show.

    Every way through the earlier questions that matter is tried, with answers that stand for all: each option, each
    number or date that a condition names and its neighbours. Where there are too many ways, a question is presumed
    reachable.
    """
    by_key: dict[str, Question] = {q.key: q for q in document.questions}
    named = _named(document)
    found: list[int] = []
    steps = itertools.count()
    for place, question in enumerate(document.questions):
        if question.show_if is None:
            continue
        matter = _matter(question, by_key)
        earlier = [q for q in document.questions[:place] if q.key in matter]
        try:
            if not any(True for _ in _ways(earlier, named, {}, question.show_if, steps)):
                found.append(place)
        except TooManyWays:
            continue
    return found


def _ways(
    rest: list[Question], named: Mapping[str, list[object]], chosen: dict[str, Chosen], goal: Condition,
    steps: "itertools.count[int]",
) -> Iterator[None]:  # fmt: skip
    if next(steps) > _MOST_STEPS:
        raise TooManyWays()
    if not rest:
        if holds(goal, chosen):
            yield
        return
    question, later = rest[0], rest[1:]
    shown = question.show_if is None or holds(question.show_if, chosen)
    answers = _stand_ins(question, named.get(question.key, [])) if shown else [NOTHING]
    for answer in answers:
        yield from _ways(later, named, {**chosen, question.key: answer}, goal, steps)


def _matter(question: Question, by_key: Mapping[str, Question]) -> set[str]:
    """The questions that decide, directly or through others, whether this one is shown."""
    found: set[str] = set()
    waiting = [question]
    while waiting:
        condition = waiting.pop().show_if
        for _, leaf in condition.leaves() if condition is not None else ():
            key = leaf.question or ""
            if key in by_key and key not in found:
                found.add(key)
                waiting.append(by_key[key])
    return found


def _named(document: SurveyDocument) -> dict[str, list[object]]:
    """What conditions compare each question with."""
    found: dict[str, list[object]] = {}
    for question in document.questions:
        for _, leaf in question.show_if.leaves() if question.show_if is not None else ():
            assert leaf.question is not None
            operand = leaf.operand(leaf.operator)
            values = operand if isinstance(operand, list) else [operand]
            found.setdefault(leaf.question, []).extend(v for v in values if not isinstance(v, bool))
    return found


def _stand_ins(question: Question, named: list[object]) -> list[Chosen]:
    """Answers that stand for all that could be given, the empty one last and only where it may be left out."""
    empty = [] if isinstance(question, Words) or question.required else [NOTHING]
    return [*_given(question, named), *empty]


def _given(question: Question, named: list[object]) -> list[Chosen]:
    match question:
        case Single() | ImageChoice():
            return [frozenset({option.key}) for option in question.options]
        case Multiple():
            return _several(question, [str(value) for value in named])
        case Ranking():
            keys = [option.key for option in question.options]
            if question.top is None or question.top >= len(keys):
                return [frozenset(keys)]
            wanted = _wanted(keys, [str(value) for value in named])
            return [frozenset(part) for part in itertools.combinations(wanted, min(question.top, len(wanted)))]
        case Scale() | NumberAsked():
            return _numbers(question, [value for value in named if isinstance(value, int | float)])
        case DateAsked():
            return _dates(question, [str(value) for value in named])
        case Words():
            return [NOTHING]
        case _:
            return [frozenset({"\x00answered"})]


def _wanted(keys: list[str], named: list[str]) -> list[str]:
    mentioned = [key for key in keys if key in named]
    if len(mentioned) > _MOST_NAMED:
        raise TooManyWays()
    return [*mentioned, *(key for key in keys if key not in mentioned)][: _MOST_NAMED + 4]


def _several(question: Multiple, named: list[str]) -> list[Chosen]:
    alone = [option.key for option in question.options if option.exclusive]
    keys = [option.key for option in question.options if not option.exclusive]
    fewest, most = max(question.min or 1, 1), min(question.max or len(keys), len(keys))
    mentioned = [key for key in keys if key in named]
    if len(mentioned) > _MOST_NAMED:
        raise TooManyWays()
    others = [key for key in keys if key not in mentioned]
    found: list[Chosen] = [frozenset({key}) for key in alone]
    for size in range(len(mentioned) + 1):
        for part in itertools.combinations(mentioned, size):
            filling = max(fewest - size, 0) or (1 if size == 0 else 0)
            if filling <= len(others) and size + filling <= most:
                found.append(frozenset([*part, *others[:filling]]))
    return found


def _numbers(question: Scale | NumberAsked, named: list[int | float]) -> list[Chosen]:
    whole = isinstance(question, Scale) or question.integer
    near: set[int | float] = {0}
    for value in [*named, *(bound for bound in (question.min, question.max) if bound is not None)]:
        near |= {value - 1, value, value + 1} if whole else {value - 1, value - 1e-6, value, value + 1e-6, value + 1}
    kept = sorted(
        value
        for value in near
        if (question.min is None or value >= question.min)
        and (question.max is None or value <= question.max)
        and (not whole or value == int(value))
    )
    return [frozenset({value}) for value in kept]


def _dates(question: DateAsked, named: list[str]) -> list[Chosen]:
    near: set[date] = set()
    for day in [date(2026, 1, 1), question.min, question.max, *(date.fromisoformat(value) for value in named)]:
        if day is not None:
            near |= {day + timedelta(days=step) for step in (-1, 0, 1) if date.min < day < date.max} | {day}
    return [
        frozenset({day.isoformat()})
        for day in sorted(near)
        if (question.min is None or day >= question.min) and (question.max is None or day <= question.max)
    ]
