"""A survey goes out as an XLSForm and comes back as it was, and what an XLSForm cannot say is listed."""

import io
import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from surveys.forms.document import SurveyDocument
from surveys.xlsform.export import export_form
from surveys.xlsform.reading import import_form
from surveys.xlsform.workbooks import open_workbook
from tests.surveys.forms.made_up import a_survey
from tests.surveys.polling import SURVEY, Polling

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXAMPLES = 300 if os.environ.get("MEDVIRK_PROVE") else 25
T = {"nb": "Hva?", "nn": "Kva?", "en": "What?"}


def options(*keys: str) -> list[dict[str, Any]]:
    return [{"key": key, "label": {tag: f"{text} {key}" for tag, text in T.items()}} for key in keys]


def q(kind: str, key: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "label": {tag: f"{text} {key}" for tag, text in T.items()}, **more}


CARRIED: dict[str, Any] = {
    "title": dict.fromkeys(T, "Skolevei"),
    "languages": ["nb", "nn", "en"],
    "questions": [
        q("single", "bike", options=options("yes", "no", "1"), required=True, random_order=True),
        q("info", "hello", help=T),
        q("section", "page"),
        q(
            "multiple",
            "how",
            options=options("bus", "foot", "car"),
            min=1,
            max=2,
            show_if={"question": "bike", "is": "no"},
        ),
        q("number", "km", min=0.5, max=40, show_if={"question": "how", "any_of": ["bus", "car"]}, help=T),
        q("number", "age", integer=True, min=6),
        q("scale", "safe", min=0, max=10, show_if={"question": "age", "at_least": 12}),
        q("rating", "stars", min=1, max=5, show_if={"question": "safe", "at_most": 3}),
        q("section", "second"),
        q(
            "text",
            "why",
            max_length=300,
            long=True,
            show_if={"any": [{"question": "bike", "is_not": "yes"}, {"question": "km", "answered": False}]},
        ),
        q("date", "day", min="2026-01-01", max="2026-12-31", show_if={"question": "how", "none_of": ["bus", "foot"]}),
        q("ranking", "order", options=options("a", "b", "c"), show_if={"question": "day", "at_least": "2026-06-01"}),
        q("matrix", "table", rows=options("ra", "rb"), columns=options("c1", "c2"), required=True),
        q(
            "map",
            "here",
            geometry="point",
            show_if={"not": {"all": [{"question": "bike", "is": "yes"}, {"question": "why", "answered": True}]}},
        ),
        q("map", "way", geometry="line"),
        q("map", "area", geometry="area"),
        q("image_choice", "pic", options=[{**o, "image": f"{o['key']}.png"} for o in options("red", "blue")]),
    ],
}


def back(document: SurveyDocument) -> tuple[SurveyDocument, list[str]]:
    workbook, _ = export_form(document)
    found = import_form(open_workbook(workbook), document.languages[0])
    return found.document, [f"{note.name}: {note.detail}" for note in found.notes]


def test_what_an_xlsform_can_say_comes_back_as_it_was() -> None:
    document = SurveyDocument.model_validate(CARRIED)
    _, unsaid = export_form(document)
    assert unsaid == []
    returned, changed = back(document)
    assert changed == []
    assert returned.stored() == document.stored()


LOSING: list[tuple[dict[str, Any], str]] = [
    (q("single", "x", options=[*options("a"), {**options("b")[0], "other": True}]), "other words"),
    (q("multiple", "x", options=[*options("a", "c"), {**options("b")[0], "exclusive": True}]), "stands alone"),
    (q("single", "x", options=options("a", "b"), breakdown=True), "tabulated"),
    (q("scale", "x", min=1, max=5, labels={"min": T}), "ends mean"),
    (q("number", "x", unit="km"), "unit (km)"),
    (q("ranking", "x", options=options("a", "b", "c"), top=2), "put in order"),
    (q("map", "x", geometry="points"), "One place"),
    (q("map", "x", geometry="point", comment=True), "comment"),
    (q("map", "x", geometry="point", snap_m=500), "500 m"),
    (q("section", "x", help=T), "explanation"),
    (q("matrix", "x", rows=options("r"), columns=options("c", "d"), help=T), "explanation"),
    (q("section", "x", show_if={"question": "bike", "is": "yes"}), "note"),
]


