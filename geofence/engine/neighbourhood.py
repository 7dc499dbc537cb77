"""What lies around a place: watched zones in a neighbourhood, and what phones in a small square are told of them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geofence.engine.geometry import Line, point


class Neighbourhood(NamedTuple):
    """Watched zones in a neighbourhood, all of one length: their places in `PlacesSnapshot.watched`, and the smallest
    circles around them: the middles as complex numbers, and the radii, in metres. All others are at least `beyond_m`
    away."""

    numbers: NDArray[np.int64]
    middles: NDArray[np.complex128]
    radii: NDArray[np.float64]
    beyond_m: float

    def edges_m(self, x: float, y: float) -> NDArray[np.float64]:
        """How far the circles' edges are from a point; less than nothing where it is inside."""
        away: NDArray[np.float64] = np.abs(self.middles - complex(x, y))
        away -= self.radii
        return away


class NearbyBorder(NamedTuple):
    """A border, and how far it is at least from the middle of a square."""

    at_least_m: float
    line: Line


class WatchSquare(NamedTuple):
    """What is watched from a small square around (x, y), worked out by `geofence.engine.regions`: regions by their
    place, how far from the middle the last of them is (inf where they are all there are), the borders that may be the
    nearest ones with how far each is at least, and how far all else is, in metres."""

    nearest: NDArray[np.int64]
    x: float
    y: float
    last_m: float
    borders: list[NearbyBorder]
    beyond_m: float

    def next_border_m(self, x: float, y: float, away: float) -> float:
        """How far the nearest border is from a point that is so far away from the middle."""
        found, here = self.beyond_m, point(x, y)
        for at_least, line in self.borders:
            if at_least - away >= found:
                break
            found = min(found, line.distance(here))
        return found
