"""Forms of many kinds, made as the XLSForm documentation shows: what comes along, and what is said of the rest.

Every form has the whole report that is expected; and workbooks that want to do harm are refused with the reason.
"""

import datetime
import io
import zipfile
from dataclasses import dataclass, field
from typing import Any

import pytest
from openpyxl import Workbook as Book

from surveys.forms.proofreading import proofread
from surveys.xlsform.notes import NotAnXlsform
from surveys.xlsform.reading import import_form
from surveys.xlsform.workbooks import open_workbook
from tests.surveys.polling import Polling
from tests.surveys.xlsform.test_xlsform import COLOURS, PLAIN, XLSX, YES_NO, Row, form, q, remade

END: Row = {"type": "end_group"}
SCALE5 = [{"list_name": "s", "name": str(n), "label": f"{n}"} for n in range(1, 6)]
BILINGUAL = [{"list_name": "yn", "name": n, "label::Norsk (nb)": n, "label::English (en)": n} for n in ("yes", "no")]


@dataclass(frozen=True)
class Form:
    """A form, the kinds of questions that it becomes, and what is said of its rows."""

    name: str
    rows: list[Row]
    becomes: dict[str, str]
    choices: list[Row] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    changed: dict[int, str] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)


FORMS = [
    Form(
        "a poll",
        [q("select_one yn", "bridge", required="yes"), q("text", "why", appearance="multiline")],
        {"bridge": "single", "why": "text"},
        YES_NO,
    ),
    Form(
        "a household interview with a roster",
        [
            q("integer", "size"),
            q("begin_repeat", "member"),
            q("text", "name"),
            q("integer", "years"),
            {"type": "end_repeat"},
            q("text", "more"),
        ],
        {"size": "number", "more": "text"},
        left_out={3: "repeats", 4: "lies in a group", 5: "lies in a group"},
    ),
    Form(
        "a map survey",
        [q("geopoint", "home"), q("geotrace", "route"), q("geoshape", "park"), q("note", "thanks")],
        {"home": "map", "route": "map", "park": "map", "thanks": "info"},
    ),
    Form(
        "a satisfaction survey with a table",
        [
            q("begin_group", "service", appearance="table-list"),
            q("select_one s", "speed"),
            q("select_one s", "care"),
            END,
            q("range", "grade", parameters="start=1 end=6 step=1"),
            q("text", "ideas"),
        ],
        {"service": "matrix", "grade": "scale", "ideas": "text"},
        SCALE5,
    ),
    Form(
        "a branching form",
        [
            q("select_one yn", "child", required="yes"),
            q("begin_group", "school", relevant="${child} = 'yes'"),
            q("select_one yn", "walks"),
            q("integer", "metres", relevant="${walks} = 'yes'", constraint=". >= 0 and . <= 20000"),
            END,
        ],
        {"child": "single", "school": "section", "walks": "single", "metres": "number"},
        YES_NO,
    ),
    Form(
        "a bilingual form",
        [
            {
                "type": "select_one yn",
                "name": "read",
                "label::Norsk (nb)": "Leser du?",
                "label::English (en)": "Do you read?",
                "hint::Norsk (nb)": "Bøker",
                "hint::English (en)": "Books",
            }
        ],
        {"read": "single"},
        BILINGUAL,
        {"default_language": "Norsk (nb)"},
    ),
    Form(
        "a form with metadata and calculations",
        [
            {"type": "start", "name": "start"},
            {"type": "end", "name": "end"},
            {"type": "deviceid", "name": "deviceid"},
            q("integer", "a"),
            {"type": "calculate", "name": "twice", "calculation": "${a} * 2"},
            q("text", "b"),
        ],
        {"a": "number", "b": "text"},
        left_out={2: "anonymous", 3: "anonymous", 4: "anonymous", 6: "calculat"},
    ),
    Form(
        "a cascading choice",
        [q("select_one k", "county"), q("select_one t", "town", choice_filter="county = ${county}")],
        {"county": "single", "town_39": "single", "town_03": "single"},
        [
            *({"list_name": "k", "name": n, "label": n} for n in ("39", "03")),
            *(
                {"list_name": "t", "name": n, "label": n, "county": c}
                for n, c in (("larvik", "39"), ("sandefjord", "39"), ("oslo", "03"), ("asker", "03"))
            ),
        ],
        changed={3: "became 2 questions"},
    ),
    Form(
        "a cascade of two levels",
        [
            q("select_one k", "county"),
            q("select_one t", "town", choice_filter="county=${county}"),
            q("select_one d", "district", choice_filter="county=${county} and town=${town}"),
        ],
        {"county": "single", "town_39": "single"},
        [
            *({"list_name": "k", "name": n, "label": n} for n in ("39", "03")),
            *({"list_name": "t", "name": n, "label": n, "county": "39"} for n in ("larvik", "sandefjord")),
            *(
                {"list_name": "d", "name": n, "label": n, "county": "39", "town": "larvik"}
                for n in ("stavern", "nanset")
            ),
        ],
        changed={3: "became 1 questions"},
        left_out={4: "more than one earlier"},
    ),
    Form(
        "a form with pictures and sounds",
        [q("select_one p", "view"), q("image", "photo"), q("audio", "noise"), q("video", "film"), q("file", "plan")],
        {"view": "image_choice"},
        [{**c, "list_name": "p", "media::image": f"{c['name']}.png"} for c in COLOURS],
        left_out={3: "cannot be given", 4: "cannot be given", 5: "cannot be given", 6: "cannot be given"},
    ),
    Form(
        "a form for fieldwork",
        [
            q("barcode", "tree"),
            q("date", "seen", constraint=". >= date('2026-01-01')"),
            q("time", "hour"),
            q("dateTime", "moment"),
            q("acknowledge", "ok"),
            q("decimal", "girth", constraint=". > 0"),
        ],
        {"seen": "date", "girth": "number"},
        changed={7: "constraint"},
        left_out={2: "barcode", 4: "time", 5: "dateTime", 6: "cannot be given"},
    ),
    Form(
        "a ranking with reasons",
        [
            q("rank c", "order"),
            q("select_multiple c", "wanted", constraint="count-selected(.) <= 2"),
            q("text", "reason", relevant="selected(${wanted}, 'red')", constraint="string-length(.) <= 200"),
        ],
        {"order": "ranking", "wanted": "multiple", "reason": "text"},
        COLOURS,
    ),
    Form(
        "a form that leans on what is not carried",
        [
            q("text", "name"),
            q("text", "more", relevant="string-length(${name}) > 3"),
            {**q("text", "told"), "default": "x", "required": "${name} = 'y'", "constraint": "regex(., '^a')"},
        ],
        {"name": "text", "told": "text"},
        changed={4: "default"},
        left_out={3: "not asked"},
    ),
    Form(
        "other answers in words",
        [q("select_one yn or_other", "pet"), q("select_multiple c or_other", "colour")],
        {"pet": "single", "colour": "multiple"},
        [*YES_NO, *COLOURS],
        changed={2: "something else", 3: "something else"},
    ),
]


