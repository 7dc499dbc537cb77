"""What of a drawn border can be mended, and what would take too long to look at.

Looking for crossings costs as many steps as pairs of edges lie near one another, and mending grows with the square of
the crossings: both are counted first, and what is too much is refused before any of it is done.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from base.findings import Finding, finding
from base.translation import Figure
from geofence.engine.geometry import Area, GeometryRefused, edges, judge_folds

SAFE_REPAIR: Final = 0.01
"""The share of its area by which a repair may change a zone and still be safe."""
MOST_CROSSINGS: Final = 300
MOST_MEETINGS: Final = 2_000
"""Pairs of corners at one point, where three or more meet there."""
_BLOCK: Final = 64
_CROSSES: Final = "the border crosses itself (self-intersection) at {place}"
_TOUCHES: Final = "the border touches itself (self-intersection) at {place}"
_FAULTS: Final = {
    "self-intersection": _CROSSES,
    "ring self-intersection": _TOUCHES,
    "hole lies outside shell": "a hole lies outside its area (wrong ring) at {place}",
    "nested holes": "a hole lies in another hole (wrong ring) at {place}",
    "nested shells": "an area lies in another one (wrong ring) at {place}",
    "holes are nested": "a hole lies in another hole (wrong ring) at {place}",
    "interior is disconnected": "holes cut the area in two (wrong ring) at {place}",
}
_UNCLEAR: Final = {fault: fault + ", and it is not clear which side is meant" for fault in (_CROSSES, _TOUCHES)}
_MENDED: Final = {fault: fault + ": mended, the area changed by {change}" for fault in (_CROSSES, _TOUCHES)}
FAULTS: Final = ("the area is not valid at {place}", *_FAULTS.values(), *_UNCLEAR.values(), *_MENDED.values())
"""Every sentence about a border that is not valid."""


def made_valid(geojson: Mapping[str, Any], *, repair: bool) -> tuple[Mapping[str, Any], Finding | None]:
    """The polygons as they are if they are valid (OGC simple features), else repaired with a note, or refused.

    A repair is safe where both ways of reading a border that crosses itself (which parts are inside: those enclosed
    an odd number of times, or all that is enclosed) agree with the drawn area within a hundredth.
    """
    shape = shapely.geometry.shape(dict(geojson))
    judge_folds(shape)
    if shape.is_valid:
        return geojson, None
    fault, place = _fault(shape)
    if not repair or fault not in _MENDED:
        raise GeometryRefused(fault, "/coordinates", place=place)
    _judge_crossings(shape)
    whole = _polygons(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    # The other way of reading takes much longer, and is asked only where the first one agrees.
    if _change(shape, whole) > SAFE_REPAIR or _change(shape, odd := shapely.make_valid(shape)) > SAFE_REPAIR:
        raise GeometryRefused(_UNCLEAR[fault], "/coordinates", place=place)
    mended = shapely.normalize(whole if whole.is_valid else _polygons(odd))
    if mended.is_empty or not mended.is_valid:
        raise GeometryRefused("the border cannot be mended", "/coordinates")
    note = finding("", _MENDED[fault], place=place, change=Figure(f"{_change(shape, mended):.3%}"))
    return shapely.geometry.mapping(mended), note


def _change(shape: BaseGeometry, other: BaseGeometry) -> float:
    """By which share of its area a repair changes a shape."""
    return abs(other.area / shape.area - 1) if shape.area > 0 else 1.0


def _fault(shape: BaseGeometry) -> tuple[str, str]:
    """What is wrong with a shape, and where: longitude, latitude."""
    reason, _, place = shapely.is_valid_reason(shape).partition("[")
    return _FAULTS.get(reason.strip().lower(), "the area is not valid at {place}"), place.rstrip("]").replace(" ", ", ")


def _polygons(shape: BaseGeometry) -> Area:
    """What encloses something."""
    parts = [
        polygon
        for part in shapely.get_parts(shape)
        for polygon in (shapely.get_parts(part) if isinstance(part, shapely.MultiPolygon) else [part])
        if isinstance(polygon, shapely.Polygon) and not polygon.is_empty
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _judge_crossings(shape: BaseGeometry) -> None:
    """Refuse a border that crosses itself too often to be mended."""
    lines = edges(shape)
    _, visits = np.unique(shapely.get_coordinates(lines)[::2], axis=0, return_counts=True)
    visits = visits[visits > 2]
    meetings = int((visits * (visits - 1) // 2).sum())
    tree, crossings = shapely.STRtree(lines), 0
    for begin in range(0, len(lines), _BLOCK):
        if meetings > MOST_MEETINGS or crossings > 2 * MOST_CROSSINGS:
            break
        crossings += tree.query(lines[begin : begin + _BLOCK], predicate="crosses").shape[1]
    if meetings > MOST_MEETINGS or crossings > 2 * MOST_CROSSINGS:
        raise GeometryRefused(
            "the border crosses itself more than {most} times: too often to be mended",
            "/coordinates",
            most=MOST_CROSSINGS,
        )
