"""Norway's box: what lies outside it was meant otherwise."""

from typing import Final

from geofence.engine.geometry import Coordinates

NORWAY: Final = (3.0, 56.5, 34.0, 72.5)
"""West, south, east and north of the Norwegian mainland and the sea of its municipalities, in degrees."""


def within_norway(points: Coordinates) -> bool:
    """Whether every point (n, 2), in degrees, lies in Norway's box."""
    west, south, east, north = NORWAY
    x, y = points[:, 0], points[:, 1]
    return bool(((x >= west) & (x <= east) & (y >= south) & (y <= north)).all())
