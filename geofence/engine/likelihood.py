"""How likely it is that a phone is in an area, given how sure it is of where it is."""

import math
from typing import Final, Literal

import numpy as np
import shapely
from msgspec import Struct
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

SIGMA_OF_ACCURACY: Final = 1.515
"""Phones give the radius that holds 68 %; for a round Gaussian that is √(−2 ln(1 − 0.6827)) standard deviations."""
NEAR_SIGMA: Final = 2.5
"""Nearer to a border than this many standard deviations its shape matters, and the quadrature decides."""
DECIDED_SIGMA: Final = 2.0
"""Further from a border than this, no shape brings the probability between 0.2 and 0.8: the round Gaussian has
1 − exp(−2²/2) = 0.86 within it, all on one side."""
OUT_SIGMA: Final = 1.2
"""A disc whose edge is further off than this holds at most what lies beyond a straight line there: Φ(−1.2) = 0.12."""
IN_SIGMA: Final = 1.4
WIDE_SIGMA: Final = 3.0
"""A disc of at least 3 σ around a place that is further than 1.4 σ from its edge holds at least 0.87 (integrated)."""
VAST_SIGMA: Final = 10.0
"""With so large a disc in it an area's border is asked how far it is, before points are counted."""
Needs = Literal["enter", "exit", "both"]
POINTS: Final = 256
FEW: Final = 64
FEW_ERR: Final = 0.15
"""Counted with a quarter of the points a share differs by less than this from that of all, over shapes that are not
finer than σ (at most 0.09 over circles, strips, holes and islands, 0.14 over stars): what is further than this from
0.2 and from 0.8 is decided by them."""


def _spiral(count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of equal weight for a round Gaussian of standard deviation 1: a sunflower spiral (Vogel 1979)."""
    k = np.arange(count) + 0.5
    radius = np.sqrt(-2 * np.log1p(-k / count))
    turn = k * math.pi * (3 - math.sqrt(5))
    return radius * np.cos(turn), radius * np.sin(turn)


_X, _Y = _spiral(POINTS)
_FEW_X, _FEW_Y = _spiral(FEW)


class PositionEstimate(Struct, gc=False):
    """Where a phone may be: a round Gaussian around (x, y), in metres. Its middle as a geometry and its points for the
    quadrature are made when first asked for, and serve every area that is near."""

    x: float
    y: float
    sigma: float
    _middle: shapely.Point | None = None
    _points: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
    _few: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None

    @property
    def middle(self) -> shapely.Point:
        """The most likely place."""
        if self._middle is None:
            self._middle = shapely.points((self.x, self.y))
        return self._middle

    def share_in(self, area: BaseGeometry) -> float:
        """How much of it lies in the area, by quadrature."""
        if self._points is None:
            self._points = (self.x + self.sigma * _X, self.y + self.sigma * _Y)
        return int(np.count_nonzero(shapely.contains_xy(area, *self._points))) / POINTS

    def decisive_share_in(self, area: BaseGeometry, needs: Needs) -> float:
        """The same where it decides; roughly, where it is so far from 0.2 and 0.8, or the one that is asked for, that
        roughly will do."""
        if self._few is None:
            self._few = (self.x + self.sigma * _FEW_X, self.y + self.sigma * _FEW_Y)
        share = int(np.count_nonzero(shapely.contains_xy(area, *self._few))) / FEW
        if (needs != "exit" and abs(share - 0.8) <= FEW_ERR) or (needs != "enter" and abs(share - 0.2) <= FEW_ERR):
            return self.share_in(area)
        return share


def largest_share(area_m2: float, sigma: float) -> float:
    """The most of a round Gaussian that an area of this size can hold: what a disc around its middle holds.

    Of all shapes of one area the disc holds most (rearrangement), namely 1 − exp(−A / 2πσ²).
    """
    return -math.expm1(-area_m2 / (2 * math.pi * sigma * sigma))
