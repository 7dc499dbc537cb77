"""Tracks to try triggers on: GeoJSON lines and GPX files, as fixes, and how their times came about."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final, Literal
from xml.etree import ElementTree

from base.errors import invalid
from base.findings import Finding, finding
from base.translation import Figure
from geofence.drawing.norway import NORWAY
from geofence.engine.observations import RawFix

MOST_POINTS: Final = 5_000
WALKING_M_PER_S: Final = 1.4
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?([Zz]|[+-]\d\d:?\d\d)?", re.ASCII)

Times = Literal["given", "between", "walked"]


@dataclass(frozen=True, slots=True)
class Track:
    """Fixes in the order of their times, and where these come from: the file alone, some of them put between those of
    their neighbours, or a walk. `notes` says what was done about times and points."""

    fixes: list[RawFix]
    times: Times
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Point:
    """A point of a track: degrees, seconds since 1970 where it has a time, and whether that says its zone."""

    lon: float
    lat: float
    at: float | None = None
    zoned: bool = True


Segment = list[_Point]


def from_geojson(track: Mapping[str, Any], *, begins_at: float, accuracy_m: float) -> Track:
    """A LineString or MultiLineString, a Feature with one, or a FeatureCollection of such.

    A Feature's property `coordTimes` (or `coordinateProperties.times`) gives a time for each of its points (RFC 3339),
    null where there is none. Without times the track is walked at 1.4 m/s from `begins_at`, in seconds since 1970.
    Raises Invalid.
    """
    segments: list[Segment] = []
    several = track.get("features") if track.get("type") == "FeatureCollection" else None
    features = several if isinstance(several, list) else [track]
    for i, feature in enumerate(features[:MOST_POINTS]):
        where = f"/track/features/{i}" if several is not None else "/track"
        line = feature
        times, times_at = None, f"{where}/properties/coordTimes"
        if isinstance(feature, Mapping) and feature.get("type") == "Feature":
            line = feature.get("geometry")
            properties = feature.get("properties")
            if isinstance(properties, Mapping):
                more = properties.get("coordinateProperties")
                times = properties.get("coordTimes")
                if times is None and isinstance(more, Mapping):
                    times, times_at = more.get("times"), f"{where}/properties/coordinateProperties/times"
        if several is not None and not (isinstance(line, Mapping) and str(line.get("type")).endswith("LineString")):
            continue
        segments.extend(_segments(line, times, where, times_at))
    if not segments:
        raise invalid("/track", "a track is a GeoJSON LineString, or a Feature with one")
    return _timed(segments, "/track", begins_at, accuracy_m)


def from_gpx(text: str, *, begins_at: float, accuracy_m: float) -> Track:
    """The track points of a GPX 1.0 or 1.1 file in their order, with their times; the route's where there is no track.

    Without times they are walked. Raises Invalid.
    """
    text = text.lstrip("\ufeff \t\r\n")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise invalid("/gpx", "a GPX file declares no entities")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - no document type, so no entities to expand
    except (ElementTree.ParseError, ValueError):
        raise invalid("/gpx", "this is not XML") from None
    segments = [list(_named(segment, "trkpt")) for segment in _named(root, "trkseg")]
    if not any(segments):
        segments = [list(_named(root, "trkpt"))]
    if not any(segments):
        segments = [list(_named(route, "rtept")) for route in _named(root, "rte")] or [list(_named(root, "rtept"))]
    number, found = 0, list[Segment]()
    for segment in segments:
        found.append([])
        for element in segment:
            found[-1].append(_gpx_point(element, number))
            number += 1
            if number > MOST_POINTS:
                break
    return _timed(found, "/gpx", begins_at, accuracy_m)


def _named(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (one for one in element.iter() if isinstance(one.tag, str) and one.tag.rsplit("}", 1)[-1] == name)


def _gpx_point(element: ElementTree.Element, number: int) -> _Point:
    try:
        lon, lat = float(element.attrib["lon"]), float(element.attrib["lat"])
    except (KeyError, ValueError):
        raise invalid("/gpx", "point {number} has no longitude and latitude", number=number) from None
    _place([lon, lat], "/gpx")
    time = next((child.text for child in element if str(child.tag).rsplit("}", 1)[-1] == "time"), None)
    return _point(lon, lat, time, "/gpx")


def _segments(line: object, times: object, where: str, times_at: str) -> list[Segment]:
    if not isinstance(line, Mapping) or line.get("type") not in ("LineString", "MultiLineString"):
        raise invalid(where, "a track is a GeoJSON LineString, or a Feature with one")
    points = line.get("coordinates")
    parts = [points] if line["type"] == "LineString" else points
    if not isinstance(parts, list) or not all(isinstance(part, list) for part in parts):
        raise invalid(where, "a track is a GeoJSON LineString, or a Feature with one")
    given: object = [times] if times is not None and line["type"] == "LineString" else times
    if isinstance(given, list) and line["type"] == "MultiLineString" and not any(isinstance(t, list) for t in given):
        given = _cut(given, [len(part) for part in parts])
    if given is not None and (
        not isinstance(given, list) or [len(t) if isinstance(t, list) else -1 for t in given] != list(map(len, parts))
    ):
        raise invalid(times_at, "one time for each point")
    found: list[Segment] = []
    for i, part in enumerate(parts):
        below = f"/{i}" if line["type"] == "MultiLineString" else ""
        found.append([])
        for k, position in enumerate(part[: MOST_POINTS + 1]):
            lon, lat = _place(position, f"{where}/coordinates{below}/{k}")
            time = given[i][k] if isinstance(given, list) else None
            found[-1].append(_point(lon, lat, time, f"{times_at}{below}/{k}"))
    return found


def _cut(times: list[Any], lengths: Sequence[int]) -> list[list[Any]]:
    """Times that come in one list, as those of several parts; what is over belongs to the last and is complained of."""
    parts: list[list[Any]] = []
    for length in lengths:
        parts.append(times[:length])
        times = times[length:]
    if times and parts:
        parts[-1] += times
    return parts


def _point(lon: float, lat: float, time: object, pointer: str) -> _Point:
    if time is None or (isinstance(time, str) and not time.strip()):
        return _Point(lon, lat)
    written = time.strip().replace(",", ".") if isinstance(time, str) else ""
    if not _TIME.fullmatch(written):
        raise invalid(pointer, "a time after RFC 3339")
    try:
        moment = datetime.fromisoformat(written.upper())
    except ValueError:
        raise invalid(pointer, "a time after RFC 3339") from None
    if not 2000 <= moment.year <= 2199:
        raise invalid(pointer, "a time between 2000 and 2200")
    return _Point(lon, lat, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), bool(moment.tzinfo))


def _place(point: object, pointer: str) -> tuple[float, float]:
    if isinstance(point, Sequence) and not isinstance(point, str) and len(point) >= 2:
        lon, lat = point[0], point[1]
        numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (lon, lat))
        if numbers and -180 <= lon <= 180 and -90 <= lat <= 90:
            return float(lon), float(lat)
    raise invalid(pointer, "a position is [longitude, latitude]")


def _timed(segments: list[Segment], pointer: str, begins_at: float, accuracy_m: float) -> Track:
    """Every point with a time: its own, one between those of its neighbours, or that of a walk."""
    points = [point for segment in segments for point in segment]
    if not 1 <= len(points) <= MOST_POINTS:
        raise invalid(pointer, "a track has 1 to {most} points", most=Figure(f"{MOST_POINTS:,}"))
    notes: list[Finding] = []
    known = [point.at for point in points if point.at is not None]
    times: Times
    if len(known) < min(2, len(points)):
        times, moments = "walked", _walked(points, begins_at)
        notes.append(
            finding(
                "",
                "the track has no times: walked at 1.4 m/s"
                if not known
                else "only one point has a time: walked at 1.4 m/s",
            )
        )
    else:
        moments = [at for segment in segments for at in _between(segment)]
        between = sum(p.at is None and at is not None for p, at in zip(points, moments, strict=True))
        left_out = moments.count(None)
        times = "between" if between else "given"
        if between:
            notes.append(finding("", "{count} points without a time: put between their neighbours", count=between))
        if left_out:
            notes.append(
                finding(
                    "", "{count} points without a time and without neighbours that have one: left out", count=left_out
                )
            )
        if any(not point.zoned for point in points):
            notes.append(finding("", "times without a zone were read as UTC"))
    fixes = [
        RawFix(f"point {i}", point.lat, point.lon, accuracy_m, at)
        for i, (point, at) in enumerate(zip(points, moments, strict=True))
        if at is not None
    ]
    if any(before.at > after.at for before, after in pairwise(fixes)):
        fixes.sort(key=lambda fix: fix.at)
        notes.append(finding("", "the points did not come in the order of their times: put in order"))
    west, south, east, north = NORWAY
    if not any(west <= fix.lon <= east and south <= fix.lat <= north for fix in fixes):
        notes.append(finding("", "no point of the track lies in Norway; longitude comes before latitude"))
    return Track(fixes, times, tuple(notes))


def _between(segment: Segment) -> list[float | None]:
    """The times of a segment's points; one without lies between its nearest neighbours that have one, by the way gone.

    At an end of the segment there is no such neighbour on one side, and so no time.
    """
    moments = [point.at for point in segment]
    known = [i for i, at in enumerate(moments) if at is not None]
    gone = [0.0]
    for before, after in pairwise(segment):
        gone.append(gone[-1] + _metres(before, after))
    for first, last in pairwise(known):
        begin, end = moments[first], moments[last]
        assert begin is not None
        assert end is not None
        way = gone[last] - gone[first]
        for i in range(first + 1, last):
            share = (gone[i] - gone[first]) / way if way else (i - first) / (last - first)
            moments[i] = begin + (end - begin) * share
    return moments


def _walked(points: Sequence[_Point], begins_at: float) -> list[float | None]:
    moments = [begins_at]
    for before, after in pairwise(points):
        moments.append(moments[-1] + _metres(before, after) / WALKING_M_PER_S)
    own = next((point.at - at for point, at in zip(points, moments, strict=True) if point.at is not None), 0.0)
    return [at + own for at in moments]


def _metres(before: _Point, after: _Point) -> float:
    return math.hypot((after.lon - before.lon) * math.cos(math.radians(after.lat)), after.lat - before.lat) * 111_320
