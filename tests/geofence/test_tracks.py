"""Tracks that people have: times that are missing, out of order or without a zone, and what is said of them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from base.errors import Invalid
from geofence.tracks import Track, from_geojson, from_gpx
from tests.geofence.test_over_http import created, rule
from tests.town import Town

FILE = Path(__file__).parents[1] / "data" / "one-point-without-time.gpx"
BEGINS = datetime(2026, 5, 1, 10, tzinfo=UTC).timestamp()


def gpx(*segments: list[str], head: str = '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1">') -> str:
    """A file of segments; a point is `lon time`, or `lon` alone."""
    body = ""
    for segment in segments:
        points = (point.split(" ", 1) for point in segment)
        body += (
            "<trkseg>"
            + "".join(
                f'<trkpt lat="59.13" lon="{p[0]}">' + (f"<time>{p[1]}</time>" if len(p) > 1 else "") + "</trkpt>"
                for p in points
            )
            + "</trkseg>"
        )
    return f"{head}<trk>{body}</trk></gpx>"


def read(text: str) -> Track:
    return from_gpx(text, begins_at=BEGINS, accuracy_m=10)


def line(coordinates: object, times: object = None, kind: str = "LineString", **more: object) -> dict[str, Any]:
    properties = {**more} if times is None else {"coordTimes": times, **more}
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def read_json(track: dict[str, Any]) -> Track:
    return from_geojson(track, begins_at=BEGINS, accuracy_m=10)


def said(track: Track) -> tuple[list[tuple[float, float]], str, list[str]]:
    """Longitudes with their seconds since ten, how the times came about, and the notes."""
    fixes = [(round(fix.lon, 4), round(fix.at - BEGINS, 1)) for fix in track.fixes]
    return fixes, track.times, [note.detail for note in track.notes]


def at(clock: str) -> str:
    return f"2026-05-01T10:{clock}Z"


async def test_one_point_without_a_time_changes_nothing_of_when_a_trigger_fires(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff = await town.key("communications")
    circle = {"type": "Circle", "center": [10.223, 59.13], "radius_m": 80}
    zone = await created(client, "zones", staff, {"name": {"nb": "Torget"}, "kind": "trigger", "geometry": circle})
    await rule(client, staff, on="dwell", zone_id=zone["id"], dwell_s=600)
    body: dict[str, Any] = {"gpx": FILE.read_text(), "accuracy_m": 5}
    tried = await client.post("/v1/staff/triggers/simulate", headers={**staff, "Accept-Language": "nb"}, json=body)
    assert tried.status_code == 200, tried.text
    told = tried.json()
    assert [fired["at"] for fired in told["fired"]] == ["2026-05-01T10:27:00Z"]
    assert told["times"] == "between"
    assert told["notes"] == ["1 punkter uten tidspunkt: lagt mellom naboene sine"]
    marked = await client.post(
        "/v1/staff/triggers/simulate", headers=staff, json={**body, "gpx": "\ufeff" + FILE.read_text()}
    )
    assert marked.json()["fired"] == told["fired"]


def test_a_point_without_a_time_lies_between_its_neighbours_by_the_way_gone() -> None:
    track = read(gpx(["10.20 " + at("00:00"), "10.21", "10.23", "10.24 " + at("04:00")]))
    assert said(track) == (
        [(10.2, 0), (10.21, 60), (10.23, 180), (10.24, 240)],
        "between",
        ["2 points without a time: put between their neighbours"],
    )
    still = read(gpx(["10.20 " + at("00:00"), "10.20", "10.20", "10.20 " + at("03:00")]))
    assert [a for _, a in said(still)[0]] == [0, 60, 120, 180]


def test_points_at_an_end_without_a_time_are_left_out_and_segments_are_not_joined() -> None:
    track = read(
        gpx(["10.1", "10.20 " + at("00:00"), "10.21 " + at("01:00"), "10.22"], ["10.3", "10.4 " + at("09:00")])
    )
    assert said(track) == (
        [(10.2, 0), (10.21, 60), (10.4, 540)],
        "given",
        ["3 points without a time and without neighbours that have one: left out"],
    )


def test_without_times_a_track_is_walked_and_that_is_said() -> None:
    fixes, times, notes = said(read(gpx(["10.20", "10.21"])))
    assert times == "walked"
    assert fixes[1][1] == pytest.approx(0.01 * 0.5131 * 111_320 / 1.4, rel=1e-3)
    assert notes == ["the track has no times: walked at 1.4 m/s"]
    fixes, times, notes = said(read(gpx(["10.20", "10.21 " + at("30:00"), "10.22"])))
    assert times == "walked"
    assert fixes[1] == (10.21, 1800)
    assert fixes[0][1] < 1800 < fixes[2][1]
    assert notes == ["only one point has a time: walked at 1.4 m/s"]
    assert said(read(gpx(["10.20 " + at("05:00")])))[:2] == ([(10.2, 300)], "given")


def test_times_out_of_order_are_put_in_order_and_those_without_a_zone_are_utc() -> None:
    track = read(gpx(["10.20 " + at("02:00"), "10.21 2026-05-01T12:01:00+02:00", "10.22 2026-05-01T10:03:00"]))
    assert said(track) == (
        [(10.21, 60), (10.2, 120), (10.22, 180)],
        "given",
        ["times without a zone were read as UTC", "the points did not come in the order of their times: put in order"],
    )
    again = read(gpx(["10.20 " + at("02:00"), "10.20 " + at("02:00"), "10.21 " + at("02:00.5")]))
    assert said(again) == ([(10.2, 120), (10.2, 120), (10.21, 120.5)], "given", [])


@pytest.mark.parametrize(
    "head",
    [
        '<gpx version="1.0" xmlns="http://www.topografix.com/GPX/1/0">',
        "<gpx>",
        "\ufeff\n <gpx>",
        '<?xml version="1.0" encoding="ISO-8859-1"?><gpx version="1.1">',
    ],
)
def test_every_version_of_gpx_is_read(head: str) -> None:
    assert said(read(gpx(["10.2 " + at("00:00"), "10.3 " + at("01:00")], head=head)))[1:] == ("given", [])


def test_a_route_counts_where_there_is_no_track() -> None:
    route = '<rte><rtept lat="59" lon="10.2"/><rtept lat="59" lon="10.3"/></rte>'
    assert len(read(f"<gpx>{route}</gpx>").fixes) == 2
    assert len(read(gpx(["10.2"]).replace("<trk>", route + "<trk>")).fixes) == 1


@pytest.mark.parametrize(
    "time",
    [
        "yesterday",
        "2026-05-01",
        "20260501T100000Z",
        "1777629600",
        "2026-13-01T10:00:00Z",
        "2026-W18-5T10:00:00Z",
        "1999-05-01T10:00:00Z",
        "2200-01-01T00:00:00Z",
    ],
)
def test_a_time_that_is_none_is_refused(time: str) -> None:
    with pytest.raises(Invalid):
        read(gpx(["10.2 " + time, "10.3 " + at("00:00")]))
    with pytest.raises(Invalid) as refused:
        read_json(line([[10.2, 59], [10.3, 59]], [at("00:00"), time]))
    assert refused.value.errors[0].pointer == "/track/properties/coordTimes/1"


def test_geojson_may_lack_some_times_and_come_in_several_parts() -> None:
    way = [[10.20, 59.13], [10.21, 59.13], [10.22, 59.13]]
    partly = read_json(line(way, [at("00:00"), None, at("02:00")]))
    assert said(partly)[:2] == ([(10.2, 0), (10.21, 60), (10.22, 120)], "between")
    times = [at("00:00"), at("01:00"), at("02:00")]
    parts = [way[:2], way[2:]]
    for given in (times, [times[:2], times[2:]]):
        assert said(read_json(line(parts, given, "MultiLineString")))[:2] == (
            [(10.2, 0), (10.21, 60), (10.22, 120)],
            "given",
        )
    later = line(way, coordinateProperties={"times": times})
    assert said(read_json(later))[1] == "given"
    point = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [1, 2]}}
    both = {"type": "FeatureCollection", "features": [point, line(way[:2], times[:2]), line(way[2:], times[2:])]}
    assert said(read_json(both))[:2] == ([(10.2, 0), (10.21, 60), (10.22, 120)], "given")
    with pytest.raises(Invalid) as refused:
        read_json(line(parts, [*times, times[0]], "MultiLineString"))
    assert refused.value.errors[0].detail == "one time for each point"


def test_a_track_with_latitude_first_is_noted() -> None:
    swapped = read_json({"type": "LineString", "coordinates": [[59.13, 10.2], [59.14, 10.2]]})
    assert "longitude comes before latitude" in said(swapped)[2][-1]
    for odd in (
        {"type": "FeatureCollection", "features": []},
        {"type": "MultiLineString", "coordinates": [1]},
        {"type": "LineString", "coordinates": [[10**400, 59]]},
        {"type": "FeatureCollection"},
    ):
        with pytest.raises(Invalid):
            read_json(odd)
