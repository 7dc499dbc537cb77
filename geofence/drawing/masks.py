"""An area in which something must lie that people point at, as it is drawn in degrees (GeoJSON, RFC 7946)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from geofence.drawing.zone_geometry import read_geometry
from geofence.engine.geometry import Area, GeometryRefused, drawn, holds_line, holds_points

MOST_CORNERS: Final = 2_000
_ANY_METRES: Final = 25833
"""Its size is judged roughly: any system of metres in Norway will do."""


class Mask:
    """An area, fit to be asked often."""

    def __init__(self, geojson: Mapping[str, Any]) -> None:
        self._area: Area = drawn(geojson)

    def holds(self, positions: Sequence[tuple[float, float]], *, joined: bool) -> bool:
        """Whether every position (longitude, latitude) lies in it, and where they are `joined` all between them."""
        return holds_line(self._area, positions) if joined else holds_points(self._area, positions)


def judged_mask(geojson: Mapping[str, Any]) -> Mapping[str, Any]:
    """The area as it is kept. Raises GeometryRefused."""
    if geojson.get("type") not in ("Polygon", "MultiPolygon"):
        raise GeometryRefused("an area is a Polygon or a MultiPolygon", "/type")
    found = read_geometry(geojson, "district", _ANY_METRES, repair=False).geojson
    parts = [found["coordinates"]] if found["type"] == "Polygon" else found["coordinates"]
    if sum(len(ring) for rings in parts for ring in rings) > MOST_CORNERS:
        raise GeometryRefused("the area has more than {most} corners", "/coordinates", most=MOST_CORNERS)
    return found
