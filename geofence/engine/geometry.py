"""Zones as they were drawn: read from GeoJSON, judged, and laid out in metres without moving a border.

At the edges coordinates are longitude, latitude in degrees of WGS84 (RFC 7946); inside they are metres of the
municipality's projected reference system. Borders are straight lines in longitude and latitude, which bend when they
are projected: they get further vertices first, until none is more than a centimetre off.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Literal

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from base.translation import Figure

Coordinates = NDArray[np.float64]
Kind = Literal["district", "trigger"]
Area = shapely.Polygon | shapely.MultiPolygon
Line = BaseGeometry
"""A border: one line, or several."""

DEVIATION_M: Final = 0.01
"""How far a projected border may lie from the drawn one."""
SMALLEST_TRIGGER_M2: Final = 2_000.0
LARGEST_TRIGGER_M2: Final = 5_000_000.0
MOST_LAID_OUT: Final = 100_000
"""Vertices of a border once it is laid out in metres; those of the largest municipality are some 30,000."""
MOST_PAIRS: Final = 1_000_000
"""Pairs of edges whose boxes meet. A border of 20,000 corners that does not fold has some 100,000."""
_BLOCK: Final = 64
_FRACTIONS: Final = np.arange(1, 6) / 6


class GeometryRefused(Exception):
    """A zone that cannot be taken as it was drawn: a sentence for the one who drew it, what stands in its places, and
    a pointer to what is at fault."""

    def __init__(self, sentence: str, pointer: str = "", **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence, self.pointer, self.values = sentence, pointer, values

    @property
    def reason(self) -> str:
        """The sentence in English."""
        return str(self)


@lru_cache(maxsize=64)
def transformer(source: int, target: int) -> pyproj.Transformer:
    """Between two EPSG codes, x (east, longitude) before y; 4326 for WGS84."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def densified(
    ring: Coordinates,
    project: Callable[[Coordinates], Coordinates],
    scale_m: float = 1.0,
    most: float = math.inf,
) -> Coordinates:
    """Project a line of shape (n, 2), adding vertices until no edge is more than a centimetre off.

    `project` takes and gives shape (m, 2); `scale_m` is the length in metres of its unit; GeometryRefused where there
    would be more than `most` vertices. An edge's deviation falls with the square of its length, so the number of parts
    is known after one look; the loop only confirms it.
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
        if int(parts.sum()) > most:
            raise GeometryRefused("the border is too long to be laid out in metres", "/coordinates")
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


def drawn(geojson: Mapping[str, Any]) -> Area:
    """An area as it is drawn, in degrees, fit to be asked often."""
    area = shapely.geometry.shape(dict(geojson))
    assert isinstance(area, Area)
    shapely.prepare(area)
    return area


def inner_point(geojson: Mapping[str, Any]) -> tuple[float, float]:
    """A point (lon, lat) of a zone's own, the middle where that lies in it: where its name can stand."""
    if geojson["type"] == "Circle":
        return geojson["center"][0], geojson["center"][1]
    shape = shapely.geometry.shape(dict(geojson))
    middle = shape.centroid if shape.covers(shape.centroid) else shape.representative_point()
    return middle.x, middle.y


def holds_points(area: Area, points: Sequence[tuple[float, float]]) -> bool:
    """Whether every point lies in an area or on its border."""
    return bool(area.covers(shapely.MultiPoint(points)))


def holds_line(area: Area, points: Sequence[tuple[float, float]]) -> bool:
    """Whether all of a line lies in an area or on its border."""
    return bool(area.covers(shapely.LineString(points)))


def in_metres(geojson: Mapping[str, Any], epsg: int, *, most: float = math.inf) -> Area:
    """The area of a zone, in metres of the projected system `epsg` (25832, 25833 or 25835).

    `most` bounds the work for one that is yet to be judged: GeometryRefused where it would have more vertices, or its
    edges lie over one another too often. What was found good once is laid out whatever the limits are now.
    """
    if geojson["type"] == "Circle":
        return _circle(geojson["center"][0], geojson["center"][1], geojson["radius_m"], epsg)
    project, left = _projection(4326, epsg), most

    def laid_out(ring: Coordinates) -> Coordinates:
        nonlocal left
        found = densified(ring, project, most=left)
        left -= len(found)
        return found

    area = _rings(shapely.geometry.shape(dict(geojson)), laid_out)
    if most < math.inf:
        judge_folds(area)
    if not area.is_valid:  # A bend of the projection can make edges touch that lie a hair apart.
        area = shapely.make_valid(area, method="structure", keep_collapsed=False)
    if not isinstance(area, shapely.Polygon | shapely.MultiPolygon):
        raise GeometryRefused("the area is empty")
    return area


