"""Files of zones that people have: read as they are meant, set right with a note, or refused with a reason."""

import asyncio
import contextlib
import json
import random
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from base.errors import Invalid
from geofence.drawing.reference_systems import epsg_of
from geofence.engine.geometry import GeometryRefused, transformer
from geofence.imports.features import UNFORESEEN, AcceptedFeature, ImportOptions, ImportTarget, ParsedFile
from geofence.imports.file_reading import read_file, read_here
from tests.geofence.ground import PROVE

FILES = Path(__file__).parents[2] / "data" / "zones"
BORDER = {
    "type": "Polygon",
    "coordinates": [[[10.0, 59.0], [10.45, 59.0], [10.45, 59.3], [10.0, 59.3], [10.0, 59.0]]],
}
HERE = ImportTarget(25832, ("nb", "nn", "en"), BORDER)
CORNERS = [[10.2, 59.13], [10.204, 59.13], [10.204, 59.132], [10.2, 59.132], [10.2, 59.13]]


def feature(properties: object = None, geometry: object = None, **more: object) -> dict[str, Any]:
    polygon = {"type": "Polygon", "coordinates": [CORNERS]}
    return {
        "type": "Feature",
        "properties": {"name": "Torget"} if properties is None else properties,
        "geometry": polygon if geometry is None else geometry,
        **more,
    }


def collection(*features: object, **more: object) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **more}


def brought(what: object, ground: ImportTarget = HERE, **asked: Any) -> ParsedFile:
    raw = what if isinstance(what, bytes) else json.dumps(what).encode()
    drawing = read_here(raw, ImportOptions(**asked), ground)
    assert not [one for one in drawing.refused if one.why.sentence == UNFORESEEN]
    return drawing


def one(what: object, **asked: Any) -> AcceptedFeature:
    """The one feature, which is taken."""
    drawing = brought(what, **asked)
    assert not drawing.refused, drawing.refused[0].why
    return drawing.accepted[0]


def notes(taken: AcceptedFeature) -> list[str]:
    return [note.detail for note in taken.notes]


def refusal(what: object, **asked: Any) -> str:
    """Why its one feature is refused."""
    drawing = brought(what, **asked)
    assert not drawing.accepted
    return f"{drawing.refused[0].why.pointer}: {drawing.refused[0].why.detail}"


def refused_whole(what: object, **asked: Any) -> str:
    with pytest.raises(Invalid) as why:
        brought(what, **asked)
    return why.value.errors[0].detail


def middle(taken: AcceptedFeature) -> tuple[float, float]:
    point = shapely.from_geojson(taken.geometry).centroid
    return round(float(point.x), 2), round(float(point.y), 2)


def metres(epsg: int, *, turned: bool = False) -> dict[str, Any]:
    """The same place in a projected system."""
    there = [transformer(4326, epsg).transform(lon, lat) for lon, lat in CORNERS]
    return {"type": "Polygon", "coordinates": [[[y, x] if turned else [x, y] for x, y in there]]}


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.stem)
def test_every_file_is_read_or_refused_by_feature(path: Path) -> None:
    asked = ImportOptions(part="Bydel" if path.stem.startswith("several") else None)
    drawing = asyncio.run(read_file(path.read_bytes(), asked, HERE))
    refused = {
        "coordinate-of-400-digits": "this is not a number",
        "deeply-nested": "a position is",
        "name-object-with-nul": "not text",
    }
    if path.stem in refused:
        assert not drawing.accepted
        assert drawing.refused[0].index == 0
        assert refused[path.stem] in drawing.refused[0].why.detail
        return
    assert not drawing.refused
    assert all(abs(middle(taken)[0] - 10.21) < 0.02 and middle(taken)[1] == 59.13 for taken in drawing.accepted)