@pytest.mark.parametrize("sheet", FORMS, ids=lambda sheet: sheet.name)
def test_a_form_comes_along_with_the_report_that_is_due(sheet: Form) -> None:
    found = import_form(open_workbook(form(sheet.rows, sheet.choices, **sheet.settings)), "nb")
    assert {question.key: question.type for question in found.document.questions} == sheet.becomes
    for kind, expected in (("changed", sheet.changed), ("left_out", sheet.left_out)):
        said: dict[int, list[str]] = {}
        for note in found.notes:
            if note.kind == kind and note.sheet == "survey":
                assert note.row is not None, note
                said.setdefault(note.row, []).append(note.detail)
        assert set(said) == set(expected), (kind, said)
        for row, words in expected.items():
            assert any(words in detail for detail in said[row]), (row, said[row])
    assert [error for error in proofread(found.document).errors if "missing in" not in error.detail] == []


def odd_cells(*values: Any) -> bytes:
    book = Book()
    page = book.active
    page.title = "survey"
    page.append(["type", "name", "label"])
    for place, value in enumerate(values):
        page.append(["text", f"n{place}", value])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_numbers_days_and_yes_in_cells_become_the_words_they_show() -> None:
    raw = odd_cells(7, 2.5, True, datetime.date(2026, 12, 15), "  words ", "#N/A")
    found = import_form(open_workbook(raw), "nb")
    assert len(found.document.questions) == 6
    assert found.document.questions[0].label == {"nb": "7"}


