"""Answers are judged by their survey: never a stumble, never leniency, always a pointer."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from surveys.forms.answers import judge, shown
from surveys.forms.conditions import Condition, holds
from surveys.forms.document import SurveyDocument, misplaced
from surveys.forms.proofreading import proofread
from tests.surveys.forms import made_up, reference

CASES = json.loads((Path(__file__).parent / "condition_cases.json").read_text())["cases"]
EPSG = 25832
L = {"nb": "Hva?"}


def asking(*questions: dict[str, Any]) -> SurveyDocument:
    return SurveyDocument.model_validate(
        {"title": L, "languages": ["nb"], "questions": [{"label": L, **q} for q in questions]}
    )


def wrong(document: SurveyDocument, answers: dict[str, Any]) -> dict[str, str]:
    return {c.pointer: c.about for c in judge(document, answers, EPSG).complaints}


YES_NO = [{"key": "yes", "label": L}, {"key": "no", "label": L}]
RIDES = {"key": "rides", "type": "single", "options": YES_NO, "required": True}
HOW_OFTEN = {
    "key": "often",
    "type": "scale",
    "min": 1,
    "max": 5,
    "required": True,
    "show_if": {"question": "rides", "is": "yes"},
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: json.dumps(case["condition"])[:60])
def test_conditions_mean_what_the_shared_table_says(case: dict[str, Any]) -> None:
    chosen = {key: frozenset(values) for key, values in case["chosen"].items()}
    assert holds(Condition.model_validate(case["condition"]), chosen) is case["holds"]
    assert reference.true(case["condition"], case["chosen"]) is case["holds"]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made_up.a_survey_and_answers())
def test_judging_never_stumbles_and_agrees_with_a_second_opinion(made: Any) -> None:
    stored, document, answers = made
    assert misplaced(document) == []
    judged = judge(document, answers, EPSG)
    second = reference.acceptable(stored, answers)
    tiny = {c.about for c in judged.complaints} == {"too_small"}
    assert (not judged.complaints) is second or (tiny and second)
    for complaint in judged.complaints:
        assert complaint.in_language(["nn"]).detail
        assert judged.kept == {}
    if not judged.complaints:
        again = judge(document, dict(judged.kept), EPSG)
        assert again.kept == judged.kept, "what is kept is in its final form"
        assert set(judged.kept) <= shown(document, judged.kept)
        json.dumps(judged.kept, allow_nan=False)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made_up.a_survey_and_answers())
def test_a_question_that_somebody_was_shown_is_never_called_unreachable(made: Any) -> None:
    _, document, answers = made
    unreachable = {e.pointer for e in proofread(document).errors}
    judged = judge(document, answers, EPSG)
    if not judged.complaints:
        for place, question in enumerate(document.questions):
            if question.key in shown(document, judged.kept):
                assert f"/questions/{place}/show_if" not in unreachable


def test_an_answer_to_a_hidden_question_is_refused_at_its_place() -> None:
    document = asking(RIDES, HOW_OFTEN)
    assert wrong(document, {"rides": "no", "often": 3}) == {"/answers/often": "hidden"}
    assert wrong(document, {"rides": "no"}) == {}
    assert wrong(document, {"rides": "yes"}) == {"/answers/often": "required"}
    assert wrong(document, {"rides": "yes", "often": 6}) == {"/answers/often": "above"}


def test_every_question_at_fault_is_pointed_at_in_the_residents_language() -> None:
    judged = judge(asking(RIDES, HOW_OFTEN), {"rides": "maybe", "a/b~c": 1}, EPSG)
    said = [c.in_language(["se", "nn"]) for c in judged.complaints]
    assert [(e.pointer, e.detail) for e in said] == [
        ("/answers/a~1b~0c", "Undersøkinga har ikkje dette spørsmålet."),
        ("/answers/rides", "Vel blant alternativa."),
    ]
    assert judged.complaints[0].in_language(["se"]).detail == "The survey does not have this question."


def test_a_place_is_kept_no_finer_than_its_cell() -> None:
    document = asking({"key": "where", "type": "map", "geometry": "point", "snap_m": 50})
    kept = {
        json.dumps(judge(document, {"where": {"type": "Point", "coordinates": [lon, 59.1312]}}, EPSG).kept)
        for lon in (10.21660, 10.21661, 10.21662, 10.21663)
    }
    assert len(kept) == 1
    coordinates = json.loads(kept.pop())["where"]["coordinates"]
    assert coordinates != [10.2166, 59.1312]
    assert abs(coordinates[0] - 10.2166) < 0.001
    assert abs(coordinates[1] - 59.1312) < 0.001


def test_a_drawing_smaller_than_its_cell_is_refused_with_the_size_that_is_needed() -> None:
    document = asking({"key": "where", "type": "map", "geometry": "area", "snap_m": 100})
    ring = [[10.2166, 59.1312], [10.21661, 59.1312], [10.21661, 59.13121], [10.2166, 59.1312]]
    assert wrong(document, {"where": {"type": "Polygon", "coordinates": [ring]}}) == {"/answers/where": "too_small"}


def test_a_survey_with_a_condition_on_what_comes_later_is_refused_with_the_pointer() -> None:
    found = misplaced(asking(HOW_OFTEN, RIDES))
    assert [e.pointer for e in found] == ["/questions/0/show_if/question"]
    twice = misplaced(asking(RIDES, RIDES))
    assert [e.pointer for e in twice] == ["/questions/1/key"]
    nonsense = {
        **HOW_OFTEN,
        "show_if": {"any": [{"question": "rides", "at_least": 3}, {"question": "rides", "is": "x"}]},
    }
    assert [e.pointer for e in misplaced(asking(RIDES, nonsense))] == [
        "/questions/1/show_if/any/0/at_least",
        "/questions/1/show_if/any/1/is",
    ]


def test_proofreading_finds_what_nobody_reaches_what_is_untranslated_and_what_asks_who_you_are() -> None:
    never = {
        "key": "never",
        "type": "text",
        "label": {"nb": "Hvorfor?"},
        "show_if": {"all": [{"question": "rides", "is": "yes"}, {"question": "rides", "is": "no"}]},
    }
    who = {"key": "who", "type": "text", "label": {"nb": "Skriv e-post", "en": "Your e-mail address"}}
    document = SurveyDocument.model_validate(
        {"title": L, "languages": ["nb", "en"], "questions": [{"label": {**L, "en": "?"}, **RIDES}, never, who]}
    )
    proof = proofread(document)
    assert {e.pointer for e in proof.errors} >= {"/questions/1/show_if", "/title/en", "/questions/1/label/en"}
    assert "/questions/0/options/0/label/en" in {e.pointer for e in proof.errors}
    assert {e.pointer for e in proof.warnings} == {"/questions/2/label"}
    assert proof.minutes >= 1


def test_a_question_hidden_by_a_hidden_one_is_found_unreachable() -> None:
    a = {"key": "a", "type": "scale", "min": 1, "max": 5}
    b = {"key": "b", "type": "scale", "min": 1, "max": 5, "show_if": {"question": "a", "at_least": 4}}
    reachable = {"question": "b", "at_least": 2}
    c = {"key": "c", "type": "text", "show_if": {"all": [{"question": "a", "at_most": 3}, reachable]}}
    d = {"key": "d", "type": "text", "show_if": reachable}
    e = {"key": "e", "type": "text", "show_if": {"question": "a", "at_least": 6}}
    assert [e.pointer for e in proofread(asking(a, b, c, d, e)).errors] == [
        "/questions/2/show_if",
        "/questions/4/show_if",
    ]


@pytest.mark.parametrize(
    "broken",
    [
        {"key": "q", "type": "single", "options": [YES_NO[0], YES_NO[0]]},
        {"key": "q", "type": "single", "options": YES_NO[:1]},
        {"key": "q", "type": "multiple", "options": YES_NO, "min": 3},
        {"key": "q", "type": "scale", "min": 5, "max": 5},
        {"key": "q", "type": "number", "min": 5, "max": 4},
        {"key": "q", "type": "number", "min": True},
        {"key": "q", "type": "date", "min": "2026-12-01", "max": "2026-01-01"},
        {"key": "q", "type": "ranking", "options": YES_NO, "top": 3},
        {"key": "q", "type": "map", "geometry": "point", "snap_m": 10},
        {"key": "q", "type": "text", "max_length": 5001},
        {"key": "q", "type": "text", "shown": True},
        {"key": "q", "type": "essay"},
        {"key": "1", "type": "text"},
        {"key": "q", "type": "text", "show_if": {"question": "a", "is": 1, "is_not": 2}},
        {"key": "q", "type": "text", "show_if": {"question": "a"}},
        {"key": "q", "type": "info"},
    ],
    ids=json.dumps,
)
def test_a_question_that_nobody_could_answer_is_refused_when_it_is_written(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        asking(broken)
