"""What staff have in Kobo or ODK comes along, and what cannot is said row by row."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from openpyxl import Workbook as Book

from surveys.forms.proofreading import proofread
from surveys.xlsform.notes import NotAnXlsform
from surveys.xlsform.reading import Imported, NothingToImport, import_form
from surveys.xlsform.workbooks import open_workbook
from tests.surveys.polling import Polling

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = dict[str, Any]
YES_NO = [
    {"list_name": "yn", "name": "yes", "label": "Ja"},
    {"list_name": "yn", "name": "no", "label": "Nei"},
]
OF_AGE = {"question": "age", "at_least": 18}
COLOURS = [{"list_name": "c", "name": n, "label": n.title()} for n in ("red", "green", "blue")]


def sheet(book: Any, name: str, rows: Sequence[Row]) -> None:
    page = book.create_sheet(name)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    page.append(columns)
    for row in rows:
        page.append([row.get(column) for column in columns])


def form(survey: Sequence[Row], choices: Sequence[Row] = (), **settings: str) -> bytes:
    book = Book()
    book.remove(book.active)
    sheet(book, "survey", survey)
    if choices:
        sheet(book, "choices", choices)
    sheet(book, "settings", [{"form_title": "Skolevei", **settings}])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def imported(survey: Sequence[Row], choices: Sequence[Row] = (), **settings: str) -> Imported:
    return import_form(open_workbook(form(survey, choices, **settings)), "nb")


def notes(found: Imported) -> dict[tuple[int | None, str], str]:
    return {(note.row, note.kind): note.detail for note in found.notes}


def questions(found: Imported) -> dict[str, Any]:
    stored: Any = found.document.stored()["questions"]
    return {q["key"]: q for q in stored}


def q(kind: str, name: str, **more: Any) -> Row:
    return {"type": kind, "name": name, "label": f"{name}?", **more}


def test_a_plain_form_comes_along_whole() -> None:
    found = imported(
        [
            q("select_one yn", "bike", required="yes"),
            q("integer", "age"),
            q("decimal", "km"),
            q("text", "why"),
            q("date", "day"),
            q("note", "thanks"),
        ],
        YES_NO,
        form_title="Skolevei",
    )
    assert found.notes == []
    assert found.document.title == {"nb": "Skolevei"}
    kinds = {key: (x["type"], x.get("integer"), x.get("required")) for key, x in questions(found).items()}
    assert kinds == {
        "bike": ("single", None, True),
        "age": ("number", True, False),
        "km": ("number", False, False),
        "why": ("text", None, False),
        "day": ("date", None, False),
        "thanks": ("info", None, None),
    }
    assert proofread(found.document).errors == []


def test_several_languages_come_along_by_their_codes_and_names() -> None:
    found = imported(
        [
            {
                "type": "select_one yn",
                "name": "a",
                "label::Norsk (nb)": "Sykler?",
                "label::English (en)": "Bike?",
                "label::Polski": "Rower?",
                "label::Quenya": "x",
                "hint::English (en)": "On wheels",
            }
        ],
        [
            {"list_name": "yn", "name": n, "label::Norsk (nb)": "J", "label::English (en)": "Y", "label::Polski": "T"}
            for n in ("yes", "no")
        ],
    )
    assert found.document.languages == ["nb", "en", "pl"]
    assert questions(found)["a"]["label"] == {"nb": "Sykler?", "en": "Bike?", "pl": "Rower?"}
    assert questions(found)["a"]["help"] == {"en": "On wheels"}
    assert "Quenya" in notes(found)[2, "changed"]


def test_groups_become_sections_and_their_conditions_reach_what_is_in_them() -> None:
    found = imported(
        [
            q("select_one yn", "bike"),
            q("begin_group", "about", relevant="${bike} = 'yes'"),
            q("integer", "km"),
            q("begin_group", "inner", relevant="${km} > 10"),
            q("text", "far"),
            {"type": "end_group"},
            {"type": "end_group"},
            q("text", "after"),
        ],
        YES_NO,
    )
    asked = questions(found)
    bikes = {"question": "bike", "is": "yes"}
    assert list(asked) == ["bike", "about", "km", "inner", "far", "after"]
    assert asked["about"]["type"] == "section"
    assert asked["km"]["show_if"] == bikes
    assert asked["far"]["show_if"] == {"all": [bikes, {"question": "km", "at_least": 11}]}
    assert "show_if" not in asked["after"]


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("selected(${colours}, 'red')", {"question": "colours", "is": "red"}),
        ("not(selected(${colours}, 'red'))", {"question": "colours", "is_not": "red"}),
        (
            "not(${bike} = 'yes' and ${age} > 1)",
            {"not": {"all": [{"question": "bike", "is": "yes"}, {"question": "age", "at_least": 2}]}},
        ),
        ("${bike} = 'yes' or ${bike} = 'no'", {"question": "bike", "any_of": ["yes", "no"]}),
        ("not(${bike} = 'yes' or ${bike} = 'no')", {"question": "bike", "none_of": ["yes", "no"]}),
        ("${age} >= 18 and ${age} < 67", {"all": [OF_AGE, {"question": "age", "at_most": 66}]}),
        ("${age} != '' or 18 <= ${age}", {"any": [{"question": "age", "answered": True}, OF_AGE]}),
        ("count-selected(${colours}) > 0", {"question": "colours", "answered": True}),
        ("(${km} < 2.5)", {"all": [{"question": "km", "at_most": 2.5}, {"question": "km", "is_not": 2.5}]}),
        ('${bike} != "no"', {"question": "bike", "is_not": "no"}),
    ],
)
def test_conditions_say_the_same_as_before(said: str, means: Row) -> None:
    rows = [q("select_multiple c", "colours"), q("integer", "age"), q("decimal", "km"), q("select_one yn", "bike")]
    found = imported([*rows, q("text", "last", relevant=said)], [*COLOURS, *YES_NO])
    assert questions(found)["last"]["show_if"] == means
    assert found.notes == []


@pytest.mark.parametrize(
    "said",
    ["${age} * 2 > 10", "regex(${why}, 'a+')", "${age} > ${km}", "count-selected(${colours}) > 2", "position(..) = 1"],
)
def test_a_condition_that_cannot_be_said_keeps_its_question_from_being_asked_of_all(said: str) -> None:
    rows = [q("select_multiple c", "colours"), q("integer", "age"), q("decimal", "km"), q("text", "why")]
    found = imported([*rows, q("text", "last", relevant=said)], COLOURS)
    assert "last" not in questions(found)
    assert (6, "left_out") in notes(found)


def test_constraints_become_limits_or_are_listed() -> None:
    found = imported(
        [
            q("integer", "age", constraint=". >= 0 and . <= 120"),
            q("text", "why", constraint="string-length(.) < 100"),
            q("select_multiple c", "colours", constraint="count-selected(.) <= 2"),
            q("date", "day", constraint=". >= '2026-01-01'"),
            q("text", "post", constraint="regex(., '^[0-9]{4}$')"),
            q("integer", "odd", constraint=". mod 2 = 1"),
            q("integer", "few", constraint=". > 0 and . < 10"),
        ],
        COLOURS,
    )
    asked = questions(found)
    assert (asked["age"]["min"], asked["age"]["max"]) == (0, 120)
    assert (asked["few"]["min"], asked["few"]["max"]) == (1, 9)
    assert asked["why"]["max_length"] == 99
    assert asked["colours"]["max"] == 2
    assert asked["day"]["min"] == "2026-01-01"
    assert set(notes(found)) == {(6, "changed"), (7, "changed")}


def test_places_scales_rankings_pictures_and_other_words_come_along() -> None:
    pictures = [{**c, "list_name": "p", "media::image": f"{c['name']}.png"} for c in COLOURS]
    found = imported(
        [
            q("geopoint", "here"),
            q("geotrace", "way"),
            q("geoshape", "area"),
            q("range", "mark", parameters="start=1 end=5 step=1"),
            q("range", "part", parameters="start=0 end=1 step=0.1"),
            q("rank c", "order"),
            q("select_one p", "picture"),
            q("select_multiple c or_other", "colours", parameters="randomize=true"),
        ],
        [*COLOURS, *pictures],
    )
    asked = questions(found)
    assert [asked[k]["geometry"] for k in ("here", "way", "area")] == ["point", "line", "area"]
    assert (asked["mark"]["type"], asked["mark"]["max"]) == ("scale", 5)
    assert (asked["part"]["type"], asked["part"]["max"]) == ("number", 1)
    assert asked["order"]["type"] == "ranking"
    assert asked["picture"]["options"][0]["image"] == "red.png"
    assert (asked["colours"]["random_order"], asked["colours"]["options"][-1]["other"]) == (True, True)
    assert len(asked["order"]["options"]) == 3


def test_a_table_becomes_a_matrix() -> None:
    found = imported(
        [
            q("begin_group", "t", appearance="table-list"),
            q("select_one yn", "a", required="yes"),
            q("select_one yn", "b", required="yes"),
            {"type": "end_group"},
        ],
        YES_NO,
    )
    matrix = questions(found)["t"]
    assert (matrix["type"], matrix["required"]) == ("matrix", True)
    assert [row["key"] for row in matrix["rows"]] == ["a", "b"]
    assert [column["key"] for column in matrix["columns"]] == ["yes", "no"]


def test_options_that_depend_on_one_choice_become_a_question_for_each() -> None:
    towns = [
        {"list_name": "t", "name": n, "label": n, "county": c}
        for n, c in (("larvik", "39"), ("tonsberg", "39"), ("oslo", "03"))
    ]
    counties = [{"list_name": "k", "name": n, "label": n} for n in ("39", "03")]
    found = imported(
        [q("select_one k", "county"), q("select_one t", "town", choice_filter="county = ${county}")],
        [*towns, *counties],
    )
    assert questions(found)["town_39"]["show_if"] == {"question": "county", "is": "39"}
    assert "town_03" not in questions(found)
    assert "only one option" in " ".join(n.detail for n in found.notes)
    assert any("became 1 questions" in n.detail and n.row == 3 for n in found.notes)


def test_what_cannot_come_along_is_listed_row_by_row() -> None:
    found = imported(
        [
            {"type": "start", "name": "start"},
            {"type": "deviceid", "name": "deviceid"},
            q("text", "kept"),
            q("begin_repeat", "members"),
            q("text", "who"),
            {"type": "end_repeat"},
            {"type": "calculate", "name": "double", "calculation": "1 + 1"},
            q("image", "photo"),
            q("time", "hour"),
            q("text", "after", relevant="${double} = 2"),
            q("text", "sometimes", required="${kept} = 'x'"),
            {**q("text", "told"), "default": "x", "appearance": "signature"},
        ],
    )
    assert list(questions(found)) == ["kept", "sometimes", "told"]
    listed = notes(found)
    left_out = {row for row, kind in listed if kind == "left_out"}
    assert left_out == {2, 3, 5, 6, 8, 9, 10, 11}
    assert {row for row, kind in listed if kind == "changed"} >= {12, 13}


def test_a_form_that_asks_nothing_is_refused_with_what_was_left_out() -> None:
    with pytest.raises(NothingToImport) as refused:
        imported([q("image", "photo"), q("audio", "song")])
    assert len(refused.value.errors) == 2


def remade(raw: bytes, change: dict[str, bytes | None], add: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            new.writestr(part.filename, change.get(part.filename) or text)
        for name, text in (add or {}).items():
            new.writestr(name, text)
    return out.getvalue()


PLAIN = form([q("text", "a")])
FORMULA = form([q("text", "a", relevant="=1+1")])
LONG = form([q("text", f"n{i}") for i in range(3_100)])


def under_another_name(raw: bytes, name: str, change: Callable[[bytes], bytes] = lambda text: text) -> bytes:
    """The same workbook, its first sheet in a part of another name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                new.writestr(f"xl/{name}", change(text))
            else:
                for place in (b"worksheets/sheet1.xml", b"xl/worksheets/sheet1.xml"):
                    text = text.replace(place, place.replace(b"worksheets/sheet1.xml", name.encode()))
                new.writestr(part.filename, text)
    return out.getvalue()


