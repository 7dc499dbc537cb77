"""What is found before a survey goes out: dead ends, hidden questions, missing words, questions of who one is."""

from typing import Any

import pytest
from pyproj import Transformer

from surveys.forms.answers import judge
from surveys.forms.document import SurveyDocument
from surveys.forms.proofreading import proofread
from tests.surveys.forms.test_answers import EPSG, RIDES, asking
from tests.surveys.polling import SURVEY, Polling

WAY = {"key": "way", "type": "map", "geometry": "line"}
NOBODY_PASSES = {"key": "n", "type": "number", "integer": True, "min": 1.2, "max": 1.8, "required": True}


@pytest.mark.parametrize(
    ("questions", "pointer"),
    [
        ([NOBODY_PASSES], "/questions/0/max"),
        ([RIDES, {**NOBODY_PASSES, "show_if": {"question": "rides", "is": "yes"}}], "/questions/1/max"),
        ([{**RIDES, "required": False}, {**WAY, "show_if": {"question": "rides", "none_of": ["yes", "no"]}}], None),
        ([RIDES, {**WAY, "show_if": {"question": "rides", "none_of": ["yes", "no"]}}], "/questions/1/show_if"),
    ],
)
def test_a_survey_that_ends_in_a_dead_end_or_hides_a_question_for_good_is_refused_at_its_place(
    questions: list[Any], pointer: str | None
) -> None:
    assert [e.pointer for e in proofread(asking(*questions)).errors] == ([] if pointer is None else [pointer])


def test_a_heading_without_a_page_is_pointed_out() -> None:
    one, two = ({"key": key, "type": "section"} for key in ("one", "two"))
    found = proofread(asking(one, RIDES, two)).warnings
    assert [e.pointer for e in found] == ["/questions/2"]
    assert [e.pointer for e in proofread(asking(one, two, RIDES)).warnings] == ["/questions/0"]


@pytest.mark.parametrize(
    "question",
    [
        "Hva er fødselsnummeret ditt?",
        "Skriv fullt navn",
        "Your full name",
        "Telefon",
        "What is your phone number?",
        "Kva er e-postadressa di?",
        "Hva er adressen din?",
        "Namnet ditt",
        "Kontonummer",
        "Hva heter du?",
        "Kvar bur du?",
        "Where do you live?",
        "Mobilnummeret ditt",
        "Fornavn",
        "Your address",
    ],
)
def test_a_question_that_asks_who_somebody_is_is_warned_of(question: str) -> None:
    asks = {"key": "who", "type": "text", "label": {"nb": question, "en": "?"}}
    document = SurveyDocument.model_validate({"title": {"nb": "x"}, "languages": ["nb"], "questions": [asks]})
    assert "/questions/0/label" in {e.pointer for e in proofread(document).warnings}


@pytest.mark.parametrize(
    "question",
    [
        "Hva heter parken?",
        "Hvor bør bussen stoppe?",
        "Hvilken mobildekning har dere?",
        "Hva mener du om bussen?",
        "What would you change?",
    ],
)
def test_a_question_that_asks_what_somebody_thinks_is_not(question: str) -> None:
    asks = {"key": "what", "type": "text", "label": {"nb": question}}
    document = SurveyDocument.model_validate({"title": {"nb": "x"}, "languages": ["nb"], "questions": [asks]})
    assert proofread(document).warnings == []


def test_the_time_that_a_survey_takes_grows_with_what_it_asks() -> None:
    short = proofread(asking(RIDES)).minutes
    long = proofread(asking(*({**RIDES, "key": f"q{n}"} for n in range(30)))).minutes
    text = proofread(asking(*({"key": f"t{n}", "type": "text"} for n in range(30)))).minutes
    assert (short, 3 <= long <= 6, 14 <= text <= 17) == (1, True, True), (short, long, text)


def test_what_is_found_is_said_in_the_language_of_whoever_wrote_it() -> None:
    document = SurveyDocument.model_validate(
        {"title": {"nb": "x"}, "languages": ["nb", "en"], "questions": [{"label": {"nb": "?", "en": "?"}, **WAY}]}
    )
    (found,) = proofread(document).errors
    assert found.detail == "This text is missing in English."
    assert found.in_language(["nn"]) == "Denne teksten manglar på engelsk."
    assert found.in_language(["de"]) == "This text is missing in English."


@pytest.mark.parametrize("snap_m", [50, 100, 1000])
@pytest.mark.parametrize(("geometry", "kind"), [("point", "Point"), ("points", "MultiPoint"), ("line", "LineString")])
def test_every_position_of_a_place_is_the_middle_of_a_cell_of_the_surveys_size(
    geometry: str, kind: str, snap_m: int
) -> None:
    document = asking({"key": "where", "type": "map", "geometry": geometry, "snap_m": snap_m})
    drawn = [[10.2166, 59.1312], [10.2777, 59.1555], [10.3123, 59.1001]]
    given: Any = {"type": kind, "coordinates": drawn[0] if kind == "Point" else drawn}
    kept: Any = judge(document, {"where": given}, EPSG).kept["where"]
    there = Transformer.from_crs(4326, EPSG, always_xy=True)
    for lon, lat in [kept["coordinates"]] if kind == "Point" else kept["coordinates"]:
        for metres in there.transform(lon, lat):
            assert abs((metres / snap_m) % 1 - 0.5) < 0.2 / snap_m * 5, "rounded to 6 decimals, some 10 cm"


async def test_what_stops_a_launch_is_said_in_the_language_of_whoever_launches(polling: Polling) -> None:
    await polling.write({**SURVEY, "title": {"nb": "Bare bokmål"}})
    headers = {**polling.staff, "Accept-Language": "nn"}
    path = f"/v1/staff/surveys/{polling.survey}"
    found = (await polling.client.post(f"{path}/validate", headers=headers)).json()
    refused = await polling.client.post(f"{path}/launch", headers=headers)
    assert found["errors"] == [{"pointer": "/title/en", "detail": "Denne teksten manglar på engelsk."}]
    assert (refused.status_code, refused.json()["errors"]) == (422, found["errors"])
    later = {**SURVEY, "questions": list(reversed(SURVEY["questions"]))}
    written = await polling.client.post("/v1/staff/surveys", headers=headers, json=later)
    assert written.json()["errors"][0]["detail"] == "Eit vilkår gjeld eit spørsmål som kjem før dette."
