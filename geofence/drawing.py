"""Reading a drawn zone: what GeoJSON says, what may be set right on the way, and why it is refused."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyproj
from pyproj.exceptions import CRSError

from base.errors import invalid
from geofence.engine.geometry import Coordinates, GeometryRefused, Kind, area_m2, judge_size, made_valid, to_degrees

MOST_VERTICES: Final = 20_000
NORWAY: Final = (3.0, 56.5, 34.0, 72.5)
"""West, south, east and north of the Norwegian mainland and the sea of its municipalities, in degrees."""
WIDEST_CIRCLE_M: Final = 100_000.0
_GEOGRAPHIC: Final = (4326, 4258)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A zone that was read and found good: its GeoJSON in degrees, its area, and what had to be repaired."""

    geojson: Mapping[str, Any]
    area_m2: float
    notes: tuple[str, ...] = ()


def good(geojson: object, kind: Kind, epsg: int, *, pointer: str = "/geometry") -> Drawn:
    """A zone that somebody draws: taken as it is, or refused as Invalid with the field at fault.

    Only what cannot change the area is set right (the direction of rings, repeated corners, heights).
    """
    try:
        return read(geojson, kind, epsg, repair=False)
    except GeometryRefused as refused:
        raise invalid(pointer + refused.pointer, refused.reason) from None


def read(geojson: object, kind: Kind, epsg: int, *, repair: bool, declared: int = 4326) -> Drawn:
    """A zone as GeoJSON: Polygon, MultiPolygon, or `{type: "Circle", center: [lon, lat], radius_m}`.

    `epsg` is the municipality's projected system, `declared` the one that the coordinates are given in. With
    `repair` what is safe to repair is, with a note each; GeometryRefused says why a zone cannot be taken.
    """
    if not isinstance(geojson, Mapping):
        raise GeometryRefused("the geometry is missing")
    notes: list[str] = []
    match geojson.get("type"):
        case "Circle":
            shape: Mapping[str, Any] = _circle(geojson)
        case "Polygon" | "MultiPolygon" as shape_type:
            _only(geojson, {"type", "coordinates", "bbox"})
            many = [geojson.get("coordinates")] if shape_type == "Polygon" else geojson.get("coordinates")
            prefix = "/coordinates" if shape_type == "MultiPolygon" else ""
            polygons = _polygons(many, prefix, repair, notes)
            if declared not in _GEOGRAPHIC:
                polygons = [[to_degrees(ring, declared) for ring in polygon] for polygon in polygons]
                notes.append(f"reprojected from EPSG:{declared}")
            polygons = _in_norway(polygons, repair, notes)
            listed = [[_directed(ring, outer=i == 0) for i, ring in enumerate(p)] for p in polygons]
            shape = (
                {"type": "Polygon", "coordinates": listed[0]}
                if len(listed) == 1
                else {"type": "MultiPolygon", "coordinates": listed}
            )
            shape, mended = made_valid(shape, repair=repair)
            notes.extend([mended] if mended else [])
        case other:
            raise GeometryRefused(f"a zone is a Polygon, a MultiPolygon or a Circle, not {str(other)[:40]}", "/type")
    area = area_m2(shape, epsg)
    judge_size(kind, area)
    return Drawn(shape, area, tuple(notes))


def declared_crs(collection: Mapping[str, Any]) -> int:
    """The EPSG code that a collection declares (the `crs` member of GeoJSON 2008); 4326 where it declares none."""
    crs = collection.get("crs")
    if crs is None:
        return 4326
    name = str(crs.get("properties", {}).get("name", "")) if isinstance(crs, Mapping) else ""
    if name.upper().endswith("CRS84"):
        return 4326
    found = re.search(r"EPSG:(?:[\d.]*:)?(\d{4,6})$", name, re.IGNORECASE)
    try:
        known = pyproj.CRS.from_epsg(int(found.group(1))) if found else None
    except CRSError:
        known = None
    if found is None or known is None or not (known.is_projected or int(found.group(1)) in _GEOGRAPHIC):
        raise invalid("/crs", "the reference system is not known; say EPSG:25832, 25833, 25835 or leave it out")
    return int(found.group(1))


def _only(geojson: Mapping[str, Any], known: set[str]) -> None:
    for key in geojson:
        if key not in known:
            raise GeometryRefused("this field is not known", f"/{str(key)[:40]}")


