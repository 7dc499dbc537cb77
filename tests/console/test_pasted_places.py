"""Places that people have from elsewhere are read as they are usually written, or it is said why not."""

import json
from typing import Any

import pytest

from base.translation import page_texts
from tests.console.test_modules_in_node import in_node, module

TRIANGLE = [[10.22, 59.13], [10.23, 59.13], [10.23, 59.135], [10.22, 59.13]]
POLYGON = {"type": "Polygon", "coordinates": [TRIANGLE]}
READ: list[tuple[str, Any]] = [
    ("59.13, 10.22\n59.13, 10.23\n59.135, 10.23", POLYGON),
    ("59,13 10,22\n59,13 10,23\n59,135 10,23\n59,13 10,22", POLYGON),
    ("59,13; 10,22\r\n59,13; 10,23\r\n59,135; 10,23", POLYGON),
    ("59,13, 10,22\n59,13, 10,23\n59,135, 10,23", POLYGON),
    ("10.22 59.13, 10.23 59.13, 10.23 59.135", POLYGON),
    ("(59.13, 10.22)\n(59.13, 10.23)\n(59.135, 10.23)", POLYGON),
    ("lat: 59.13 lon: 10.22\nlat: 59.13 lon: 10.23\nlat: 59.135 lon: 10.23", POLYGON),
    ("59° 7' 48\" N 10° 13' 12\" Ø\n59°7'48\"N 10°13'48\"Ø\n59,135° N, 10,23° Ø", POLYGON),
    (json.dumps({"type": "Feature", "properties": {}, "geometry": POLYGON}), POLYGON),
    ("[[59.13, 10.22], [59.13, 10.23], [59.135, 10.23]]", POLYGON),
]
WRONG: list[tuple[str, str]] = [
    ("Torget", "paste-line"),
    ("59.13, 10.22\nTorget 1\n59.135, 10.23", "paste-line"),
    ("59.13", "paste-line"),
    ("59.13 10.22\n59.14 10.22", "paste-two"),
    ("48.85, 2.35\n48.86, 2.35\n48.86, 2.36", "paste-away"),
    ("6554000 569000\n6554100 569000\n6554100 569100", "paste-metres"),
    ('{"type": "Polygon"', "paste-no-json"),
    ('{"type": "LineString", "coordinates": [[10, 59], [11, 60]]}', "paste-type"),
    ('{"type": "Polygon", "coordinates": []}', "paste-empty"),
    ('{"type": "FeatureCollection", "features": [{}, {}]}', "paste-many"),
    ("[]", "paste-empty"),
    ('{"type": "Polygon", "coordinates": [[[569000, 6554000]]]}', "paste-metres"),
]


def read(texts: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = in_node(
        f"import {{ pasted }} from {module('pasted.js')};"
        "console.log(JSON.stringify(JSON.parse(process.argv[1]).map((text) => pasted(text))))",
        texts,
    )
    return found


def test_corners_are_read_in_every_usual_writing() -> None:
    for (text, wanted), found in zip(READ, read([text for text, _ in READ]), strict=True):
        assert found.get("geometry", found)["coordinates"] == [
            [pytest.approx(point) for point in wanted["coordinates"][0]]
        ], text


def test_one_point_and_nothing_are_read_too() -> None:
    assert read(["59,1306; 10,2239", '{"type": "Point", "coordinates": [10.2239, 59.1306]}', " "]) == [
        {"point": [10.2239, 59.1306]},
        {"point": [10.2239, 59.1306]},
        {},
    ]


def test_what_cannot_be_read_is_said_in_words() -> None:
    for (text, why), found in zip(WRONG, read([text for text, _ in WRONG]), strict=True):
        assert found.get("wrong") == f"zones.{why}", text
        assert found["wrong"] in page_texts("nb")


def test_each_step_is_undone_and_done_again() -> None:
    told = in_node(
        f"import {{ undoing }} from {module('undoing.js')};"
        "const seen = [], steps = undoing((state) => seen.push(state), () => {});"
        "steps.begin(null); steps.note('a'); steps.note('b', { small: true }); steps.note('bc', { small: true });"
        "steps.undo(); steps.undo(); steps.undo(); steps.redo(); steps.redo(); steps.redo();"
        "steps.undo(); steps.note('d'); steps.redo(); steps.undo();"
        "console.log(JSON.stringify(seen))",
        None,
    )
    assert told == ["a", None, "a", "bc", "a", "a"]
