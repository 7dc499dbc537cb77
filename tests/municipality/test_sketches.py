"""A town drawn by hand: what is in the demo's sketch, and what is none."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import Point, shape

from commands.demo import NUMBER, SQUARE, border, lay_sketch
from municipality.sketches import NoSketch, SketchedPlace, read_sketch, read_sketches

FILE = Path(__file__).parents[2] / "commands" / "data" / "sandefjord-sketch.geojson"
NEAR_DEGREES = 0.03
NEIGHBOURS = {"Larvik", "Tønsberg"}


@pytest.fixture(scope="module")
def drawn() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found


def where(name: str) -> SketchedPlace:
    return next(place for place in read_sketch(FILE.read_bytes()).places if place.name == name)


def test_the_sketch_of_the_demo_is_small_and_says_whose_it_is(drawn: dict[str, Any]) -> None:
    assert len(FILE.read_bytes()) < 60_000
    assert "not official" in drawn["attribution"]
    assert "Kartverket, CC BY 4.0" in drawn["attribution"]  # The border and the neighbours are theirs.


def test_every_shape_of_it_is_whole(drawn: dict[str, Any]) -> None:
    for feature in drawn["features"]:
        assert shape(feature["geometry"]).is_valid, feature["properties"]
        assert not shape(feature["geometry"]).is_empty


def test_it_has_the_coast_the_water_the_roads_the_railway_and_the_parks(drawn: dict[str, Any]) -> None:
    there = {(f["properties"]["layer"], f["properties"]["kind"], f["geometry"]["type"]) for f in drawn["features"]}
    assert {
        ("water", "ocean", "Polygon"),
        ("earth", "island", "Polygon"),
        ("water", "lake", "Polygon"),
        ("roads", "highway", "LineString"),
        ("roads", "rail", "LineString"),
        ("landuse", "park", "Polygon"),
    } <= there
    assert {"E18", "303", "180"} <= {f["properties"].get("ref") for f in drawn["features"]}


def test_sixty_names_lie_in_the_municipality_or_at_its_shore() -> None:
    town = shape(border()).buffer(NEAR_DEGREES)
    places = read_sketch(FILE.read_bytes()).places
    outside = {place.name for place in places if not town.contains(Point(place.point))}
    assert outside == NEIGHBOURS
    assert len({place.name for place in places} - NEIGHBOURS) >= 60
    assert len({place.name for place in places}) == len(places)


def test_what_people_look_for_is_where_the_demo_has_it() -> None:
    torvet, park = where("Torvet"), where("Badeparken")
    assert (torvet.kind, torvet.point) == ("square", tuple(SQUARE))
    assert park.point == pytest.approx((10.2233, 59.1286), abs=5e-4)
    assert where("Goksjø").kind == "lake"
    assert where("Sandefjord stasjon").kind == "station"


def test_towns_have_names_on_land_and_fjords_on_water(drawn: dict[str, Any]) -> None:
    def areas(layer: str, *kinds: str) -> list[Any]:
        found = [f for f in drawn["features"] if f["properties"]["layer"] == layer and f["properties"]["kind"] in kinds]
        return [shape(f["geometry"]) for f in found if f["geometry"]["type"] == "Polygon"]

    sea, land, lakes = areas("water", "ocean")[0], areas("earth", "island"), areas("water", "lake")
    for feature in drawn["features"]:
        about = feature["properties"]
        if feature["geometry"]["type"] == "Point":
            at = Point(feature["geometry"]["coordinates"])
            wet = any(lake.contains(at) for lake in lakes) or (
                sea.contains(at) and not any(each.contains(at) for each in land)
            )
            assert wet is (about["layer"] == "water"), about["name"]


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"{}",
        b"[1]",
        b'{"type": "FeatureCollection"}',
        b'{"type": "Feature", "features": []}',
        b'{"type": "FeatureCollection", "features": [{"properties": null, "geometry": null}]}',
        b'{"type": "FeatureCollection", "features": [{"properties": {"layer": "moon", "kind": "x"}, '
        b'"geometry": {"type": "Point", "coordinates": [10, 59]}}]}',
        b'{"type": "FeatureCollection", "features": [{"properties": {"layer": "places", "kind": "x", "name": 7}, '
        b'"geometry": {"type": "Point", "coordinates": [10, 59]}}]}',
        b'{"type": "FeatureCollection", "features": [{"properties": {"layer": "places", "kind": "x", "name": "Y"}, '
        b'"geometry": {"type": "Point", "coordinates": [6556961, 570007]}}]}',
        b'{"type": "FeatureCollection", "features": [{"properties": {"layer": "places", "kind": "x", "name": "Y"}, '
        b'"geometry": {"type": "Point", "coordinates": []}}]}',
    ],
)
def test_what_is_no_sketch_is_left_out_and_nothing_falls(tmp_path: Path, wrong: bytes) -> None:
    with pytest.raises(NoSketch):
        read_sketch(wrong)
    (tmp_path / "3905.geojson").write_bytes(wrong)
    lay_sketch(tmp_path)
    assert list(read_sketches(tmp_path)) == [NUMBER]


def test_without_a_folder_there_are_no_sketches(tmp_path: Path) -> None:
    assert read_sketches(tmp_path / "none") == {}


def test_lines_of_the_sketch_are_drawn_without_leaps(drawn: dict[str, Any]) -> None:
    for feature in drawn["features"]:
        if feature["geometry"]["type"] == "LineString":
            for (lon, lat), (to_lon, to_lat) in pairwise(feature["geometry"]["coordinates"]):
                assert abs(lon - to_lon) + abs(lat - to_lat) < 0.25, feature["properties"]
