"""Shapes that are drawn to be looked at: GeoJSON geometries (RFC 7946), longitude before latitude."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from base.validation import wrong

_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
MOST_POSITIONS = 10_000


def _positions(part: object, depth: int) -> int:
    """How many positions lie below, each of them checked."""
    if not isinstance(part, list) or not part:
        raise wrong("coordinates are lists of numbers, longitude before latitude (RFC 7946)")
    if depth:
        return sum(_positions(inside, depth - 1) for inside in part)
    numbers = [value for value in part if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) != len(part) or not 2 <= len(part) <= 3 or not all(abs(value) <= 1e9 for value in numbers):
        raise wrong("a position is a longitude and a latitude")
    if not (abs(numbers[0]) <= 180 and abs(numbers[1]) <= 90):
        raise wrong("a position lies between -180 and 180, -90 and 90 degrees")
    return 1


def _drawn(geometry: dict[str, Any]) -> dict[str, Any]:
    kind = geometry.get("type")
    if set(geometry) != {"type", "coordinates"} or kind not in _DEPTHS:
        raise wrong("a GeoJSON geometry with type and coordinates: {types}", types=", ".join(_DEPTHS))
    if _positions(geometry["coordinates"], _DEPTHS[kind]) > MOST_POSITIONS:
        raise wrong("a drawing has at most {most} positions", most=MOST_POSITIONS)
    rings = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}.get(kind, [])
    if any(len(ring) < 4 or ring[0] != ring[-1] for polygon in rings for ring in polygon):
        raise wrong("a ring has four positions or more and ends where it began")
    return geometry


Drawn = Annotated[dict[str, Any], AfterValidator(_drawn), Field(description="A GeoJSON geometry (lon, lat)")]
"""A geometry to be shown on a map; nothing is computed from it."""
