"""Zones as people draw them: taken, mended with a note, or refused with the reason."""

import contextlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.errors import Invalid
from geofence.drawing.zone_geometry import accept_drawn, read_geometry
from geofence.engine.geometry import DEVIATION_M, GeometryRefused, densified, holds, in_metres, transformer
from tests.geofence.ground import PROVE, X0, Y0, box, ring

SQUARE = box(0, 0, 100, 100)


def polygon(*corners: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring(*corners)]}


def refusal(geojson: object, kind: str = "trigger", *, repair: bool = True) -> str:
    with pytest.raises(GeometryRefused) as refused:
        read_geometry(geojson, kind, 25832, repair=repair)  # type: ignore[arg-type]  # the kind comes from a parameter
    return refused.value.reason


def test_a_square_is_taken_as_it_is() -> None:
    drawn = read_geometry(SQUARE, "trigger", 25832, repair=False)
    assert drawn.geojson == SQUARE
    assert drawn.notes == ()
    assert drawn.area_m2 == pytest.approx(10_000, rel=0.002)


def test_heights_repeated_corners_and_turned_rings_are_set_right() -> None:
    odd = [[*p, 12.5] for p in SQUARE["coordinates"][0][::-1]]
    odd.insert(2, odd[2])
    drawn = read_geometry({"type": "Polygon", "coordinates": [odd]}, "trigger", 25832, repair=False)
    assert drawn.notes == ()
    assert sorted(map(tuple, drawn.geojson["coordinates"][0])) == sorted(map(tuple, SQUARE["coordinates"][0]))


def test_an_unclosed_ring_is_closed_with_a_note_or_refused() -> None:
    unclosed = {"type": "Polygon", "coordinates": [SQUARE["coordinates"][0][:-1]]}
    assert "closed" in read_geometry(unclosed, "trigger", 25832, repair=True).notes[0].detail
    with pytest.raises(Invalid) as refused:
        accept_drawn(unclosed, "trigger", 25832)
    assert refused.value.errors[0].pointer == "/geometry/coordinates/0"


def test_swapped_coordinates_are_turned_round_with_a_note_or_refused() -> None:
    swapped = {"type": "Polygon", "coordinates": [[p[::-1] for p in SQUARE["coordinates"][0]]]}
    mended = read_geometry(swapped, "trigger", 25832, repair=True)
    assert "swapped" in mended.notes[0].detail
    assert mended.area_m2 == pytest.approx(10_000, rel=0.002)
    assert "swapped" in refusal(swapped, repair=False)


def test_what_cannot_be_a_zone_is_refused_with_the_reason() -> None:
    bow = polygon((0, 0), (100, 100), (100, 0), (0, 100))
    assert "crosses itself" in refusal(bow)
    hole = {"type": "Polygon", "coordinates": [*SQUARE["coordinates"], ring((300, 0), (300, 50), (350, 50))]}
    assert "wrong ring" in refusal(hole)
    assert "wrong ring" in refusal({"type": "Polygon", "coordinates": [ring((0, 0), (50, 50))]})
    assert "at least 2,000" in refusal(box(0, 0, 40, 40))
    assert "at most 5" in refusal(box(0, 0, 3_000, 3_000))
    assert "larger than a municipality" in refusal(box(0, 0, 300_000, 300_000), "district")
    assert read_geometry(box(0, 0, 50_000, 50_000), "district", 25832, repair=False).area_m2 > 2e9
    paris = {"type": "Polygon", "coordinates": [[[2.3, 48.8], [2.4, 48.8], [2.4, 48.9], [2.3, 48.8]]]}
    assert "outside Norway" in refusal(paris)
    many = [(50 + 40 * math.cos(i / 4000), 50 + 40 * math.sin(i / 4000)) for i in range(25_000)]
    assert "vertices" in refusal(polygon(*many))
    for empty in ({"type": "Polygon", "coordinates": []}, {"type": "MultiPolygon", "coordinates": [[]]}):
        assert "empty" in refusal(empty)
    assert "not Point" in refusal({"type": "Point", "coordinates": [10, 59]})
    assert "not a number" in refusal({"type": "Circle", "center": [10.2, 59.1], "radius_m": float("nan")})
    assert "outside Norway" in refusal({"type": "Circle", "center": [0, 0], "radius_m": 50})
    assert "swapped" in refusal({"type": "Circle", "center": [59.1, 10.2], "radius_m": 50})
    assert "missing" in refusal(None)


