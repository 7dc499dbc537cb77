"""Zones as they were drawn: read from GeoJSON, judged, and laid out in metres without moving a border.

At the edges coordinates are longitude, latitude in degrees of WGS84 (RFC 7946); inside they are metres of the
municipality's projected reference system. Borders are straight lines in longitude and latitude, which bend when they
are projected: they get further vertices first, until none is more than a centimetre off.
"""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, Literal

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Coordinates = NDArray[np.float64]
Kind = Literal["district", "trigger"]
Area = shapely.Polygon | shapely.MultiPolygon
Line = BaseGeometry
"""A border: one line, or several."""

DEVIATION_M: Final = 0.01
"""How far a projected border may lie from the drawn one."""
SMALLEST_TRIGGER_M2: Final = 2_000.0
LARGEST_TRIGGER_M2: Final = 5_000_000.0
SAFE_REPAIR: Final = 0.01
"""The share of its area by which a repair may change a zone and still be safe."""
_FRACTIONS: Final = np.arange(1, 6) / 6


class GeometryRefused(Exception):
    """A zone that cannot be taken as it was drawn; the message is the reason, in words for the one who drew it."""

    def __init__(self, reason: str, pointer: str = "") -> None:
        super().__init__(reason)
        self.reason, self.pointer = reason, pointer


@lru_cache(maxsize=64)
def transformer(source: int, target: int) -> pyproj.Transformer:
    """Between two EPSG codes, x (east, longitude) before y; 4326 for WGS84."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def densified(ring: Coordinates, project: Callable[[Coordinates], Coordinates], scale_m: float = 1.0) -> Coordinates:
    """Project a line of shape (n, 2), adding vertices until no edge is more than a centimetre off.

    `project` takes and gives shape (m, 2); `scale_m` is the length in metres of its unit. An edge's deviation falls
    with the square of its length, so the number of parts is known after one look; the loop only confirms it.
    """
    limit = DEVIATION_M * 0.8 / scale_m
    for _ in range(12):
        start, end = ring[:-1], ring[1:]
        inner = start[:, None, :] + (end - start)[:, None, :] * _FRACTIONS[None, :, None]
        projected = project(ring)
        chord = projected[1:] - projected[:-1]
        off = project(inner.reshape(-1, 2)).reshape(inner.shape) - projected[:-1, None, :]
        length = np.hypot(chord[:, 0], chord[:, 1])
        cross = np.abs(off[..., 0] * chord[:, None, 1] - off[..., 1] * chord[:, None, 0])
        deviation = (cross / np.where(length > 0, length, 1)[:, None]).max(axis=1, initial=0)
        parts = np.where(deviation > limit, np.ceil(np.sqrt(deviation / limit)), 1).astype(np.int64)
        if (parts == 1).all():
            return projected
        edge = np.repeat(np.arange(len(parts)), parts)
        step = (np.arange(len(edge)) - np.repeat(np.cumsum(parts) - parts, parts)) / parts[edge]
        ring = np.vstack([start[edge] + (end - start)[edge] * step[:, None], ring[-1:]])
    raise GeometryRefused("an edge is too long to be projected")


def _projection(source: int, target: int) -> Callable[[Coordinates], Coordinates]:
    through = transformer(source, target)

    def project(points: Coordinates) -> Coordinates:
        return np.column_stack(through.transform(points[:, 0], points[:, 1]))

    return project


def _rings(shape: BaseGeometry, ring: Callable[[Coordinates], Coordinates]) -> BaseGeometry:
    polygons = [
        shapely.Polygon(
            ring(shapely.get_coordinates(part.exterior)), [ring(shapely.get_coordinates(h)) for h in part.interiors]
        )
        for part in shapely.get_parts(shape)
    ]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def point(x: float, y: float) -> shapely.Point:
    """A point in metres."""
    return shapely.points((x, y))


def longest_stretch(way: shapely.LineString, area: Area) -> tuple[float, float, float] | None:
    """The longest stretch of a straight way in an area: where its middle lies (0 to 1 of the way), and that point."""
    if not area.intersects(way):
        return None
    inside = shapely.get_parts(area.intersection(way))
    longest = inside[np.argmax(shapely.length(inside))]
    if not longest.length:
        return None
    middle = shapely.line_interpolate_point(longest, 0.5, normalized=True)
    return way.project(middle, normalized=True), middle.x, middle.y


def in_metres(geojson: Mapping[str, Any], epsg: int) -> Area:
    """The area of a zone that was found good, in metres of the projected system `epsg` (25832, 25833 or 25835)."""
    if geojson["type"] == "Circle":
        return _circle(geojson["center"][0], geojson["center"][1], geojson["radius_m"], epsg)
    project = _projection(4326, epsg)
    area = _rings(shapely.geometry.shape(dict(geojson)), lambda ring: densified(ring, project))
    if not area.is_valid:  # A bend of the projection can make edges touch that lie a hair apart.
        area = shapely.make_valid(area, method="structure", keep_collapsed=False)
    if not isinstance(area, shapely.Polygon | shapely.MultiPolygon):
        raise GeometryRefused("the area is empty")
    return area


def _circle(lon: float, lat: float, radius_m: float, epsg: int) -> shapely.Polygon:
    """A polygon no more than a centimetre inside the circle; the map's scale at its centre is allowed for."""
    x, y = transformer(4326, epsg).transform(lon, lat)
    factors = _proj(epsg).get_factors(lon, lat)
    corners = max(24, math.ceil(math.pi / math.sqrt(2 * DEVIATION_M / radius_m)))
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = radius_m * math.sqrt(factors.areal_scale)
    return shapely.Polygon(np.column_stack([x + radius * np.cos(turn), y + radius * np.sin(turn)]))


