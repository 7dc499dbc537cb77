"""What the phone should watch by itself: the nearest zones as circles, and when to ask again.

Phones watch 20 (iOS) or 100 (Android) circles for an app. Where there are more zones than that, the last circle gives
way to one around the phone itself: leaving it means that a zone that is not watched may be near, and to ask again.
"""

from math import floor, hypot, inf
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geofence.engine.neighbourhood import NearbyBorder, Neighbourhood, WatchSquare
from geofence.engine.snapshot import PlacesSnapshot

CELLS_M: Final = (512.0, 2_048.0, 8_192.0)
"""Neighbourhoods: each is looked for in the next larger one, the largest among all zones."""
MOST_CELLS: Final = 4_096
SQUARE_M: Final = 32.0
"""All phones in a square of this size are told of the same regions, so that these are worked out once a minute: what is
remembered says where somebody has called from, and is forgotten as soon (`geofence.snapshots`)."""
SQUARE_REACH_M: Final = SQUARE_M / 2 * 2**0.5
MOST_SQUARES: Final = 16_384
"""So many squares are remembered at most, at about a kilobyte each; the oldest goes first."""
FINE_ENOUGH: Final = 8.0
"""Where the first region that is not watched is nearer than this many reaches, each phone's own place is looked at: the
circle in which it need not ask again is never smaller than seven ninths of what it could be."""


class Watch(NamedTuple):
    """The nearest regions, by their place in `PlacesSnapshot.regions`; how far the phone may move before it must ask
    again (None: it need not), if it watches all of them but the last; how far the nearest border is (None: there is
    none)."""

    nearest: NDArray[np.int64]
    refresh_radius_m: float | None
    next_boundary_m: float | None


NOTHING: Final = Watch(np.array([], np.int64), None, None)


def watch(snapshot: PlacesSnapshot, x: float, y: float, limit: int) -> Watch:
    """What a phone at (x, y), in metres, should watch, `limit` circles at most.

    No border is missed: before any zone beyond the first `limit` − 1 can be entered, the phone has moved by the refresh
    radius. The regions are the nearest ones of the middle of the square that the phone is in, nearest first.
    """
    if not snapshot.watched:
        return NOTHING
    square = (limit, floor(x / SQUARE_M), floor(y / SQUARE_M))
    around = snapshot.watch_squares.get(square)
    if around is None:
        around = _watch_square(
            snapshot, (square[1] + 0.5) * SQUARE_M, (square[2] + 0.5) * SQUARE_M, limit, SQUARE_REACH_M
        )
        if len(snapshot.watch_squares) >= MOST_SQUARES:
            del snapshot.watch_squares[next(iter(snapshot.watch_squares))]
        snapshot.watch_squares[square] = around
    if around.last_m < FINE_ENOUGH * SQUARE_REACH_M:
        around = _watch_square(snapshot, x, y, limit, 0.0)
    away = hypot(x - around.x, y - around.y)
    refresh = None if around.last_m == inf else max(around.last_m - away, 0.0)
    return Watch(around.nearest, refresh, around.next_border_m(x, y, away))


def _watch_square(snapshot: PlacesSnapshot, x: float, y: float, limit: int, reach: float) -> WatchSquare:
    """What is to be watched from here, and from wherever is no further off than `reach`."""
    near = _neighbourhood(snapshot, x, y, limit, 0)
    away = near.edges_m(x, y)
    order = away.argsort()
    nearest = near.numbers[order[:limit]]
    last_m = inf if len(snapshot.watched) <= limit else max(away.item(order.item(limit - 1)), 0.0)
    # A border is no nearer than the edge of the circle around it, from outside, and no further than the circle's other
    # end: that settles which of them can be the nearest one from anywhere in reach.
    within, borders = inf, list[NearbyBorder]()
    for place in range(len(order)):
        i = order.item(place)
        if (edge := away.item(i)) > within:
            break
        number, other_end = near.numbers.item(i), edge + 2 * near.radii.item(i) + 2 * reach
        if other_end < within:
            within = other_end
        at_least = snapshot.border_at_least_m(number, x, y, edge)
        if at_least <= within:
            borders.append(NearbyBorder(at_least, snapshot.borders[snapshot.watched[number]]))
    borders.sort(key=itemgetter(0))
    return WatchSquare(nearest=nearest, x=x, y=y, last_m=last_m, borders=borders, beyond_m=near.beyond_m)


def _neighbourhood(snapshot: PlacesSnapshot, x: float, y: float, limit: int, level: int) -> Neighbourhood:
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
        among = _neighbourhood(snapshot, middle_x, middle_y, limit, level + 1)
        away = among.edges_m(middle_x, middle_y)
        diagonal = hypot(size, size)
        furthest = np.partition(away, limit - 1).item(limit - 1) + diagonal
        chosen = np.flatnonzero(away <= furthest)
        known = Neighbourhood(
            among.numbers[chosen], among.middles[chosen], among.radii[chosen], furthest - diagonal / 2
        )
        if len(snapshot.cells) >= MOST_CELLS:
            del snapshot.cells[next(iter(snapshot.cells))]
        snapshot.cells[cell] = known
    return known
