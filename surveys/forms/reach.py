"""Which questions somebody can come to at all: a search through what could be answered."""

import itertools
from collections.abc import Iterator, Mapping

from surveys.forms.conditions import Chosen, Condition, holds
from surveys.forms.document import SurveyDocument
from surveys.forms.types import Question, Words
from surveys.forms.types.options import TooManyStandIns

_MOST_STEPS = 40_000
NOTHING: Chosen = frozenset()


class SearchTooLong(Exception):
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
        except (SearchTooLong, TooManyStandIns):
            continue
    return found


def _ways(
    rest: list[Question],
    named: Mapping[str, list[object]],
    chosen: dict[str, Chosen],
    goal: Condition,
    steps: "itertools.count[int]",
) -> Iterator[None]:
    if next(steps) > _MOST_STEPS:
        raise SearchTooLong()
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
    given = [NOTHING] if isinstance(question, Words) else question.stand_ins(named)
    return [*given, *empty]