def test_projected_coordinates_in_the_other_order_are_turned_before_they_are_projected() -> None:
    for epsg in (25832, 25833, 25835, 32632, 3857, 5972):
        assert middle(one(collection(feature(geometry=metres(epsg)), crs=f"EPSG:{epsg}"))) == (10.2, 59.13)
        turned = one(collection(feature(geometry=metres(epsg, turned=True)), crs=f"EPSG:{epsg}"))
        assert middle(turned) == (10.2, 59.13)
        assert notes(turned) == [
            "east and north were swapped: turned round",
            f"reprojected from EPSG:{25832 if epsg == 5972 else epsg}",
        ]


def test_projected_coordinates_that_lead_nowhere_are_refused_and_never_swapped_as_degrees() -> None:
    far = {"type": "Polygon", "coordinates": [[[3e6, 5e5], [3e6 + 99, 5e5], [3e6, 5e5 + 99], [3e6, 5e5]]]}
    assert "outside Norway" in refusal(collection(feature(geometry=far), crs="EPSG:25832"))
    assert "outside Norway" in refusal(collection(feature(), crs="EPSG:25832"))


@pytest.mark.parametrize(
    ("crs", "epsg"),
    [
        (None, 4326),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}, 25832),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG:6.9:25832"}}, 25832),
        ({"type": "name", "properties": {"name": "urn:x-ogc:def:crs:EPSG:25833"}}, 25833),
        ({"type": "name", "properties": {"name": "epsg:25832"}}, 25832),
        ({"type": "name", "properties": {"name": "EPSG/0/25832"}}, 25832),
        ({"type": "name", "properties": {"name": "http://www.opengis.net/def/crs/EPSG/0/25832"}}, 25832),
        ({"type": "name", "properties": {"name": "https://www.opengis.net/def/crs/EPSG/9.9.1/25835"}}, 25835),
        ({"type": "name", "properties": {"name": "http://www.opengis.net/gml/srs/epsg.xml#25832"}}, 25832),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::5941"}}, 25832),
        ({"type": "link", "properties": {"href": "https://spatialreference.org/ref/epsg/25832/"}}, 25832),
        ({"type": "link", "properties": {"href": "https://epsg.io/25832", "type": "proj4"}}, 25832),
        ({"type": "EPSG", "properties": {"code": 25832}}, 25832),
        ({"type": "name", "properties": {"name": "ETRS89 / UTM zone 32N"}}, 25832),
        ({"type": "name", "properties": {"name": "EUREF89 UTM sone 33"}}, 25833),
        ({"type": "name", "properties": {"name": "WGS 84 / UTM zone 32N"}}, 32632),
        ({"type": "name", "properties": {"name": "EPSG:5972"}}, 25832),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, 4326),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC::CRS84"}}, 4326),
        ({"type": "name", "properties": {"name": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}, 4326),
        ("OGC:CRS84", 4326),
        ("CRS84", 4326),
        ("EPSG:4326", 4326),
        ("EPSG:4258", 4258),
        ("EPSG:4979", 4326),
        (25832, 25832),
        ("25832", 25832),
        ("EPSG:900913", 3857),
        ("WGS84", 4326),
    ],
)
def test_a_system_is_known_in_every_spelling(crs: object, epsg: int) -> None:
    assert epsg_of(crs) == epsg


@pytest.mark.parametrize(
    "crs", ["EPSG:999999", "EPSG:4936", "+proj=utm", "", {}, [], True, 7, {"properties": {"name": "x" * 9999}}]
)
def test_a_system_that_nobody_knows_is_refused_in_words(crs: object) -> None:
    with pytest.raises(GeometryRefused, match="reference system"):
        epsg_of(crs)


def test_a_system_inside_a_feature_or_geometry_is_obeyed_and_other_members_are_ignored() -> None:
    inside = {**metres(25832), "crs": {"type": "name", "properties": {"name": "EPSG:25832"}}, "bbox": [1], "srid": 3}
    assert middle(one(collection(feature(geometry=inside)))) == (10.2, 59.13)
    assert middle(one(collection(feature(geometry=metres(25833), crs="EPSG:25833")))) == (10.2, 59.13)
    assert middle(one(collection(feature(where="here"), when="now", crs=None))) == (10.2, 59.13)
    assert middle(one(collection(feature(geometry=metres(25832))), crs="EPSG:25832")) == (10.2, 59.13)


