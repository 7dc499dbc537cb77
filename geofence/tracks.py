"""Tracks to try triggers on: GeoJSON lines and GPX files, as fixes."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree import ElementTree

from base.errors import invalid
from geofence.engine.observations import RawFix

MOST_POINTS: Final = 5_000
WALKING_M_PER_S: Final = 1.4


def from_geojson(track: Mapping[str, Any], *, begins_at: float, accuracy_m: float) -> list[RawFix]:
    """A LineString, or a Feature with one; its property `coordTimes` gives a time for each of its points (RFC 3339).

    Without times the track is walked at 1.4 m/s from `begins_at`, in seconds since 1970. Raises Invalid.
    """
    line, times = track, None
    if track.get("type") == "Feature":
        line = track["geometry"] if isinstance(track.get("geometry"), Mapping) else {}
        properties = track.get("properties")
        times = properties.get("coordTimes") if isinstance(properties, Mapping) else None
    points = line.get("coordinates")
    if line.get("type") != "LineString" or not isinstance(points, list):
        raise invalid("/track", "a track is a GeoJSON LineString, or a Feature with one")
    if not 1 <= len(points) <= MOST_POINTS:
        raise invalid("/track", f"a track has 1 to {MOST_POINTS:,} points")
    if times is not None and (not isinstance(times, list) or len(times) != len(points)):
        raise invalid("/track/properties/coordTimes", "one time for each point")
    places = [_place(point, f"/track/coordinates/{i}") for i, point in enumerate(points)]
    if times is None:
        return _walked(places, begins_at, accuracy_m)
    moments = [_moment(time, f"/track/properties/coordTimes/{i}") for i, time in enumerate(times)]
    return [_fix(i, *place, accuracy_m, at) for i, (place, at) in enumerate(zip(places, moments, strict=True))]


def from_gpx(text: str, *, begins_at: float, accuracy_m: float) -> list[RawFix]:
    """The track points of a GPX 1.1 file in their order, with their times; without times they are walked."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise invalid("/gpx", "a GPX file declares no entities")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - no document type, so no entities to expand
    except (ElementTree.ParseError, ValueError):
        raise invalid("/gpx", "this is not XML") from None
    points = [element for element in root.iter() if element.tag.rsplit("}", 1)[-1] in ("trkpt", "rtept")]
    if not 1 <= len(points) <= MOST_POINTS:
        raise invalid("/gpx", f"a track has 1 to {MOST_POINTS:,} points")
    places: list[tuple[float, float]] = []
    times: list[str | None] = []
    for i, point in enumerate(points):
        try:
            given = [float(point.attrib["lon"]), float(point.attrib["lat"])]
        except (KeyError, ValueError):
            raise invalid("/gpx", f"point {i} has no longitude and latitude") from None
        places.append(_place(given, "/gpx"))
        times.append(next((child.text for child in point if child.tag.rsplit("}", 1)[-1] == "time"), None))
    if any(time is None for time in times):
        return _walked(places, begins_at, accuracy_m)
    moments = [_moment(time, "/gpx") for time in times]
    return [_fix(i, *place, accuracy_m, at) for i, (place, at) in enumerate(zip(places, moments, strict=True))]


def _place(point: object, pointer: str) -> tuple[float, float]:
    if isinstance(point, Sequence) and not isinstance(point, str) and len(point) >= 2:
        lon, lat = point[0], point[1]
        numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (lon, lat))
        if numbers and -180 <= lon <= 180 and -90 <= lat <= 90:
            return float(lon), float(lat)
    raise invalid(pointer, "a position is [longitude, latitude]")


def _moment(time: object, pointer: str) -> float:
    try:
        moment = datetime.fromisoformat(str(time).strip())
    except ValueError:
        raise invalid(pointer, "a time after RFC 3339") from None
    if not 2000 <= moment.year <= 2200:
        raise invalid(pointer, "a time between 2000 and 2200")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _walked(places: Sequence[tuple[float, float]], begins_at: float, accuracy_m: float) -> list[RawFix]:
    at, fixes = begins_at, list[RawFix]()
    for i, (lon, lat) in enumerate(places):
        if i:
            east = (lon - places[i - 1][0]) * math.cos(math.radians(lat))
            at += math.hypot(east, lat - places[i - 1][1]) * 111_320 / WALKING_M_PER_S
        fixes.append(_fix(i, lon, lat, accuracy_m, at))
    return fixes


def _fix(number: int, lon: float, lat: float, accuracy_m: float, at: float) -> RawFix:
    return RawFix(f"point {number}", lat, lon, accuracy_m, at)
