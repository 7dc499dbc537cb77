"""What the phone should watch by itself: the nearest zones as circles, and when to ask again.

Phones watch 20 (iOS) or 100 (Android) circles for an app. Where there are more zones than that, the last circle gives
way to one around the phone itself: leaving it means that a zone that is not watched may be near, and to ask again.
"""

from dataclasses import dataclass
from math import floor, hypot

import numpy as np
from numpy.typing import NDArray

from geofence.index import Region, Snapshot

CELL_M = 512.0
MOST_CELLS = 4_096


@dataclass(frozen=True, slots=True)
class Watch:
    """The nearest regions, nearest first; how far the phone may move before it must ask again (None: it need not),
    if it watches all of them but the last; and how far the nearest border is (None: there is none)."""

    regions: tuple[Region, ...]
    refresh_radius_m: float | None
    next_boundary_m: float | None


def watch(snapshot: Snapshot, x: float, y: float, limit: int) -> Watch:
    """What a phone at (x, y), in metres, should watch, `limit` circles at most.

    No border is missed: before any zone beyond the first `limit` − 1 can be entered, the phone has moved by the refresh
    radius, the distance to the edge of the nearest of those.
    """
    if not snapshot.watched:
        return Watch((), None, None)
    near = _near(snapshot, x, y, limit)
    away = np.hypot(snapshot.circle_x[near] - x, snapshot.circle_y[near] - y) - snapshot.circle_r[near]
    order = np.argsort(away, kind="stable")[:limit]
    nearest, distances = near[order].tolist(), away[order].tolist()
    all_of_them = len(snapshot.watched) <= limit
    return Watch(
        tuple([snapshot.regions[i] for i in nearest]),
        None if all_of_them else max(distances[-1], 0.0),
        _next_border_m(snapshot, x, y, nearest, distances),
    )


def _near(snapshot: Snapshot, x: float, y: float, limit: int) -> NDArray[np.int64]:
    """The zones among which the nearest ones of every point of this cell are, worked out once for each cell.

    Within a cell a distance changes by its diagonal at most, half up and half down: the nearest of any point are among
    those that are no further from the middle than the last of the middle's own nearest, and a diagonal more.
    """
    if len(snapshot.watched) <= limit:
        return np.arange(len(snapshot.watched))
    column, row = floor(x / CELL_M), floor(y / CELL_M)
    known = snapshot.cells.get((limit, column, row))
    if known is None:
        middle_x, middle_y = (column + 0.5) * CELL_M, (row + 0.5) * CELL_M
        away = np.hypot(snapshot.circle_x - middle_x, snapshot.circle_y - middle_y) - snapshot.circle_r
        furthest = np.partition(away, limit - 1)[limit - 1] + hypot(CELL_M, CELL_M)
        known = np.flatnonzero(away <= furthest)
        if len(snapshot.cells) >= MOST_CELLS:
            snapshot.cells.clear()
        snapshot.cells[limit, column, row] = known
    return known


def _next_border_m(snapshot: Snapshot, x: float, y: float, nearest: list[int], distances: list[float]) -> float:
    """How far the nearest border is. No border is nearer than the edge of the circle around its zone, seen from
    outside; so the search ends at the first circle that is further than a border already found."""
    found = float("inf")
    for number, distance in zip(nearest, distances, strict=True):
        if distance >= found:
            break
        found = min(found, snapshot.border_m(snapshot.watched[number], x, y))
    return found
