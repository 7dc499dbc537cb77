"""What an answer may be (`constraint`), as limits of ours: the stricter of two, and none beyond what we allow."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final

from base.translation import Figure
from surveys.forms.types.date import a_day
from surveys.xlsform.expressions import CannotCarry, Compared, Expression, parse

Say = Callable[..., None]
"""Takes an English sentence and its values: a note on the cell."""
_LONGEST: Final = 5000
_MOST_CHOSEN: Final = 200
_LARGEST: Final = Decimal(10**12)
_ENDS: Final = {">=": ("min",), ">": ("min",), "<=": ("max",), "<": ("max",), "=": ("min", "max")}


def limit(text: str, question: dict[str, Any], say: Say) -> None:
    """Put the limits of an expression into a question; what cannot be said of it is told."""
    try:
        parts = list(_parts(parse(text)))
    except CannotCarry as reason:
        say("Its constraint cannot be carried over: {reason}.", reason=reason.sentence)
        return
    before = dict(question)
    for part in parts:
        try:
            _limit(part, question, say)
        except CannotCarry as reason:
            say("A part of its constraint cannot be carried over: {reason}.", reason=reason.sentence)
    low, high = question.get("min"), question.get("max")
    if question["type"] in ("number", "date", "multiple") and low is not None and high is not None and low > high:
        for end in ("min", "max"):
            question.pop(end)
            if end in before:
                question[end] = before[end]
        say("Its constraint allows no answer at all; it is left out.")


def _parts(expression: Expression) -> Iterator[Compared]:
    if isinstance(expression, Compared):
        yield expression
    elif expression.how == "all":
        for part in expression.parts:
            yield from _parts(part)
    else:
        raise CannotCarry("it has an alternative")


def _limit(part: Compared, question: dict[str, Any], say: Say) -> None:
    what, op, value, kind = part.term.what, part.op, part.value, question["type"]
    ends = _ENDS.get(op)
    if part.term.name or ends is None:
        raise CannotCarry("it is more than a least and a most")
    if what == "answer" and kind == "date" and isinstance(value, str) and a_day(value) is not None:
        try:
            day = date.fromisoformat(value) + timedelta(days={">": 1, "<": -1}.get(op, 0))
        except OverflowError:
            raise CannotCarry("it is more than a least and a most") from None
        for end in ends:
            _stricter(question, end, day.isoformat())
    elif what == "answer" and kind == "number" and isinstance(value, Decimal):
        _number(op, value, question, say)
    elif what == "length" and kind == "text" and isinstance(value, Decimal) and ends == ("max",):
        most = _whole(op, value)
        kept = max(1, min(_LONGEST, most))
        if kept != most:
            say("A text can have from 1 to {most} characters; its limit became {kept}.", most=_LONGEST, kept=kept)
        question["max_length"] = min(question.get("max_length", kept), kept)
    elif what == "count" and kind == "multiple" and isinstance(value, Decimal):
        _count(op, value, question, say)
    else:
        raise CannotCarry("it is more than a least and a most")


def _number(op: str, value: Decimal, question: dict[str, Any], say: Say) -> None:
    if abs(value) > _LARGEST:
        value = _LARGEST.copy_sign(value)
        say("Numbers can go to {most}; its limit became that.", most=Figure(f"{value:f}"))
    if question.get("integer"):
        if op == "=" and value != int(value):
            raise CannotCarry("it wants a whole number that is not whole")
        for end in _ENDS[op]:
            _stricter(question, end, _whole(op, value) if op != "=" else int(value))
        return
    if op in ("<", ">"):
        say("Its constraint shuts {value} itself out; here it is allowed.", value=Figure(f"{value:f}"))
    for end in _ENDS[op]:
        _stricter(question, end, float(value))


def _count(op: str, value: Decimal, question: dict[str, Any], say: Say) -> None:
    options = len(question["options"])
    for end in _ENDS[op]:
        wanted = _whole(op, value) if op != "=" else int(value)
        kept = max(0, min(options, wanted)) if end == "min" else max(1, min(_MOST_CHOSEN, wanted))
        if kept != wanted:
            say("So many cannot be chosen of {options} options; its limit became {kept}.", options=options, kept=kept)
        if end == "min" and kept == 0 != wanted:
            continue
        _stricter(question, end, kept)


def _whole(op: str, value: Decimal) -> int:
    """The first whole number that a bound lets through."""
    if op in (">", ">="):
        least = int(value.to_integral_value(ROUND_CEILING))
        return least + 1 if op == ">" and least == value else least
    most = int(value.to_integral_value(ROUND_FLOOR))
    return most - 1 if op == "<" and most == value else most


def _stricter(question: dict[str, Any], end: str, value: Any) -> None:
    if end in question:
        value = max(question[end], value) if end == "min" else min(question[end], value)
    question[end] = value
