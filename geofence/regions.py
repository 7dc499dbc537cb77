"""What the phone should watch by itself: the nearest zones as circles, and when to ask again.

Phones watch 20 (iOS) or 100 (Android) circles for an app. Where there are more zones than that, the last circle gives
way to one around the phone itself: leaving it means that a zone that is not watched may be near, and to ask again.
"""

from math import floor, hypot
from typing import Final, NamedTuple

import numpy as np

from geofence.index import Near, Snapshot

CELLS_M: Final = (512.0, 2_048.0, 8_192.0)
"""Neighbourhoods: each is looked for in the next larger one, the largest among all zones."""
MOST_CELLS: Final = 4_096


class Watch(NamedTuple):
    """The nearest regions, by their place in `Snapshot.regions`, nearest first; how far the phone may move before it
    must ask again (None: it need not), if it watches all of them but the last; how far the nearest border is (None:
    there is none)."""

    nearest: list[int]
    refresh_radius_m: float | None
    next_boundary_m: float | None


NOTHING: Final = Watch([], None, None)


def watch(snapshot: Snapshot, x: float, y: float, limit: int) -> Watch:
    """What a phone at (x, y), in metres, should watch, `limit` circles at most.

    No border is missed: before any zone beyond the first `limit` − 1 can be entered, the phone has moved by the refresh
    radius, the distance to the edge of the nearest of those.
    """
    if not snapshot.watched:
        return NOTHING
    near = _near(snapshot, x, y, limit, 0)
    away = near.edges_m(x, y)
    order = away.argsort()[:limit].tolist()
    refresh = None if len(snapshot.watched) <= limit else max(away.item(order[-1]), 0.0)
    border = snapshot.next_border_m(x, y, ((near.numbers[i], away.item(i)) for i in order))
    return Watch([near.numbers[i] for i in order], refresh, border)


def _near(snapshot: Snapshot, x: float, y: float, limit: int, level: int) -> Near:
    """The zones among which the nearest ones of every point of this cell are, worked out once for each cell.

    Within a cell a distance changes by its diagonal at most, half up and half down: the nearest of any point are among
    those that are no further from the middle than the last of the middle's own nearest, and a diagonal more. Those of a
    small cell's middle are among those of the large cell around it for the same reason.
    """
    if level == len(CELLS_M) or len(snapshot.watched) <= limit:
        return snapshot.circles
    size = CELLS_M[level]
    cell = (limit, size, floor(x / size), floor(y / size))
    known = snapshot.cells.get(cell)
    if known is None:
        middle_x, middle_y = (cell[2] + 0.5) * size, (cell[3] + 0.5) * size
        among = _near(snapshot, middle_x, middle_y, limit, level + 1)
        away = among.edges_m(middle_x, middle_y)
        furthest = np.partition(away, limit - 1)[limit - 1] + hypot(size, size)
        chosen = np.flatnonzero(away <= furthest)
        numbers = [among.numbers[i] for i in chosen.tolist()]
        known = Near(numbers, among.middles[chosen], among.radii[chosen])
        if len(snapshot.cells) >= MOST_CELLS:
            del snapshot.cells[next(iter(snapshot.cells))]
        snapshot.cells[cell] = known
    return known
