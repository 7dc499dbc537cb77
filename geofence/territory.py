"""Where a municipality is, for places that people point at: its border, and how far beyond it is still meant."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from geofence.drawing.norway import NORWAY
from geofence.engine.geometry import Area, all_within_m, in_metres, meets_within_m

NEAR_M: Final = 5_000.0
"""How far from the border a place may lie and still be the municipality's concern: borders are simplified, and piers,
paths and skerries lie beyond them."""
FARTHEST_M: Final = 30_000.0
"""How far a line or an area that begins here may lead."""


class Territory:
    """A municipality's ground; without a known border it is Norway's box."""

    def __init__(self, area: Area | None) -> None:
        self._area = area

    def has_place(self, lon: Sequence[float], lat: Sequence[float], x: Sequence[float], y: Sequence[float]) -> bool:
        """Whether every one of some points, in degrees and in metres, lies in the municipality or near it."""
        return _in_norway(lon, lat) and (self._area is None or all_within_m(self._area, x, y, NEAR_M))

    def has_shape(self, lon: Sequence[float], lat: Sequence[float], x: Sequence[float], y: Sequence[float]) -> bool:
        """Whether a line or an area by its corners touches the municipality or what is near it, and leads not far."""
        if not _in_norway(lon, lat):
            return False
        area = self._area
        return area is None or (meets_within_m(area, x, y, NEAR_M) and all_within_m(area, x, y, FARTHEST_M))


def territory_of(boundary: Mapping[str, Any] | None, epsg: int) -> Territory:
    """The ground within a border (GeoJSON, lon lat) in the projected system `epsg`."""
    return Territory(None if boundary is None else _laid_out(json.dumps(dict(boundary)), epsg))


@lru_cache(maxsize=64)
def _laid_out(boundary: str, epsg: int) -> Area:
    return in_metres(json.loads(boundary), epsg)


def _in_norway(lon: Sequence[float], lat: Sequence[float]) -> bool:
    west, south, east, north = NORWAY
    return all(west <= x <= east for x in lon) and all(south <= y <= north for y in lat)