@lru_cache(maxsize=8)
def _proj(epsg: int) -> pyproj.Proj:
    return pyproj.Proj(f"EPSG:{epsg}")


def made_valid(geojson: Mapping[str, Any], *, repair: bool) -> tuple[Mapping[str, Any], str | None]:
    """The polygons as they are if they are valid (OGC simple features), else repaired with a note, or refused.

    A repair is safe where both ways of reading a border that crosses itself (which parts are inside: those enclosed
    an odd number of times, or all that is enclosed) agree with the drawn area within a hundredth.
    """
    shape = shapely.geometry.shape(dict(geojson))
    if shape.is_valid:
        return geojson, None
    reason = shapely.is_valid_reason(shape)
    what = reason.split("[", 1)[0].strip().lower()
    where = reason.split("[", 1)[1].rstrip("]").replace(" ", ", ") if "[" in reason else ""
    said = {
        "self-intersection": "the border crosses itself (self-intersection)",
        "ring self-intersection": "the border touches itself (self-intersection)",
        "hole lies outside shell": "a hole lies outside its area (wrong ring)",
        "nested holes": "a hole lies in another hole (wrong ring)",
        "nested shells": "an area lies in another one (wrong ring)",
        "holes are nested": "a hole lies in another hole (wrong ring)",
        "interior is disconnected": "holes cut the area in two (wrong ring)",
    }.get(what, f"the area is not valid ({what})") + (f" at {where}" if where else "")
    if not repair or "ring)" in said:
        raise GeometryRefused(said, "/coordinates")
    whole = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    odd = shapely.make_valid(shape)
    if shape.area <= 0 or max(abs(whole.area / shape.area - 1), abs(odd.area / shape.area - 1)) > SAFE_REPAIR:
        raise GeometryRefused(f"{said}, and it is not clear which side is meant", "/coordinates")
    mended = shapely.geometry.mapping(shapely.normalize(whole))
    return mended, f"{said}: mended, the area changed by {abs(whole.area / shape.area - 1):.3%}"


def to_degrees(ring: Coordinates, epsg: int) -> Coordinates:
    """A ring of shape (n, 2) from a declared reference system to degrees; straight edges stay where they were."""
    metres_per_degree = 111_320.0
    return densified(ring, _projection(epsg, 4326), metres_per_degree)


def area_m2(geojson: Mapping[str, Any], epsg: int) -> float:
    """The area on the ground, in square metres: the projected one, freed of the map's scale at its middle."""
    shape = in_metres(geojson, epsg)
    middle = transformer(epsg, 4326).transform(shape.centroid.x, shape.centroid.y)
    return float(shape.area / _proj(epsg).get_factors(*middle).areal_scale)


def holds(geojson: Mapping[str, Any], lon: float, lat: float, epsg: int) -> bool:
    """Whether a point, in degrees, lies in the zone or on its border."""
    x, y = transformer(4326, epsg).transform(lon, lat)
    return bool(shapely.intersects_xy(in_metres(geojson, epsg), x, y))


def judge_size(kind: Kind, area: float, *, whole_m2: float | None = None) -> None:
    """Refuse an area of no size, a trigger zone out of bounds, a district larger than the largest municipality."""
    if area <= 0:
        raise GeometryRefused("the area is empty")
    if kind == "trigger" and area < SMALLEST_TRIGGER_M2:
        raise GeometryRefused(f"a trigger zone is at least 2,000 m²; this one is {area:,.0f} m²")
    if kind == "trigger" and area > LARGEST_TRIGGER_M2:
        raise GeometryRefused(f"a trigger zone is at most 5 km²; this one is {area / 1e6:,.1f} km²")
    if kind == "district" and area > (whole_m2 or 30e9):
        raise GeometryRefused("a district is no larger than a municipality")
