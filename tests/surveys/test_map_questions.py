"""A map question asks about an area and shows the municipality's layers; what lies elsewhere can be put right."""

from typing import Any

import pytest

from tests.surveys.polling import L, Polling

SQUARE = [[10.20, 59.12], [10.24, 59.12], [10.24, 59.14], [10.20, 59.14], [10.20, 59.12]]
MASK = {"type": "Polygon", "coordinates": [SQUARE]}
INSIDE, OUTSIDE = [10.22, 59.13], [10.30, 59.13]


def layer(*features: Any, **more: Any) -> dict[str, Any]:
    return {"label": L, "geojson": {"type": "FeatureCollection", "features": list(features), **more}}


def feature(kind: str = "Point", coordinates: Any = INSIDE, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def survey(**more: Any) -> dict[str, Any]:
    question = {"key": "where", "type": "map", "label": L, "geometry": "point", **more}
    return {"title": L, "languages": ["nb", "en"], "questions": [question]}


async def test_an_answer_outside_the_area_is_refused_where_it_is_and_its_ballot_stays_good(polling: Polling) -> None:
    await polling.launch(survey(mask=MASK, comment=True))
    token = await polling.ballot()
    outside = {"where": {"geometry": {"type": "Point", "coordinates": OUTSIDE}, "comment": "Her"}}
    refused = await polling.hand_in(token, outside)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/answers/where/geometry")
    inside = {"where": {"type": "Point", "coordinates": INSIDE}}
    assert (await polling.hand_in(token, inside)).status_code == 201


@pytest.mark.parametrize(
    ("geometry", "kind", "within", "without"),
    [
        ("points", "MultiPoint", [INSIDE, [10.23, 59.13]], [INSIDE, OUTSIDE]),
        ("line", "LineString", [INSIDE, [10.23, 59.135]], [INSIDE, OUTSIDE]),
        (
            "area",
            "Polygon",
            [[[10.21, 59.125], [10.23, 59.125], [10.23, 59.135], [10.21, 59.125]]],
            [[[10.21, 59.125], [10.30, 59.125], [10.23, 59.135], [10.21, 59.125]]],
        ),
    ],
)
async def test_all_of_a_place_must_lie_there(
    polling: Polling, geometry: str, kind: str, within: Any, without: Any
) -> None:
    await polling.launch(survey(mask=MASK, geometry=geometry))
    token = await polling.ballot()
    refused = await polling.hand_in(token, {"where": {"type": kind, "coordinates": without}})
    assert refused.status_code == 422
    assert (await polling.hand_in(token, {"where": {"type": kind, "coordinates": within}})).status_code == 201


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"mask": {"type": "Point", "coordinates": INSIDE}}, "/questions/0/mask"),
        ({"mask": {"type": "Polygon", "coordinates": [[*SQUARE[:2], SQUARE[0]]]}}, "/questions/0/mask"),
        ({"layers": [layer()]}, "/questions/0/layers/0/geojson"),
        ({"layers": [layer(feature(coordinates=[59.13, 10.22]))]}, "/questions/0/layers/0/geojson"),
        ({"layers": [layer(feature(coordinates=[[1, 2]]))]}, "/questions/0/layers/0/geojson"),
        ({"layers": [layer(feature("Circle"))]}, "/questions/0/layers/0/geojson"),
        ({"layers": [layer(*[feature(said="x" * 450)] * 2500)]}, "/questions/0/layers"),
    ],
)
async def test_what_is_no_area_or_layer_is_refused_at_its_place(
    polling: Polling, more: dict[str, Any], pointer: str
) -> None:
    refused = await polling.client.post("/v1/staff/surveys", headers=polling.staff, json=survey(**more))
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, [pointer])


async def test_a_layer_keeps_what_is_drawn_and_said_and_no_text_of_it_needs_a_translation(polling: Polling) -> None:
    drawn = feature("Polygon", [SQUARE], title="Plan", inner={"not": "kept"}, **{"<b>": "<script>"})
    resident = await polling.moves()
    await polling.launch(survey(layers=[layer(drawn, crs="none")]))
    shown = (await polling.client.get(f"/v1/surveys/{polling.survey}", headers=resident.headers)).json()
    [kept] = shown["questions"][0]["layers"]
    assert kept["geojson"]["features"][0]["properties"] == {"title": "Plan", "<b>": "<script>"}
    assert set(kept["geojson"]) == {"type", "features"}
