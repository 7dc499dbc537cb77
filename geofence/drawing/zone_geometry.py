"""Reading a drawn zone: what GeoJSON says, what may be set right on the way, and why it is refused."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from base.errors import invalid
from base.findings import Finding, finding
from base.translation import Figure
from geofence.drawing.norway import within_norway
from geofence.drawing.reference_systems import epsg_of
from geofence.drawing.repair import made_valid
from geofence.drawing.reprojection import LARGEST_AWAY_M, in_degrees
from geofence.engine.geometry import (
    MOST_LAID_OUT,
    Area,
    Coordinates,
    GeometryRefused,
    Kind,
    distance_m,
    in_metres,
    judge_size,
    on_the_ground_m2,
)

MOST_VERTICES: Final = 20_000
WIDEST_CIRCLE_M: Final = 100_000.0
_FARTHEST: Final = 1e9
"""No coordinate of any system on earth is larger."""


@dataclass(frozen=True, slots=True)
class DrawnZone:
    """A zone that was read and found good: its GeoJSON in degrees, the same in metres, its area, and what had to be set
    right."""

    geojson: Mapping[str, Any]
    laid_out: Area
    area_m2: float
    notes: tuple[Finding, ...] = ()


def accept_drawn(geojson: object, kind: Kind, epsg: int, *, pointer: str = "/geometry") -> DrawnZone:
    """A zone that somebody draws: taken as it is, or refused as Invalid with the field at fault.

    Only what cannot change the area is set right (the direction of rings, repeated corners, heights).
    """
    try:
        return read_geometry(geojson, kind, epsg, repair=False)
    except GeometryRefused as why:
        raise invalid(pointer + why.pointer, why.sentence, **why.values) from None


def read_geometry(
    geojson: object, kind: Kind, epsg: int, *, repair: bool, declared: int = 4326, border: Area | None = None
) -> DrawnZone:
    """A zone as GeoJSON: Polygon, MultiPolygon, or `{type: "Circle", center: [lon, lat], radius_m}`.

    `epsg` is the municipality's projected system and `border` its border in it; `declared` is the system that the
    coordinates are given in, unless the geometry has a `crs` of its own (as PostGIS writes it). With `repair` what is
    safe to repair is, with a note each; GeometryRefused says why a zone cannot be taken.
    """
    if not isinstance(geojson, Mapping):
        raise GeometryRefused("the geometry is missing")
    notes: list[Finding] = []
    match geojson.get("type"):
        case "Circle":
            shape: Mapping[str, Any] = _circle(geojson)
        case "Polygon" | "MultiPolygon" as shape_type:
            if geojson.get("crs") is not None:
                declared = epsg_of(geojson["crs"])
            many = [geojson.get("coordinates")] if shape_type == "Polygon" else geojson.get("coordinates")
            prefix = "/coordinates" if shape_type == "MultiPolygon" else ""
            polygons = in_degrees(
                _polygons(many, prefix, repair, notes), declared, epsg=epsg, border=border, repair=repair, notes=notes
            )
            listed = [[_directed(ring, outer=i == 0) for i, ring in enumerate(p)] for p in polygons]
            shape = (
                {"type": "Polygon", "coordinates": listed[0]}
                if len(listed) == 1
                else {"type": "MultiPolygon", "coordinates": listed}
            )
            shape, mended = made_valid(shape, repair=repair)
            notes.extend([mended] if mended else [])
        case other:
            raise GeometryRefused(
                "a zone is a Polygon, a MultiPolygon or a Circle, not {type}", "/type", type=_word(other)
            )
    laid_out = in_metres(shape, epsg, most=MOST_LAID_OUT)
    area = on_the_ground_m2(laid_out, epsg)
    judge_size(kind, area)
    if border is not None and (away := distance_m(laid_out, border)) > LARGEST_AWAY_M:
        notes.append(
            finding("", "lies outside the municipality, {km} km from its border", km=Figure(f"{away / 1000:,.0f}"))
        )
    return DrawnZone(shape, laid_out, area, tuple(notes))


def _word(word: object) -> str:
    """What was said, fit to be said again."""
    return "".join(sign for sign in str(word)[:40] if sign.isprintable()) if isinstance(word, str) else "null"


def _number(value: object, pointer: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise GeometryRefused("this is not a number", pointer)


def _circle(geojson: Mapping[str, Any]) -> Mapping[str, Any]:
    for key in geojson:
        if key not in ("type", "center", "radius_m"):
            raise GeometryRefused("this field is not known", f"/{str(key)[:40]}")
    center = geojson.get("center")
    if not isinstance(center, Sequence) or isinstance(center, str) or len(center) != 2:
        raise GeometryRefused("a circle's center is [longitude, latitude]", "/center")
    lon, lat = _number(center[0], "/center/0"), _number(center[1], "/center/1")
    radius_m = _number(geojson.get("radius_m"), "/radius_m")
    if not within_norway(np.array([[lon, lat]])):
        swapped = within_norway(np.array([[lat, lon]]))
        raise GeometryRefused("longitude and latitude are swapped" if swapped else "outside Norway", "/center")
    if not 0 < radius_m <= WIDEST_CIRCLE_M:
        raise GeometryRefused("a circle's radius is more than 0 m and at most 100 km", "/radius_m")
    return {"type": "Circle", "center": [lon, lat], "radius_m": radius_m}


def _polygons(many: object, prefix: str, repair: bool, notes: list[Finding]) -> list[list[Coordinates]]:
    """The rings of every part. With `repair` parts and rings that enclose nothing are left out, unless none is left."""
    if not isinstance(many, list) or not many:
        raise GeometryRefused("the geometry is empty", "/coordinates")
    polygons: list[list[Coordinates]] = []
    left_out = total = 0
    first: GeometryRefused | None = None
    for i, rings in enumerate(many):
        where = f"{prefix}/{i}" if prefix else "/coordinates"
        if not isinstance(rings, list) or not rings:
            if not repair or not isinstance(rings, list):
                raise GeometryRefused("the geometry is empty", where)
            left_out, first = left_out + 1, first or GeometryRefused("the geometry is empty", where)
            continue
        polygon: list[Coordinates] = []
        for j, ring in enumerate(rings):
            try:
                read_ring = _ring(ring, f"{where}/{j}", repair, notes)
            except _EnclosesNothing as nothing:
                if not repair:
                    raise
                left_out, first = left_out + 1, first or nothing
                if j == 0:
                    break
                continue
            polygon.append(read_ring)
            total += len(read_ring)
            if total > MOST_VERTICES:
                raise _too_many("/coordinates")
        if polygon:
            polygons.append(polygon)
    if not polygons:
        raise first or GeometryRefused("the geometry is empty", "/coordinates")
    if left_out:
        notes.append(finding("", "{count} rings that enclose nothing were left out", count=left_out))
    return polygons


class _EnclosesNothing(GeometryRefused):
    """A ring of no corners, of two, or of corners on one line."""


def _too_many(pointer: str) -> GeometryRefused:
    return GeometryRefused("more than {most} vertices", pointer, most=Figure(f"{MOST_VERTICES:,}"))


def _ring(ring: object, pointer: str, repair: bool, notes: list[Finding]) -> Coordinates:
    if not isinstance(ring, list):
        raise GeometryRefused("the geometry is empty", pointer)
    if not ring:
        raise _EnclosesNothing("the geometry is empty", pointer)
    if len(ring) > MOST_VERTICES:
        raise _too_many(pointer)
    points: list[tuple[float, float]] = []
    for k, position in enumerate(ring):
        if not isinstance(position, list | tuple) or not 2 <= len(position) <= 4:
            raise GeometryRefused("a position is [longitude, latitude]", f"{pointer}/{k}")
        point = _number(position[0], f"{pointer}/{k}/0"), _number(position[1], f"{pointer}/{k}/1")
        if max(abs(point[0]), abs(point[1])) > _FARTHEST:
            raise GeometryRefused("outside Norway", f"{pointer}/{k}")
        if not points or point != points[-1]:
            points.append(point)
    if len(set(points)) < 3:
        raise _EnclosesNothing("a ring has at least three different corners (wrong ring)", pointer)
    if points[0] != points[-1]:
        if not repair:
            raise GeometryRefused("the ring is not closed: its last position is not its first", pointer)
        points.append(points[0])
        notes.append(finding("", "a ring was not closed: closed"))
    corners = np.array(points)
    away = corners - corners[0]
    farthest = away[np.argmax(np.abs(away).sum(axis=1))]
    if not np.any(away[:, 0] * farthest[1] - away[:, 1] * farthest[0]):
        raise _EnclosesNothing("a ring has at least three different corners (wrong ring)", pointer)
    return corners


def _directed(ring: Coordinates, *, outer: bool) -> list[list[float]]:
    """The ring in the direction of RFC 7946: the outer one counter-clockwise, holes clockwise."""
    x, y = (ring - ring[0]).T
    twice_area = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
    return (ring if (twice_area > 0) == outer else ring[::-1]).tolist()  # type: ignore[no-any-return]  # numpy's tolist is Any
