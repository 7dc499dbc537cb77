"""When a question of a form is shown, as a condition of ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from operator import ge, gt, le, lt
from typing import Any, Final

from surveys.forms.types import ANSWERABLE_BY_NAME
from surveys.forms.types.date import a_day
from surveys.forms.types.question import AMONG, ORDERED
from surveys.xlsform.expressions import CannotCarry, Compared, Expression, Group, Term

Condition = dict[str, Any]
_ORDER: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {">": gt, "<": lt, ">=": ge, "<=": le}
_EVERY_PART: Final = 20
_NONE: Final = Decimal(0)
_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """One question that a row became: its key, and its options' keys by their names in the form."""

    key: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A row that is asked: its type, what it became, and whether its answers are whole numbers."""

    name: str
    type: str
    parts: tuple[MadeQuestion, ...]
    whole: bool = False

    @property
    def chosen(self) -> bool:
        """Whether options are chosen."""
        return ANSWERABLE_BY_NAME[self.type].compared_by == AMONG

    @property
    def ordered(self) -> bool:
        """Whether its answers are numbers or days."""
        return ANSWERABLE_BY_NAME[self.type].compared_by == ORDERED


Earlier = dict[str, AskedRow]
"""The rows before, by their names; one that is not asked has no parts. (pyxform refuses a reference to a name that is
there twice.)
"""


def condition(expression: Expression, earlier: Earlier) -> Condition:
    """The expression as a condition. Raises CannotCarry.

    `>` and `<` become the next whole number where answers are whole, else "at least, and not".
    """
    if isinstance(expression, Group):
        parts = [condition(part, earlier) for part in expression.parts]
        return _opposite(parts[0]) if expression.how == "not" else together(expression.how, parts)
    name = expression.term.name
    asked = earlier.get(name)
    if asked is None or not asked.parts:
        if not name:
            raise CannotCarry("it is about the question itself")
        raise CannotCarry("it is about {name}, which is not asked before it", name=name)
    return _compared(expression, asked)


def equals(asked: AskedRow, value: str) -> Condition:
    """That one of the options of a single choice was chosen; CannotCarry where it is none of them."""
    return _compared(Compared(Term("answer", asked.name), "=", value), asked)


def together(how: str, parts: Sequence[Condition]) -> Condition:
    """Several conditions as one, one of several values where that is all they say."""
    flat = list(parts)
    if len(flat) == 1:
        return flat[0]
    about = {part.get("question") for part in flat}
    if how == "any" and len(about) == 1 and all("is" in part for part in flat):
        return {"question": flat[0]["question"], "any_of": [part["is"] for part in flat]}
    while len(flat) > _EVERY_PART:
        flat = [{how: flat[n : n + _EVERY_PART]} for n in range(0, len(flat), _EVERY_PART)]
    return {how: flat}


def _opposite(part: Condition) -> Condition:
    """What holds where a condition does not, by one operator where there is one for it."""
    for operator, other in (("is", "is_not"), ("any_of", "none_of")):
        if operator in part:
            return {"question": part["question"], other: part[operator]}
    return {"not": part}


def _compared(said: Compared, asked: AskedRow) -> Condition:
    value, op, what = said.value, said.op, said.term.what
    if what in ("count", "length"):
        return _whether(asked, _any_at_all(what, op, value, asked))
    if value == "" and op in ("=", "!="):
        return _whether(asked, op == "!=")
    if asked.chosen:
        return _chosen(asked, what, op, value)
    if asked.type == "date":
        if not isinstance(value, str) or a_day(value) is None:
            raise CannotCarry("it compares a day with {value}", value=value)
        return _ordered(asked.parts[0].key, op, value, None)
    if asked.ordered:
        return _number(asked, op, value)
    raise CannotCarry("it compares what is written or drawn")


def _any_at_all(what: str, op: str, value: str | Decimal, asked: AskedRow) -> bool:
    """Whether a comparison of a count says that there is an answer (or that there is none)."""
    fits = asked.chosen if what == "count" else asked.type == "text"
    if fits and isinstance(value, Decimal):
        if (op, value) in ((">", _NONE), (">=", _ONE), ("!=", _NONE)):
            return True
        if (op, value) in (("=", _NONE), ("<", _ONE), ("<=", _NONE)):
            return False
    raise CannotCarry("it counts what was chosen or written")


def _whether(asked: AskedRow, answered: bool) -> Condition:
    each = [{"question": part.key, "answered": answered} for part in asked.parts]
    return together("any" if answered else "all", each)


def _chosen(asked: AskedRow, what: str, op: str, value: str | Decimal) -> Condition:
    if op in _ORDER and (asked.type not in ("single", "image_choice") or isinstance(value, str)):
        raise CannotCarry("it puts options in an order")
    found = [(part, keys) for part in asked.parts if (keys := _matching(part.options, op, value))]
    if not found:
        raise CannotCarry("{value} is none of the options of {name}", value=value, name=asked.name)
    if what == "answer" and asked.type == "ranking":
        raise CannotCarry("it compares a whole ranking")
    if what == "answer" and asked.type == "multiple":
        alone = together("any", [_alone(part, keys[0]) for part, keys in found])
        return _opposite(alone) if op == "!=" else alone
    if op == "!=":
        return together("all", [{"question": part.key, "is_not": key} for part, keys in found for key in keys])
    return together("any", [{"question": part.key, "is": key} for part, keys in found for key in keys])


def _alone(part: MadeQuestion, key: str) -> Condition:
    """That an option was chosen and no other: what `=` says of a choice of several."""
    others = [other for other in part.options.values() if other != key]
    return together("all", [{"question": part.key, "is": key}, {"question": part.key, "none_of": others}])


def _matching(options: Mapping[str, str], op: str, value: str | Decimal) -> list[str]:
    """The keys of the options that a comparison is true of; numbers are compared as numbers, as XPath does."""
    if isinstance(value, str):
        return [options[value]] if value in options else []
    holds = _ORDER.get(op)
    found = []
    for name, key in options.items():
        try:
            number = Decimal(name)
        except InvalidOperation:
            continue
        if number.is_finite() and (holds(number, value) if holds else number == value):
            found.append(key)
    return found


def _number(asked: AskedRow, op: str, value: str | Decimal) -> Condition:
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise CannotCarry("it compares a number with a text") from None
    if not exact.is_finite() or abs(exact) > 10**12:
        raise CannotCarry("it compares with a number that is too large")
    number: int | float = int(exact) if exact == int(exact) else float(exact)
    step = 1 if asked.whole and isinstance(number, int) else None
    return _ordered(asked.parts[0].key, op, number, step)


def _ordered(key: str, op: str, value: Any, step: int | None) -> Condition:
    if op in ("=", "!="):
        return {"question": key, "is" if op == "=" else "is_not": value}
    if op in (">=", "<="):
        return {"question": key, "at_least" if op == ">=" else "at_most": value}
    beyond = "at_least" if op == ">" else "at_most"
    if step is not None:
        return {"question": key, beyond: value + (step if op == ">" else -step)}
    return {"all": [{"question": key, beyond: value}, {"question": key, "is_not": value}]}
