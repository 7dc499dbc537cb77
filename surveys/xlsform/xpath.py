"""A condition in the words of an XLSForm: the other way round of `expressions.py`."""

from collections.abc import Mapping

from surveys.forms.conditions import Condition
from surveys.forms.types import DateAsked, Matrix
from surveys.forms.types.question import BaseQuestion
from surveys.xlsform.notes import LeftOut


class CannotSay(LeftOut):
    """The condition says something that an XLSForm has no words for; the sentence says what."""


def relevant(condition: Condition, asked: Mapping[str, BaseQuestion]) -> str:
    """The condition as an expression; `asked` has each earlier question. Raises CannotSay."""
    if condition.not_ is not None:
        return f"not({relevant(condition.not_, asked)})"
    if condition.question is not None:
        return _leaf(condition, asked)
    joined, parts = ("and", condition.all_) if condition.all_ is not None else ("or", condition.any_ or [])
    said = [relevant(part, asked) for part in parts]
    return said[0] if len(said) == 1 else f" {joined} ".join(f"({part})" for part in said)


def _leaf(condition: Condition, asked: Mapping[str, BaseQuestion]) -> str:
    name, operator = condition.question or "", condition.operator
    about = asked.get(name)
    if about is None or isinstance(about, Matrix):
        raise CannotSay("it is about {name}, which is a table or not in the form", name=name)
    answer, operand = f"${{{name}}}", condition.operand(operator)
    match operator:
        case "answered":
            return f"{answer} {'!=' if operand else '='} ''"
        case "is":
            return _is(answer, operand, about)
        case "is_not":
            return f"not({_is(answer, operand, about)})"
        case "any_of":
            return _any(answer, operand, about)
        case "none_of":
            return f"not({_any(answer, operand, about)})"
        case _:
            return f"{answer} {'>=' if operator == 'at_least' else '<='} {_value(operand, about)}"


def _any(answer: str, values: list[object], about: BaseQuestion) -> str:
    return " or ".join(_is(answer, value, about) for value in values)


def _is(answer: str, value: object, about: BaseQuestion) -> str:
    return f"selected({answer}, '{value}')" if about.answer_is_list else f"{answer} = {_value(value, about)}"


def _value(value: object, about: BaseQuestion) -> str:
    if isinstance(value, float):
        return repr(int(value)) if value == int(value) else f"{value:f}".rstrip("0")
    if isinstance(value, int):
        return str(value)
    return f"date('{value}')" if isinstance(about, DateAsked) else f"'{value}'"