def test_metres_without_a_declared_system_are_recognised() -> None:
    for epsg in (25832, 25833):
        for turned in (False, True):
            why = refusal(collection(feature(geometry=metres(epsg, turned=turned))))
            assert f"these look like metres of EPSG:{epsg}" in why
    california = {"type": "Polygon", "coordinates": [[[-122, 37], [-121, 37], [-121, 38], [-122, 37]]]}
    assert refusal(collection(feature(geometry=california))) == "/geometry/coordinates: outside Norway"


def test_a_zone_outside_the_municipality_is_noted_and_one_over_its_border_is_not() -> None:
    bergen = {"type": "Polygon", "coordinates": [[[5.3, 60.3], [5.4, 60.3], [5.4, 60.4], [5.3, 60.3]]]}
    assert "lies outside the municipality" in notes(one(collection(feature(geometry=bergen))))[0]
    over = {"type": "Polygon", "coordinates": [[[10.44, 59.1], [10.47, 59.1], [10.47, 59.11], [10.44, 59.1]]]}
    just_outside = {"type": "Polygon", "coordinates": [[[10.451, 59.1], [10.46, 59.1], [10.46, 59.11], [10.451, 59.1]]]}
    assert (
        notes(one(collection(feature(geometry=over)))) == notes(one(collection(feature(geometry=just_outside)))) == []
    )


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({"NAVN": "Stokke"}, {"nb": "Stokke"}),
        ({"Name": " Stokke "}, {"nb": "Stokke"}),
        ({"id": 7, "BYDELSNAVN": "Nord", "kommunenavn": "Oslo"}, {"nb": "Nord"}),
        ({"kommunenavn": "Oslo", "Grunnkretsnavn": "Nord", "filename": "a.shp"}, {"nb": "Nord"}),
        ({"kommunenavn": "Oslo"}, {"nb": "Oslo"}),
        ({"name": "", "navn": None, "tittel": "Nord"}, {"nb": "Nord"}),
        ({"navn": 12}, {"nb": "12"}),
        ({"navn": 12.0}, {"nb": "12"}),
        (
            {"navn": [{"sprak": "nor", "navn": "Karasjok"}, {"sprak": "sme", "navn": "Kárášjohka"}]},
            {"nb": "Karasjok", "se": "Kárášjohka"},
        ),
        ({"navn": [{"språk": "nno", "navn": "Voss"}]}, {"nb": "Voss", "nn": "Voss"}),
        (
            {"navn": {"nob": "Torget", "nno": "Torget", "eng": "The square"}},
            {"nb": "Torget", "nn": "Torget", "en": "The square"},
        ),
        ({"navn": {"en": "The square"}}, {"nb": "The square", "en": "The square"}),
        ({"name": "Nøtterøy\u00a0nord"}, {"nb": "Nøtterøy\u00a0nord"}),
        ({"name": "👨\u200d👩\u200d👧 Lek\u00adeplass"}, {"nb": "👨\u200d👩\u200d👧 Lek\u00adeplass"}),
        ({"name": "Øvre\nTorg"}, {"nb": "Øvre Torg"}),
    ],
)
def test_a_name_is_found_as_files_write_it(properties: dict[str, Any], name: dict[str, str]) -> None:
    assert one(collection(feature(properties))).name == name


def test_the_property_with_the_name_can_be_chosen_and_what_is_there_is_told() -> None:
    file = collection(feature({"navn": "Oslo", "KRETS": "Nord"}))
    assert one(file, name="krets").name == {"nb": "Nord"}
    assert "the properties here are: navn, KRETS" in refusal(file, name="bydel")
    assert "The properties here are: OBJECTID, b?d" in refusal(collection(feature({"OBJECTID": 1, "b\x00d": 2})))
    assert "The properties here are: -" in refusal(collection(feature({})))