def edges(shape: BaseGeometry) -> NDArray[np.object_]:
    """The edges of every ring of polygons, as lines."""
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(shape))]
    starts, ends = np.vstack([ring[:-1] for ring in rings]), np.vstack([ring[1:] for ring in rings])
    lines = shapely.linestrings(np.stack([starts, ends], axis=1))
    assert isinstance(lines, np.ndarray)
    return lines


def judge_folds(shape: BaseGeometry) -> None:
    """Refuse a border whose edges lie over one another so often that looking at it takes long."""
    if shapely.get_num_coordinates(shape) ** 2 <= MOST_PAIRS:
        return
    lines, found = edges(shape), 0
    tree = shapely.STRtree(lines)
    for begin in range(0, len(lines), _BLOCK):
        found += tree.query(lines[begin : begin + _BLOCK]).shape[1]
        if found > MOST_PAIRS:
            raise GeometryRefused("the border folds back on itself too often to be read: simplify it", "/coordinates")


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


def to_degrees(ring: Coordinates, epsg: int, most: float = math.inf) -> Coordinates:
    """A ring of shape (n, 2) from a declared reference system to degrees; straight edges stay where they were.

    GeometryRefused where that takes more than `most` vertices.
    """
    metres_per_degree = 111_320.0
    return densified(ring, _projection(epsg, 4326), metres_per_degree, most)


def on_the_ground_m2(area: Area, epsg: int) -> float:
    """The area on the ground, in square metres: the projected one, freed of the map's scale at its middle."""
    middle = transformer(epsg, 4326).transform(area.centroid.x, area.centroid.y)
    return float(area.area / _proj(epsg).get_factors(*middle).areal_scale)


def distance_m(area: Area, other: BaseGeometry) -> float:
    """How far two areas lie apart, both in metres of one system; 0 where they meet."""
    return float(shapely.distance(area, other))


def likeness(area: Area, other: Area) -> float:
    """How much of what two areas cover together is covered by both, both in metres of one system; from 0 to 1."""
    together = area.union(other).area
    return float(area.intersection(other).area / together) if together else 0.0


def overlap_m2(area: Area, other: Area) -> float:
    """How much two areas have in common, in square metres of the system that both are in."""
    return float(area.intersection(other).area)


def box_in_degrees(area: Area, epsg: int) -> tuple[float, float, float, float]:
    """West, south, east and north of an area in metres."""
    corners = shapely.get_coordinates(area)
    lon, lat = transformer(epsg, 4326).transform(corners[:, 0], corners[:, 1])
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def all_within_m(area: Area, x: Sequence[float], y: Sequence[float], metres: float) -> bool:
    """Whether every point lies in an area or no further from it, all in metres of one system."""
    return bool(np.all(_within_m(area, x, y, metres)))


def meets_within_m(area: Area, x: Sequence[float], y: Sequence[float], metres: float) -> bool:
    """Whether the line through some points comes as near as that to an area, or goes round all of it."""
    way = shapely.linestrings(np.column_stack([x, y])) if len(x) > 1 else shapely.points(x[0], y[0])
    shapely.prepare(area)
    if shapely.dwithin(area, way, metres):
        return True
    west, south, east, north = area.bounds
    return min(x) <= west and max(x) >= east and min(y) <= south and max(y) >= north


def _within_m(area: Area, x: Sequence[float], y: Sequence[float], metres: float) -> NDArray[np.bool_]:
    shapely.prepare(area)
    return np.asarray(shapely.dwithin(area, shapely.points(np.asarray(x), np.asarray(y)), metres))


def holds(geojson: Mapping[str, Any], lon: float, lat: float, epsg: int) -> bool:
    """Whether a point, in degrees, lies in the zone or on its border."""
    x, y = transformer(4326, epsg).transform(lon, lat)
    return bool(shapely.intersects_xy(in_metres(geojson, epsg), x, y))


def judge_size(kind: Kind, area: float, *, whole_m2: float | None = None) -> None:
    """Refuse an area of no size, a trigger zone out of bounds, a district larger than the largest municipality."""
    if area <= 0:
        raise GeometryRefused("the area is empty")
    if kind == "trigger" and area < SMALLEST_TRIGGER_M2:
        raise GeometryRefused("a trigger zone is at least 2,000 m²; this one is {area} m²", area=Figure(f"{area:,.0f}"))
    if kind == "trigger" and area > LARGEST_TRIGGER_M2:
        raise GeometryRefused(
            "a trigger zone is at most 5 km²; this one is {area} km²", area=Figure(f"{area / 1e6:,.1f}")
        )
    if kind == "district" and area > (whole_m2 or 30e9):
        raise GeometryRefused("a district is no larger than a municipality")
