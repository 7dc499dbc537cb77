"""Places that residents point at, kept no finer than the survey says.

Coordinates are GeoJSON's (longitude, latitude, WGS84); every position becomes the middle of its cell in a square grid
of `snap_m` metres in the municipality's own coordinate system: two people on one doorstep give the same answer.
"""

import math
from collections.abc import Mapping
from functools import lru_cache

from pyproj import Transformer

from surveys.forms.complaints import Unfitting

KINDS: Mapping[str, str] = {"point": "Point", "points": "MultiPoint", "line": "LineString", "area": "Polygon"}
MOST_POSITIONS = 500
_DECIMALS = 6

Position = tuple[float, float]


@lru_cache
def _grids(epsg: int) -> tuple[Transformer, Transformer]:
    return (
        Transformer.from_crs(4326, epsg, always_xy=True),
        Transformer.from_crs(epsg, 4326, always_xy=True),
    )


def snapped(given: object, kind: str, snap_m: int, epsg: int, at: str = "") -> dict[str, object]:
    """A place of that kind (`point`, `points`, `line`, `area`) as it is kept; raises Unfitting.

    Positions that fall into the same cell as the one before become one; a line or an area that a single cell or two
    swallow is refused, since nothing of its shape would be left.
    """
    wrong = Unfitting("geometry", at, kind=KINDS[kind])
    if not isinstance(given, dict) or given.get("type") != KINDS[kind] or set(given) != {"type", "coordinates"}:
        raise wrong
    coordinates = given["coordinates"]
    match kind:
        case "point":
            return {"type": "Point", "coordinates": _cells([coordinates], snap_m, epsg, wrong)[0]}
        case "points":
            return {"type": "MultiPoint", "coordinates": _unique(_cells(coordinates, snap_m, epsg, wrong))}
        case "line":
            return {"type": "LineString", "coordinates": _line(coordinates, 2, snap_m, epsg, at, wrong)}
        case _:
            return {"type": "Polygon", "coordinates": [_ring(coordinates, snap_m, epsg, at, wrong)]}


def _ring(coordinates: object, snap_m: int, epsg: int, at: str, wrong: Unfitting) -> list[list[float]]:
    """The outer ring; a resident's drawing has no holes."""
    if not isinstance(coordinates, list) or len(coordinates) != 1 or not isinstance(coordinates[0], list):
        raise wrong
    ring = coordinates[0]
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise wrong
    corners = _line(ring[:-1], 3, snap_m, epsg, at, wrong)
    if corners[0] == corners[-1]:
        corners.pop()
    if len(_unique(corners)) < 3 or _flat(corners):
        raise Unfitting("too_small", at, min=snap_m)
    return [*corners, corners[0]]


def _line(coordinates: object, fewest: int, snap_m: int, epsg: int, at: str, wrong: Unfitting) -> list[list[float]]:
    if not isinstance(coordinates, list) or len(coordinates) < fewest:
        raise wrong
    cells = _cells(coordinates, snap_m, epsg, wrong)
    kept = [cell for place, cell in enumerate(cells) if place == 0 or cell != cells[place - 1]]
    if len(kept) < fewest:
        raise Unfitting("too_small", at, min=snap_m)
    return kept


def _cells(coordinates: object, snap_m: int, epsg: int, wrong: Unfitting) -> list[list[float]]:
    if not isinstance(coordinates, list) or not 1 <= len(coordinates) <= MOST_POSITIONS:
        raise wrong
    there, back = _grids(epsg)
    positions = [_position(one, wrong) for one in coordinates]
    east, north = there.transform([lon for lon, _ in positions], [lat for _, lat in positions])
    if not all(math.isfinite(value) and abs(value) < 1e8 for value in (*east, *north)):
        raise wrong
    middle_east = [(math.floor(value / snap_m) + 0.5) * snap_m for value in east]
    middle_north = [(math.floor(value / snap_m) + 0.5) * snap_m for value in north]
    lons, lats = back.transform(middle_east, middle_north)
    if not all(math.isfinite(value) for value in (*lons, *lats)):
        raise wrong
    return [[round(lon, _DECIMALS), round(lat, _DECIMALS)] for lon, lat in zip(lons, lats, strict=True)]


def _position(given: object, wrong: Unfitting) -> Position:
    if not isinstance(given, list) or len(given) not in (2, 3):
        raise wrong
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in given):
        raise wrong
    lon, lat = given[0], given[1]
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise wrong
    return float(lon), float(lat)


def _unique(cells: list[list[float]]) -> list[list[float]]:
    return [list(cell) for cell in dict.fromkeys((lon, lat) for lon, lat in cells)]


def _flat(corners: list[list[float]]) -> bool:
    area = sum(corners[i - 1][0] * corners[i][1] - corners[i][0] * corners[i - 1][1] for i in range(len(corners)))
    return abs(area) < 1e-12