def test_a_name_is_judged_alike_whatever_form_it_comes_in() -> None:
    for bad in ("a\x00b", "a\u202eb", "a\x07b", "a\ud800b"):
        for form in (bad, {"nb": "god", "en": bad}, [{"sprak": "nor", "navn": bad}]):
            assert "not text" in refusal(collection(feature({"name": form})))
    assert one(collection(feature({"name": {"nb": "Torget", "a\x00b": "x"}}))).name == {"nb": "Torget"}
    nameless: list[Any] = ["  ", "\u200b", {}, [], {"nb": ""}, True]
    for none in nameless:
        assert "needs a name" in refusal(collection(feature({"name": none})))


def test_a_long_name_is_cut_with_a_note() -> None:
    taken = one(collection(feature({"name": "a" * 201})))
    assert taken.name == {"nb": "a" * 200}
    assert notes(taken) == ["the name is longer than 200 letters: cut"]


def test_a_kind_of_another_vocabulary_is_the_default_with_a_note() -> None:
    for kind in ("forest", "", None, 7, ["district"]):
        taken = one(collection(feature({"name": "x", "kind": kind})), kind="trigger")
        assert taken.kind == "trigger"
        assert notes(taken) == ["its kind is not one of ours (district or trigger): taken as a trigger"]
    assert one(collection(feature({"name": "x", "Kind": "District"})), kind="trigger").kind == "district"
    assert notes(one(collection(feature()))) == []


def test_rings_that_enclose_nothing_are_left_out_unless_none_is_left() -> None:
    flat = [[10.3, 59.1], [10.301, 59.1], [10.3, 59.1]]
    line = [[10.3, 59.1], [10.301, 59.1], [10.302, 59.1], [10.3, 59.1]]
    for nothing in (flat, line, [], flat[:1] * 4):
        several = {"type": "MultiPolygon", "coordinates": [[CORNERS], [nothing], []]}
        holed = {"type": "Polygon", "coordinates": [CORNERS, nothing]}
        assert notes(one(collection(feature(geometry=several)))) == ["2 rings that enclose nothing were left out"]
        assert notes(one(collection(feature(geometry=holed)))) == ["1 rings that enclose nothing were left out"]
        only = {"type": "MultiPolygon", "coordinates": [[nothing]]}
        assert refusal(collection(feature(geometry=only))).startswith("/geometry/coordinates")


def test_numbers_that_are_none_and_brackets_without_end_are_refused_by_feature() -> None:
    polygon = '{"type":"Polygon","coordinates":[[[%s,59.1],[10.3,59],[10.3,59.1],[10.2,59]]]}'
    good_one = json.dumps(feature())
    for number in (
        "1" + "0" * 400,
        "1e400",
        "-" + "9" * 5000,
        "NaN",
        "Infinity",
        "true",
        '"10.2"',
    ):
        bad = '{"type":"Feature","properties":{"name":"x"},"geometry":%s}' % (polygon % number)
        raw = f'{{"type":"FeatureCollection","features":[{bad},{good_one}]}}'.encode()
        drawing = brought(raw)
        assert [(r.index, r.why.pointer) for r in drawing.refused] == [(0, "/geometry/coordinates/0/0/0")]
        assert [t.index for t in drawing.accepted] == [1]


def test_files_of_other_formats_are_named_as_what_they_are() -> None:
    said = {
        b"PK\x03\x04abc": "ZIP",
        b"\x00\x00\x27\x0a": "shapefile",
        b"SQLite format 3\x00": "GeoPackage",
        b'<?xml version="1.0"?><kml xmlns="x">': "KML",
        b"\xef\xbb\xbf<kml>": "KML",
        b'<wfs:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2">': "GML",
        b"<html>": "HTML",
        b'{"type": "Topology", "objects": {}}': "TopoJSON",
        b'{"geometryType": "esriGeometryPolygon"}': "Esri JSON",
        b'{"type": "Feature"}': "a single Feature",
        b"[]": "not a GeoJSON",
        b"{": "not JSON: line 1",
        b"": "not JSON",
        b'{"type":"Feature"}\n{"type":"Feature"}': "several JSON objects",
        b"\xff\x00\x9f": "not written in UTF-8",
        b'{"type": "FeatureCollection", "features": {}}': "not a GeoJSON FeatureCollection",
        b"[" * 100_000: "nested too deeply",
    }
    for raw, what in said.items():
        assert what in refused_whole(raw), raw[:40]