@pytest.mark.parametrize(("question", "said"), LOSING, ids=[said for _, said in LOSING])
def test_what_it_cannot_say_is_listed_at_its_row(question: dict[str, Any], said: str) -> None:
    first = q("single", "bike", options=options("yes", "no"))
    document = SurveyDocument.model_validate({**CARRIED, "questions": [first, question]})
    workbook, unsaid = export_form(document)
    assert [(note.row, note.name, note.kind) for note in unsaid] == [(3, "x", "changed")]
    assert said in unsaid[0].detail
    sheet = load_workbook(io.BytesIO(workbook))["survey"]
    assert sheet.cell(3, [c.value for c in sheet[1]].index("name") + 1).value == "x", "the row is the question's"
    assert [question.key for question in back(document)[0].questions] == ["bike", "x"]


def test_a_question_whose_condition_cannot_be_said_is_left_out_and_so_is_what_hangs_on_it() -> None:
    table = q("matrix", "table", rows=options("r"), columns=options("c", "d"))
    on_table = q("number", "n", show_if={"question": "table", "answered": True})
    on_that = q("text", "t", show_if={"question": "n", "answered": True})
    document = SurveyDocument.model_validate({**CARRIED, "questions": [table, on_table, on_that]})
    _, unsaid = export_form(document)
    assert [(note.name, note.kind, note.row) for note in unsaid] == [("n", "left_out", None), ("t", "left_out", None)]


def test_what_is_of_the_whole_survey_is_listed_without_a_row() -> None:
    document = SurveyDocument.model_validate(
        {
            **CARRIED,
            "title": T,
            "intro": T,
            "closes_at": "2030-01-01T00:00:00Z",
            "assurance": "code",
            "eligibility": {"kind": "interest", "interests": ["traffic"]},
            "smallest_group": 9,
            "plan_id": "7",
        }
    )
    _, unsaid = export_form(document)
    assert len(unsaid) == 7
    assert {note.row for note in unsaid} == {None}


def test_a_text_that_looks_like_a_formula_goes_out_as_a_text() -> None:
    label = {"nb": '=HYPERLINK("http://x")', "nn": "+1", "en": "@x"}
    document = SurveyDocument.model_validate({**CARRIED, "questions": [{**q("text", "x"), "label": label}]})
    returned, _ = back(document)
    assert returned.questions[0].label == label


def without_conditions(document: SurveyDocument, keys: list[str]) -> Any:
    """The document as it is stored, of some questions alone, but for when they are shown."""
    stored: Any = document.stored()
    kept = [question for question in stored["questions"] if question["key"] in keys]
    return {**stored, "questions": [{k: v for k, v in question.items() if k != "show_if"} for question in kept]}


@given(a_survey(), st.permutations(["nb", "en"]))
@settings(max_examples=EXAMPLES, deadline=None)
def test_whatever_survey_goes_out_comes_back_as_it_was_but_for_what_is_told(
    made: dict[str, Any], languages: list[str]
) -> None:
    document = SurveyDocument.model_validate({**made, "title": dict.fromkeys(languages, "T"), "languages": languages})
    _, unsaid = export_form(document)
    left_out = {note.name for note in unsaid if note.kind == "left_out"}
    staying = [question.key for question in document.questions if question.key not in left_out]
    if not staying:
        return
    returned, _ = back(document)
    assert [question.key for question in returned.questions] == staying
    shown = {question.key: question.show_if is not None for question in document.questions}
    assert all((question.show_if is not None) is shown[question.key] for question in returned.questions)
    changed = {note.name for note in unsaid}
    whole = [key for key in staying if key not in changed]
    assert without_conditions(returned, whole) == without_conditions(document, whole)


async def test_staff_take_a_survey_along_and_bring_it_back(polling: Polling) -> None:
    await polling.write(SURVEY)
    path = f"/v1/staff/surveys/{polling.survey}/xlsform"
    planner = await polling.town.key("planner")
    out = await polling.client.get(path, headers=planner)
    assert (out.status_code, out.headers["content-type"]) == (200, XLSX)
    assert out.headers["content-disposition"].startswith("attachment")
    planner["Accept-Language"] = "en"
    notes = (await polling.client.get(f"{path}/notes", headers=planner)).json()["items"]
    assert [(n["row"], n["detail"]) for n in notes] == [(None, "The title stands in one language alone.")]
    headers = {**polling.staff, "Content-Type": XLSX}
    again = await polling.client.post("/v1/staff/surveys/import", headers=headers, content=out.content)
    assert again.status_code == 201, again.text
    assert [x["key"] for x in again.json()["survey"]["questions"]] == ["bike", "safe", "why"]
    show_if = again.json()["survey"]["questions"][1]["show_if"]
    assert {name: value for name, value in show_if.items() if value is not None} == {"question": "bike", "is": "yes"}
