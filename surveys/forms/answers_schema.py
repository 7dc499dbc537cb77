"""The answers to a survey as JSON Schema (2020-12): what an app checks before it hands them in.

What the schema refuses, the server refuses. It says nothing of what JSON Schema has no words for: whether a date lies
between two others, whether a drawing is large enough to be kept. A question that is not answered is left out.
"""

from collections.abc import Mapping
from typing import Any

from surveys.forms import questions as asked
from surveys.forms.answers import OTHER_LENGTH
from surveys.forms.conditions import Condition
from surveys.forms.document import SurveyDocument
from surveys.forms.places import MOST_POSITIONS
from surveys.forms.questions import Answerable, Words

Schema = dict[str, Any]

_OTHER: Schema = {
    "type": "object",
    "properties": {"other": {"type": "string", "maxLength": OTHER_LENGTH, "pattern": "\\S"}},
    "required": ["other"],
    "additionalProperties": False,
}
_POSITION: Schema = {
    "type": "array",
    "prefixItems": [
        {"type": "number", "minimum": -180, "maximum": 180},
        {"type": "number", "minimum": -90, "maximum": 90},
    ],
    "items": {"type": "number"},
    "minItems": 2,
    "maxItems": 3,
}  # fmt: skip


def schema_of(document: SurveyDocument, language: str) -> Schema:
    """The schema of one respondent's answers, titles in that language where there are any."""
    questions = {q.key: q for q in document.questions if not isinstance(q, Words)}
    rules = [rule for q in questions.values() if (rule := _when_shown(q, questions)) is not None]
    needed = [q.key for q in questions.values() if q.required and q.show_if is None]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _said(document.title, language),
        "type": "object",
        "properties": {
            q.key: {"title": _said(q.label, language), **_answer(q)} for q in questions.values()
        },
        "required": needed,
        "additionalProperties": False,
        **({"allOf": rules} if rules else {}),
    }  # fmt: skip


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
            if isinstance(question, asked.DateAsked):
                return None  # A schema does not order texts.
            end = "minimum" if operator == "at_least" else "maximum"
            return {"properties": {question.key: {end: operand}}, "required": [question.key]}


def _is_any(question: Answerable, values: list[Any]) -> Schema:
    kinds: list[Schema] = [{"enum": values}]
    if any(option.key in values and getattr(option, "other", False) for option in getattr(question, "options", ())):
        kinds.append({"type": "object"})
    one = {"anyOf": kinds}
    several = isinstance(question, asked.Multiple | asked.Ranking)
    return {"properties": {question.key: {"contains": one} if several else one}, "required": [question.key]}


def _answer(question: Answerable) -> Schema:
    match question:
        case asked.Single() | asked.ImageChoice():
            return _choice(question.options)
        case asked.Multiple():
            return _several(question)
        case asked.Ranking():
            count = question.top or len(question.options)
            items = {"enum": [option.key for option in question.options]}
            return {"type": "array", "items": items, "uniqueItems": True, "minItems": count, "maxItems": count}
        case asked.Scale():
            return {"type": "integer", "minimum": question.min, "maximum": question.max}
        case asked.NumberAsked():
            low = -1e12 if question.min is None else question.min
            high = 1e12 if question.max is None else question.max
            return {"type": "integer" if question.integer else "number", "minimum": low, "maximum": high}
        case asked.TextAsked():
            return {"type": "string", "minLength": 1, "maxLength": question.max_length}
        case asked.DateAsked():
            return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
        case asked.Matrix():
            columns = {"enum": [column.key for column in question.columns]}
            rows = [row.key for row in question.rows]
            return {
                "type": "object",
                "properties": dict.fromkeys(rows, columns),
                "additionalProperties": False,
                "minProperties": 1,
                "required": rows if question.required else [],
            }
        case asked.MapAsked():
            return _place(question)


def _choice(options: list[Any]) -> Schema:
    named: Schema = {"enum": [option.key for option in options]}
    return {"anyOf": [named, _OTHER]} if any(getattr(option, "other", False) for option in options) else named


def _several(question: asked.Multiple) -> Schema:
    alone = [option.key for option in question.options if option.exclusive]
    wanted: Schema = {
        "type": "array",
        "items": _choice(question.options),
        "uniqueItems": True,
        "minItems": 1,
        "maxItems": question.max or len(question.options),
    }
    rules: list[Schema] = []
    for option in question.options:
        if option.other:  # Named, or said in words: once.
            rules.append({"contains": _chosen([option.key], True), "minContains": 0, "maxContains": 1})
    words = any(option.other and option.exclusive for option in question.options)
    if alone:
        rules.append({"if": {"contains": _chosen(alone, words)}, "then": {"maxItems": 1}})
    if question.min:
        least: Schema = {"minItems": question.min}
        rules.append({"anyOf": [least, {"contains": _chosen(alone, words)}]} if alone else least)
    return {**wanted, **({"allOf": rules} if rules else {})}


def _chosen(keys: list[str], words: bool) -> Schema:
    return {"anyOf": [{"enum": keys}, {"type": "object"}]} if words else {"enum": keys}


def _place(question: asked.MapAsked) -> Schema:
    positions = {"type": "array", "items": _POSITION, "minItems": 1, "maxItems": MOST_POSITIONS}
    kind, coordinates = {
        "point": ("Point", _POSITION),
        "points": ("MultiPoint", positions),
        "line": ("LineString", {**positions, "minItems": 2}),
        "area": ("Polygon", {"type": "array", "minItems": 1, "maxItems": 1,
                             "items": {**positions, "minItems": 4, "maxItems": MOST_POSITIONS + 1}}),
    }[question.geometry]  # fmt: skip
    geometry: Schema = {
        "type": "object",
        "properties": {"type": {"const": kind}, "coordinates": coordinates},
        "required": ["type", "coordinates"],
        "additionalProperties": False,
    }
    if not question.comment:
        return geometry
    with_comment: Schema = {
        "type": "object",
        "properties": {
            "geometry": geometry,
            "comment": {"anyOf": [{"type": "string", "maxLength": OTHER_LENGTH}, {"type": "null"}]},
        },
        "required": ["geometry"],
        "additionalProperties": False,
    }
    return {"anyOf": [geometry, with_comment]}