def test_a_byte_order_mark_and_other_encodings_are_read() -> None:
    text = json.dumps(collection(feature()), ensure_ascii=False)
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert middle(one(text.encode(encoding))) == (10.2, 59.13)


def test_one_of_several_collections_is_named() -> None:
    several = {"Bydel": collection(feature()), "Grense": collection()}
    assert "Bydel, Grense" in refused_whole(several)
    assert one(several, part="Bydel").name == {"nb": "Torget"}
    assert "there are: Bydel, Grense" in refused_whole(several, part="bydel")
    assert one({"Bydel": collection(feature())}).name == {"nb": "Torget"}


def test_what_is_stored_after_mending_is_valid() -> None:
    draw = random.Random(7)
    for _ in range(400 if PROVE else 60):
        ring = [[10.2 + draw.gauss(0, 1e-3), 59.13 + draw.gauss(0, 5e-4)] for _ in range(draw.randint(4, 9))]
        parts = [[[*(list(p) for p in CORNERS[:-1]), *ring[:2], CORNERS[0]]], [[*ring, ring[0]]]]
        for taken in brought(collection(feature(geometry={"type": "MultiPolygon", "coordinates": parts}))).accepted:
            assert shapely.from_geojson(taken.geometry).is_valid


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=4) | st.integers() | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)


def spots(value: Any) -> list[tuple[Any, ...]]:
    """The paths to every place in a document, however deeply nested."""
    found: list[tuple[Any, ...]] = []
    waiting: list[tuple[tuple[Any, ...], Any]] = [((), value)]
    while waiting:
        path, part = waiting.pop()
        found.append(path)
        below = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
        waiting += [((*path, key), inner) for key, inner in below]
    return found


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A good file, with something else in a few of its places."""
    file: dict[str, Any] = json.loads(
        json.dumps(
            collection(
                feature(id=1),
                feature({"navn": [{"sprak": "nor", "navn": "Nord"}], "kind": "trigger"}),
                feature(geometry={"type": "MultiPolygon", "coordinates": [[CORNERS], [CORNERS]]}),
                feature(geometry={**metres(25832), "crs": {"type": "name", "properties": {"name": "EPSG:25832"}}}),
            )
        )
    )
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([spot for spot in spots(file["features"]) if spot]))
        place: Any = file["features"]
        for step in path[:-1]:
            place = place[step]
        if draw(st.booleans()):
            place[path[-1]] = draw(values)
        elif isinstance(place, list) or draw(st.booleans()):
            place[path[-1]] = [place[path[-1]], place[path[-1]]]
        else:
            del place[path[-1]]
    return file


@settings(max_examples=6_000 if PROVE else 150, deadline=None)
@given(mutated())
def test_whatever_is_in_a_file_each_feature_is_taken_or_refused_once(file: dict[str, Any]) -> None:
    drawing = brought(json.dumps(file).encode())
    assert sorted([t.index for t in drawing.accepted] + [r.index for r in drawing.refused]) == list(
        range(len(file["features"]))
    )
    for taken in drawing.accepted:
        assert shapely.from_geojson(taken.geometry).is_valid
        assert taken.name["nb"].strip()


@settings(max_examples=4_000 if PROVE else 100, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_in_words(data: st.DataObject) -> None:
    raw = bytearray(json.dumps(collection(feature(), feature())).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 5))] = data.draw(
            st.binary(max_size=4) | st.sampled_from([b"[", b"}", b'"', b"\\u0000"])
        )
    with contextlib.suppress(Invalid):  # Any other error is a fault.
        assert all(r.why.detail for r in brought(bytes(raw)).refused)