def test_a_sheet_under_another_name_is_read_as_any_other() -> None:
    assert open_workbook(under_another_name(PLAIN, "other.dat")).survey == open_workbook(PLAIN).survey


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "not an .xlsx"),
        (b"PK\x03\x04 and then nothing", "not an .xlsx"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old or a protected"),
        (b"<html></html>", "not an .xlsx"),
        (FORMULA, "formulas"),
        (remade(PLAIN, {}, {"xl/vbaProject.bin": b"\0"}), "macros"),
        (remade(PLAIN, {}, {"xl/externalLinks/externalLink1.xml": b"<x/>"}), "other files"),
        (remade(PLAIN, {}, {"xl/big.bin": b"\0" * (41 << 20)}), "unpacks to more"),
        (remade(PLAIN, {"xl/styles.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><sst/>'}), "entities"),
        (remade(PLAIN, {"xl/workbook.xml": b"<broken"}), "could not be read"),
        (PLAIN[: len(PLAIN) // 2], "not an .xlsx"),
        (LONG, "more than 3000 rows"),
        (under_another_name(LONG, "worksheets/a.dat"), "more than 3000 rows"),
        (under_another_name(LONG, "media/image1.png"), "more than 3000 rows"),
        (under_another_name(FORMULA, "formulas.bin"), "formulas"),
        (under_another_name(PLAIN, "b.dat", lambda text: b'<!DOCTYPE a [<!ENTITY b "c">]>' + text), "entities"),
        (under_another_name(PLAIN, "c.dat", lambda text: text.decode().encode("utf-16")), "entities"),
        (under_another_name(PLAIN, "d.xml", lambda text: b'<?xml version="1.0" encoding="utf-7"?><x/>'), "entities"),
        (under_another_name(PLAIN, "e.xml", lambda text: b"\xef\xbb\xbf  <!DOCTYPE a><x/>"), "entities"),
        (form([q("select_one nosuch", "a")], YES_NO), "nosuch"),
        (form([q("text", "a"), q("text", "a")]), "a"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_or_broken_workbook_is_refused_clearly(raw: bytes, why: str) -> None:
    with pytest.raises(NotAnXlsform) as refused:
        open_workbook(raw)
    assert why in refused.value.errors[0].detail


async def test_staff_import_a_form_over_http_and_launch_it(polling: Polling) -> None:
    raw = form([q("select_one yn", "bike"), q("image", "photo")], YES_NO, form_title="Skolevei")
    headers = {**polling.staff, "Content-Type": XLSX}
    answer = await polling.client.post("/v1/staff/surveys/import", headers=headers, content=raw)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert [(n["row"], n["kind"]) for n in made["notes"]] == [(3, "left_out")]
    launched = await polling.client.post(f"/v1/staff/surveys/{made['survey']['id']}/launch", headers=polling.staff)
    assert launched.status_code == 200
    refused = await polling.client.post("/v1/staff/surveys/import", headers=headers, content=b"x")
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
