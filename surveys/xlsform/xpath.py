"""A condition in the words of an XLSForm: the other way round of `expressions.py`."""

from collections.abc import Mapping

from surveys.forms.conditions import Condition
from surveys.xlsform.notes import LeftOut

_CHOSEN = frozenset({"multiple", "ranking"})


class CannotSay(LeftOut):
    """The condition says something that an XLSForm has no words for; the sentence says what."""


def relevant(condition: Condition, types: Mapping[str, str]) -> str:
    """The condition as an expression; `types` has the type of each earlier question. Raises CannotSay."""
    if condition.not_ is not None:
        return f"not({relevant(condition.not_, types)})"
    if condition.question is not None:
        return _leaf(condition, types)
    joined, parts = ("and", condition.all_) if condition.all_ is not None else ("or", condition.any_ or [])
    said = [relevant(part, types) for part in parts]
    return said[0] if len(said) == 1 else f" {joined} ".join(f"({part})" for part in said)


def _leaf(condition: Condition, types: Mapping[str, str]) -> str:
    name, operator = condition.question or "", condition.operator
    kind = types.get(name)
    if kind is None or kind == "matrix":
        raise CannotSay("it is about {name}, which is a table or not in the form", name=name)
    asked, operand = f"${{{name}}}", condition.operand(operator)
    match operator:
        case "answered":
            return f"{asked} {'!=' if operand else '='} ''"
        case "is":
            return _is(asked, operand, kind)
        case "is_not":
            return f"not({_is(asked, operand, kind)})"
        case "any_of":
            return _any(asked, operand, kind)
        case "none_of":
            return f"not({_any(asked, operand, kind)})"
        case _:
            return f"{asked} {'>=' if operator == 'at_least' else '<='} {_value(operand, kind)}"


def _any(asked: str, values: list[object], kind: str) -> str:
    return " or ".join(_is(asked, value, kind) for value in values)


def _is(asked: str, value: object, kind: str) -> str:
    return f"selected({asked}, '{value}')" if kind in _CHOSEN else f"{asked} = {_value(value, kind)}"


def _value(value: object, kind: str) -> str:
    if isinstance(value, float):
        return repr(int(value)) if value == int(value) else f"{value:f}".rstrip("0")
    if isinstance(value, int):
        return str(value)
    return f"date('{value}')" if kind == "date" else f"'{value}'"