def _number(value: object, pointer: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise GeometryRefused("this is not a number", pointer)
    return float(value)


def _circle(geojson: Mapping[str, Any]) -> Mapping[str, Any]:
    _only(geojson, {"type", "center", "radius_m"})
    center = geojson.get("center")
    if not isinstance(center, Sequence) or isinstance(center, str) or len(center) != 2:
        raise GeometryRefused("a circle's center is [longitude, latitude]", "/center")
    lon, lat = _number(center[0], "/center/0"), _number(center[1], "/center/1")
    radius_m = _number(geojson.get("radius_m"), "/radius_m")
    if not _within(np.array([[lon, lat]])):
        swapped = _within(np.array([[lat, lon]]))
        raise GeometryRefused("longitude and latitude are swapped" if swapped else "outside Norway", "/center")
    if not 0 < radius_m <= WIDEST_CIRCLE_M:
        raise GeometryRefused("a circle's radius is more than 0 m and at most 100 km", "/radius_m")
    return {"type": "Circle", "center": [lon, lat], "radius_m": radius_m}


def _polygons(many: object, prefix: str, repair: bool, notes: list[str]) -> list[list[Coordinates]]:
    if not isinstance(many, list) or not many:
        raise GeometryRefused("the geometry is empty", "/coordinates")
    polygons: list[list[Coordinates]] = []
    for i, rings in enumerate(many):
        where = f"{prefix}/{i}" if prefix else "/coordinates"
        if not isinstance(rings, list) or not rings:
            raise GeometryRefused("the geometry is empty", where)
        polygons.append([_ring(ring, f"{where}/{j}", repair, notes) for j, ring in enumerate(rings)])
        if sum(len(ring) for polygon in polygons for ring in polygon) > MOST_VERTICES:
            raise GeometryRefused(f"more than {MOST_VERTICES:,} vertices", "/coordinates")
    return polygons


def _ring(ring: object, pointer: str, repair: bool, notes: list[str]) -> Coordinates:
    if not isinstance(ring, list) or not ring:
        raise GeometryRefused("the geometry is empty", pointer)
    if len(ring) > MOST_VERTICES:
        raise GeometryRefused(f"more than {MOST_VERTICES:,} vertices", pointer)
    points: list[tuple[float, float]] = []
    for k, position in enumerate(ring):
        if not isinstance(position, list | tuple) or not 2 <= len(position) <= 4:
            raise GeometryRefused("a position is [longitude, latitude]", f"{pointer}/{k}")
        point = _number(position[0], f"{pointer}/{k}/0"), _number(position[1], f"{pointer}/{k}/1")
        if not points or point != points[-1]:
            points.append(point)
    if points[0] != points[-1]:
        if not repair:
            raise GeometryRefused("the ring is not closed: its last position is not its first", pointer)
        points.append(points[0])
        notes.append("a ring was not closed: closed")
    if len(points) < 4:
        raise GeometryRefused("a ring has at least three different corners (wrong ring)", pointer)
    return np.array(points)


def _within(points: Coordinates) -> bool:
    west, south, east, north = NORWAY
    return bool(
        ((points[:, 0] >= west) & (points[:, 0] <= east) & (points[:, 1] >= south) & (points[:, 1] <= north)).all()
    )


def _in_norway(polygons: list[list[Coordinates]], repair: bool, notes: list[str]) -> list[list[Coordinates]]:
    points = np.vstack([ring for polygon in polygons for ring in polygon])
    if _within(points):
        return polygons
    if not _within(points[:, ::-1]):
        raise GeometryRefused("outside Norway", "/coordinates")
    if not repair:
        raise GeometryRefused("longitude and latitude are swapped: a position is [longitude, latitude]", "/coordinates")
    notes.append("longitude and latitude were swapped: turned round")
    return [[ring[:, ::-1] for ring in polygon] for polygon in polygons]


def _directed(ring: Coordinates, *, outer: bool) -> list[list[float]]:
    """The ring in the direction of RFC 7946: the outer one counter-clockwise, holes clockwise."""
    x, y = (ring - ring[0]).T
    twice_area = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
    return (ring if (twice_area > 0) == outer else ring[::-1]).tolist()  # type: ignore[no-any-return]  # numpy's tolist is Any