def test_a_border_that_crosses_itself_a_little_is_mended_where_it_is_safe() -> None:
    loop = polygon((0, 0), (100, 0), (100, 100), (51, 100), (50, 101), (51, 101), (50, 100), (0, 100))
    mended = read_geometry(loop, "trigger", 25832, repair=True)
    assert "mended" in mended.notes[0].detail
    assert mended.area_m2 == pytest.approx(10_000, rel=0.01)
    assert "crosses itself" in refusal(loop, repair=False)


def test_a_declared_system_is_reprojected() -> None:
    metres = [[X0, Y0], [X0 + 100, Y0], [X0 + 100, Y0 + 100], [X0, Y0 + 100], [X0, Y0]]
    drawn = read_geometry({"type": "Polygon", "coordinates": [metres]}, "trigger", 25832, repair=True, declared=25832)
    assert [note.detail for note in drawn.notes] == ["reprojected from EPSG:25832"]
    assert in_metres(drawn.geojson, 25832).symmetric_difference(in_metres(SQUARE, 25832)).area < 0.1


def test_a_circle_has_its_radius_on_the_ground() -> None:
    drawn = read_geometry({"type": "Circle", "center": [10.2, 59.1], "radius_m": 200}, "trigger", 25832, repair=False)
    assert drawn.area_m2 == pytest.approx(math.pi * 200**2, rel=0.001)
    assert holds(drawn.geojson, 10.2, 59.1 + 199.5 / 111_420, 25832)
    assert not holds(drawn.geojson, 10.2, 59.1 + 200.9 / 111_420, 25832)


points = st.tuples(st.floats(4.0, 31.0), st.floats(57.5, 71.5))


@settings(max_examples=2_000 if PROVE else 60, deadline=None)
@given(points, points, st.sampled_from([25832, 25833, 25835]))
def test_no_border_moves_by_more_than_a_centimetre(
    start: tuple[float, float], end: tuple[float, float], epsg: int
) -> None:
    through = transformer(4326, epsg)
    line = np.array([start, (start[0] + (end[0] - start[0]) / 9, start[1] + (end[1] - start[1]) / 9)])
    laid = densified(line, lambda p: np.column_stack(through.transform(p[:, 0], p[:, 1])))
    share = np.linspace(0, 1, 3_001)[:, None]
    drawn = line[0] + (line[1] - line[0]) * share
    true = np.column_stack(through.transform(drawn[:, 0], drawn[:, 1]))
    if len(laid) > 1 and np.ptp(true, axis=0).max() > 0:
        a, b = laid[:-1], laid[1:]
        edge = np.clip(np.searchsorted(_along(laid), _along(true), side="right") - 1, 0, len(a) - 1)
        chord = (b - a)[edge]
        length = np.maximum(np.hypot(*chord.T), 1e-9)
        off = true - a[edge]
        away = np.abs(off[:, 0] * chord[:, 1] - off[:, 1] * chord[:, 0]) / length
        assert away.max() <= DEVIATION_M


def _along(line: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    step = line[-1] - line[0]
    projected: np.ndarray[Any, Any] = (line - line[0]) @ step / max(float(step @ step), 1e-12)
    return projected


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(-200, 200),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=20,
)


@settings(max_examples=5_000 if PROVE else 200, deadline=None)
@given(st.sampled_from(["Polygon", "MultiPolygon", "Circle", "Point"]), json_values, json_values, json_values)
def test_whatever_is_sent_is_read_or_refused(shape: str, coordinates: object, center: object, radius: object) -> None:
    for drawn in (
        {"type": shape, "coordinates": coordinates},
        {"type": "Circle", "center": center, "radius_m": radius},
        coordinates,
    ):
        with contextlib.suppress(GeometryRefused):
            read_geometry(drawn, "trigger", 25832, repair=True)


def test_every_norwegian_municipality_becomes_a_district() -> None:
    borders = Path(__file__).parents[2] / "data" / "municipalities.geojson"
    for feature in json.loads(borders.read_text())["features"]:
        drawn = read_geometry(feature["geometry"], "district", 25833, repair=True)
        assert in_metres(drawn.geojson, 25833).is_valid
