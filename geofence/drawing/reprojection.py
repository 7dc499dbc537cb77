"""Where on earth a drawing lies: in degrees, whatever system and order its coordinates came in."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from base.findings import Finding, finding
from geofence.drawing.norway import within_norway
from geofence.drawing.reference_systems import GEOGRAPHIC
from geofence.engine.geometry import (
    MOST_LAID_OUT,
    Area,
    Coordinates,
    GeometryRefused,
    distance_m,
    point,
    to_degrees,
    transformer,
)

LARGEST_AWAY_M: Final = 1_000.0
"""How far from the municipality's border a zone may lie, all of it, before that is noted: published borders are
simplified, and leave out piers and skerries."""
_PROJECTED: Final = (25832, 25833, 25835, 3857)


def in_degrees(
    polygons: list[list[Coordinates]],
    declared: int,
    *,
    epsg: int,
    border: Area | None,
    repair: bool,
    notes: list[Finding],
) -> list[list[Coordinates]]:
    """Rings given in the `declared` system as longitude and latitude, all of them in Norway.

    Coordinates in degrees that came as latitude and longitude, and projected ones that came as north and east, are
    turned round with a note where `repair` allows it and only one order leads to Norway. A projected drawing is never
    tried in another order once it is in degrees. Raises GeometryRefused.
    """
    points = np.vstack([ring for polygon in polygons for ring in polygon])
    if declared in GEOGRAPHIC:
        if within_norway(points):
            return polygons
        if not within_norway(points[:, ::-1]):
            raise _outside(points, epsg, border)
        if not repair:
            raise GeometryRefused(
                "longitude and latitude are swapped: a position is [longitude, latitude]", "/coordinates"
            )
        notes.append(finding("", "longitude and latitude were swapped: turned round"))
        return _turned(polygons)
    there, turned = _leads_to(points, declared, epsg, border), _leads_to(points[:, ::-1], declared, epsg, border)
    if not there and not turned:
        raise GeometryRefused("outside Norway in EPSG:{epsg}", "/coordinates", epsg=declared)
    if turned > there:
        if not repair:
            raise GeometryRefused("east and north are swapped: a position is [east, north]", "/coordinates")
        notes.append(finding("", "east and north were swapped: turned round"))
        polygons = _turned(polygons)
    notes.append(finding("", "reprojected from EPSG:{epsg}", epsg=declared))
    found: list[list[Coordinates]] = []
    left = MOST_LAID_OUT
    for polygon in polygons:
        found.append([])
        for ring in polygon:
            found[-1].append(to_degrees(ring, declared, left))
            left -= len(found[-1][-1])
    return found


def _turned(polygons: Sequence[Sequence[Coordinates]]) -> list[list[Coordinates]]:
    return [[ring[:, ::-1] for ring in polygon] for polygon in polygons]


def _leads_to(points: Coordinates, declared: int, epsg: int, border: Area | None) -> int:
    """2 where points of a projected system lie about the municipality, 1 in Norway, else 0."""
    lon, lat = transformer(declared, 4326).transform(points[:, 0], points[:, 1])
    if not within_norway(np.column_stack([lon, lat])):
        return 0
    x, y = transformer(declared, epsg).transform(points[:, 0].mean(), points[:, 1].mean())
    return 2 if border is not None and distance_m(border, point(x, y)) <= 50_000 else 1


def _outside(points: Coordinates, epsg: int, border: Area | None) -> GeometryRefused:
    """Why coordinates that should be degrees are nowhere in Norway: perhaps they are metres."""
    if np.abs(points).max() > 180:
        ranked = [
            (max(_leads_to(points, code, epsg, border), _leads_to(points[:, ::-1], code, epsg, border)), -place, code)
            for place, code in enumerate(dict.fromkeys((epsg, *_PROJECTED)))
        ]
        likely, _, code = max(ranked)
        if likely:
            return GeometryRefused(
                "these look like metres of EPSG:{epsg}: declare it in the file, as a crs member of that name, or when "
                "importing (crs=EPSG:{epsg})",
                "/coordinates",
                epsg=code,
            )
        return GeometryRefused("outside Norway, and these are no degrees: declare their system (crs=…)", "/coordinates")
    return GeometryRefused("outside Norway", "/coordinates")
