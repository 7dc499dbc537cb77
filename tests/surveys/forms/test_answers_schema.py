"""The schema of a survey's answers takes what the server takes, and refuses nothing else where it can tell."""

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

from surveys.forms.answers import judge
from surveys.forms.answers_schema import schema_of
from surveys.forms.document import SurveyDocument
from tests.surveys.forms.made_up import Doc, a_survey_and_answers
from tests.surveys.polling import SURVEY, Polling

L = {"nb": "Hva?", "en": "What?"}
THREE = [{"key": k, "label": L} for k in ("a", "b", "c")]


def accepts(document: SurveyDocument, answers: dict[str, Any]) -> bool:
    schema = schema_of(document, "nb")
    Draft202012Validator.check_schema(schema)
    found: bool = Draft202012Validator(schema).is_valid(answers)
    return found


def asked(*questions: Doc) -> SurveyDocument:
    return SurveyDocument.model_validate(
        {"title": L, "languages": ["nb", "en"], "questions": [{"label": L, **question} for question in questions]}
    )


@given(a_survey_and_answers())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_the_server_takes_the_schema_takes(made: tuple[Doc, SurveyDocument, dict[str, Any]]) -> None:
    _, document, answers = made
    given_ones = {key: value for key, value in answers.items() if value not in (None, "", [], {})}
    judged = judge(document, given_ones, 25832)
    if not judged.complaints and all(math.isfinite(v) for v in given_ones.values() if isinstance(v, float)):
        assert accepts(document, given_ones)


SINGLE = asked({"key": "x", "type": "single", "options": [*THREE, {"key": "o", "label": L, "other": True}]})
SEVERAL = asked(
    {
        "key": "x",
        "type": "multiple",
        "min": 2,
        "max": 3,
        "required": True,
        "options": [*THREE, {"key": "none", "label": L, "exclusive": True}, {"key": "o", "label": L, "other": True}],
    }
)
TABLE = asked({"key": "x", "type": "matrix", "required": True, "rows": THREE[:2], "columns": THREE})
PLACE = asked({"key": "x", "type": "map", "geometry": "point", "comment": True})
HIDDEN = asked(
    {"key": "x", "type": "multiple", "options": [*THREE, {"key": "o", "label": L, "other": True}]},
    {"key": "y", "type": "number", "min": 0, "required": True, "show_if": {"question": "x", "any_of": ["a", "o"]}},
    {"key": "z", "type": "text", "max_length": 5, "show_if": {"not": {"question": "y", "at_least": 3}}},
)
HERE = {"type": "Point", "coordinates": [10.2, 59.1]}
CASES: list[tuple[SurveyDocument, Any, bool]] = [
    (SINGLE, {"x": "a"}, True),
    (SINGLE, {"x": {"other": "w"}}, True),
    (SINGLE, {}, True),
    (SINGLE, {"x": "q"}, False),
    (SINGLE, {"x": {"other": " "}}, False),
    (SINGLE, {"x": ["a"]}, False),
    (SINGLE, {"y": 1}, False),
    (SEVERAL, {"x": ["a", "b"]}, True),
    (SEVERAL, {"x": ["none"]}, True),
    (SEVERAL, {"x": ["a", {"other": "w"}]}, True),
    (SEVERAL, {}, False),
    (SEVERAL, {"x": ["a"]}, False),
    (SEVERAL, {"x": ["a", "none"]}, False),
    (SEVERAL, {"x": ["a", "b", "c", "o"]}, False),
    (SEVERAL, {"x": ["o", {"other": "w"}]}, False),
    (SEVERAL, {"x": ["a", "a"]}, False),
    (TABLE, {"x": {"a": "a", "b": "c"}}, True),
    (TABLE, {"x": {"a": "a"}}, False),
    (TABLE, {"x": {"a": "a", "b": "q"}}, False),
    (TABLE, {"x": {"a": "a", "b": "b", "c": "c"}}, False),
    (PLACE, {"x": HERE}, True),
    (PLACE, {"x": {"geometry": HERE, "comment": "w"}}, True),
    (PLACE, {"x": {"type": "LineString", "coordinates": [[10.2, 59.1], [10.3, 59.2]]}}, False),
    (PLACE, {"x": {"geometry": HERE, "note": "w"}}, False),
    (PLACE, {"x": [10.2, 59.1]}, False),
    (HIDDEN, {"x": ["b"], "z": "w"}, True),
    (HIDDEN, {"x": ["b"], "y": 1}, False),
    (HIDDEN, {"x": ["a"]}, False),
    (HIDDEN, {"x": ["a"], "y": 2, "z": "w"}, True),
    (HIDDEN, {"x": ["a"], "y": 3, "z": "w"}, False),
    (HIDDEN, {"x": [{"other": "w"}], "y": 3}, True),
    (HIDDEN, {"x": [{"other": "w"}]}, False),
    (HIDDEN, {"z": "longer"}, False),
]


@pytest.mark.parametrize(
    ("document", "answers", "fits"), CASES, ids=lambda v: json.dumps(v) if isinstance(v, dict) else ""
)
def test_schema_and_server_agree(document: SurveyDocument, answers: Any, fits: bool) -> None:
    assert (not judge(document, answers, 25832).complaints) is fits
    assert accepts(document, answers) is fits


async def test_an_app_asks_for_the_schema_of_a_survey(polling: Polling) -> None:
    await polling.write(SURVEY)
    path = f"/v1/staff/surveys/{polling.survey}/answers-schema"
    found = await polling.client.get(path, headers={**polling.staff, "Accept-Language": "en"})
    assert (found.status_code, found.headers["content-type"]) == (200, "application/schema+json")
    assert found.headers["content-language"] == "en"
    schema = found.json()
    assert (schema["$schema"], schema["required"]) == ("https://json-schema.org/draft/2020-12/schema", ["bike"])
    assert Draft202012Validator(schema).is_valid({"bike": "yes", "safe": 3})
    assert not Draft202012Validator(schema).is_valid({"bike": "no", "safe": 3})
