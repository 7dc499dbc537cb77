"""The answers to a survey as JSON Schema (2020-12): what an app checks before it hands them in.

What the schema refuses, the server refuses. It says nothing of what JSON Schema has no words for: whether a date lies
between two others, whether a drawing is large enough to be kept. A question that is not answered is left out.
"""

from collections.abc import Mapping
from typing import Any

from surveys.forms.conditions import Condition
from surveys.forms.document import SurveyDocument
from surveys.forms.types import Answerable, Words
from surveys.forms.types.question import Schema


def schema_of(document: SurveyDocument, language: str) -> Schema:
    """The schema of one respondent's answers, titles in that language where there are any."""
    questions = {q.key: q for q in document.questions if not isinstance(q, Words)}
    rules = [rule for q in questions.values() if (rule := _when_shown(q, questions)) is not None]
    needed = [q.key for q in questions.values() if q.required and q.show_if is None]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _said(document.title, language),
        "type": "object",
        "properties": {q.key: {"title": _said(q.label, language), **q.answer_schema()} for q in questions.values()},
        "required": needed,
        "additionalProperties": False,
        **({"allOf": rules} if rules else {}),
    }


def _said(text: Mapping[str, str], language: str) -> str:
    return text.get(language) or next(iter(text.values()))


def _when_shown(question: Answerable, questions: Mapping[str, Answerable]) -> Schema | None:
    """A question that conditions hide is not answered; a required one is where they show it."""
    if question.show_if is None:
        return None
    holds = _holds(question.show_if, questions)
    if holds is None:
        return None
    shown: Schema = {"required": [question.key]} if question.required else {}
    return {"if": holds, "then": shown, "else": {"properties": {question.key: False}}}


def _holds(condition: Condition, questions: Mapping[str, Answerable]) -> Schema | None:
    """The answers for which a condition holds; None where a schema cannot tell."""
    if condition.question is not None:
        return _leaf_holds(condition, questions[condition.question])
    if condition.not_ is not None:
        inside = _holds(condition.not_, questions)
        return None if inside is None else {"not": inside}
    parts = [_holds(part, questions) for _, part in condition.parts()]
    if any(part is None for part in parts):
        return None
    return {"allOf" if condition.all_ is not None else "anyOf": parts}


def _leaf_holds(condition: Condition, question: Answerable) -> Schema | None:
    operand = condition.operand(condition.operator)
    match condition.operator:
        case "answered":
            answered: Schema = {"required": [question.key]}
            return answered if operand else {"not": answered}
        case "is":
            return _is_any(question, [operand])
        case "is_not":
            return {"not": _is_any(question, [operand])}
        case "any_of":
            return _is_any(question, operand)
        case "none_of":
            return {"not": _is_any(question, operand)}
        case operator:
            if isinstance(operand, str):
                return None  # A schema does not order texts.
            end = "minimum" if operator == "at_least" else "maximum"
            return {"properties": {question.key: {end: operand}}, "required": [question.key]}


def _is_any(question: Answerable, values: list[Any]) -> Schema:
    kinds: list[Schema] = [{"enum": values}]
    if any(option.key in values and getattr(option, "other", False) for option in getattr(question, "options", ())):
        kinds.append({"type": "object"})
    one = {"anyOf": kinds}
    return {
        "properties": {question.key: {"contains": one} if question.answer_is_list else one},
        "required": [question.key],
    }