def test_a_file_that_lies_about_its_size_is_refused() -> None:
    raw = bytearray(remade(PLAIN, {}, {"xl/media/x.xml": b"<x>" + b"a" * (60 << 20) + b"</x>"}))
    assert len(raw) < 1 << 20, "a bomb is small"
    with pytest.raises(NotAnXlsform, match="workbook"):
        open_workbook(bytes(raw))
    last = raw.rfind(b"PK\x01\x02")
    raw[last + 24 : last + 28] = (100).to_bytes(4, "little")  # The directory says that it unpacks to 100 bytes.
    with pytest.raises(NotAnXlsform) as refused:
        open_workbook(bytes(raw))
    assert "damaged" in refused.value.errors[0].detail


def locked() -> bytes:
    """A ZIP whose parts say that they are encrypted."""
    raw = bytearray(PLAIN)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(mark)
        while at >= 0:
            raw[at + place] |= 1
            at = raw.find(mark, at + 4)
    return bytes(raw)


def of_many_parts() -> bytes:
    return remade(PLAIN, {}, {f"xl/x{n}.bin": b"" for n in range(600)})


def another_office_file(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", content)
        archive.writestr("content.xml", b"<x/>")
    return out.getvalue()


HOSTILE = {
    "locked": (locked(), "locked"),
    "an OpenDocument sheet": (another_office_file(b"application/vnd.oasis.opendocument.spreadsheet"), "not an .xlsx"),
    "a PDF": (b"%PDF-1.7", "not an .xlsx"),
    "a CSV": (b"type,name,label\ntext,a,b\n", "not an .xlsx"),
    "macros of Excel 4": (remade(PLAIN, {}, {"xl/macrosheets/sheet1.xml": b"<x/>"}), "macros"),
    "an embedded program": (remade(PLAIN, {}, {"xl/embeddings/oleObject1.bin": b"MZ"}), "other files"),
    "entities in the sheet": (
        remade(PLAIN, {"xl/worksheets/sheet1.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'}),
        "entities",
    ),
    "UTF-16, in which nobody would see them": (
        remade(PLAIN, {"xl/worksheets/sheet1.xml": "<worksheet/>".encode("utf-16")}),
        "entities",
    ),
    "a formula with a prefix": (
        remade(PLAIN, {"xl/worksheets/sheet1.xml": b'<x:worksheet xmlns:x="y"><x:c><x:f>1</x:f></x:c></x:worksheet>'}),
        "formulas",
    ),
    "too many parts": (of_many_parts(), "unpacks to more"),
    "too many cells": (odd_cells(*["x"] * 3_100), "more than 3000 rows"),
    "no survey sheet": (remade(PLAIN, {"xl/workbook.xml": b"<workbook/>"}), "named 'survey'"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_workbook_is_refused_over_http_with_the_reason(name: str, polling: Polling) -> None:
    raw, why = HOSTILE[name]
    headers = {**polling.staff, "Content-Type": XLSX, "Accept-Language": "en"}
    refused = await polling.client.post("/v1/staff/surveys/import", headers=headers, content=raw)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert why in refused.json()["errors"][0]["detail"]
    assert await polling.town.sql("select 1 from survey") == []


async def test_a_file_of_the_wrong_kind_or_beyond_the_limit_is_refused_before_it_is_opened(polling: Polling) -> None:
    path = "/v1/staff/surveys/import"
    wrong = await polling.client.post(path, headers={**polling.staff, "Content-Type": "text/csv"}, content=PLAIN)
    assert wrong.status_code == 415
    large = b"\0" * ((20 << 20) + 1)
    huge = await polling.client.post(path, headers={**polling.staff, "Content-Type": XLSX}, content=large)
    assert huge.status_code == 413


def test_an_expression_nested_without_end_is_noted_and_harms_nothing() -> None:
    deep = "not(" * 900 + "${a} = 'x'" + ")" * 900
    found = import_form(open_workbook(form([q("text", "a"), q("text", "b", relevant=deep)])), "nb")
    assert [question.key for question in found.document.questions] == ["a"]
    counted = "count-selected(" * 900 + "${a}" + ")" * 900 + " > 1"
    found = import_form(open_workbook(form([q("text", "a"), q("text", "b", relevant=counted)])), "nb")
    assert {note.row for note in found.notes} == {3}
