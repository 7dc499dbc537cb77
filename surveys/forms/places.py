"""Places that residents point at, kept no finer than the survey says.

Coordinates are GeoJSON's (longitude, latitude, WGS84); every position becomes the middle of its cell in a square grid
of `snap_m` metres in the municipality's own coordinate system: two people on one doorstep give the same answer.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyproj import Transformer

from geofence.territory import Territory
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


@dataclass(frozen=True, slots=True)
class Where:
    """The municipality's metric coordinate system (EPSG), and its ground where that is known."""

    epsg: int
    territory: Territory | None = None


@dataclass(frozen=True, slots=True)
class _AskedPlace:
    kind: str
    snap_m: int
    where: Where
    at: str

    @property
    def wrong(self) -> Unfitting:
        return Unfitting("geometry", self.at, kind=KINDS[self.kind])


def snapped(given: object, kind: str, snap_m: int, where: Where, at: str = "") -> dict[str, object]:
    """A place of that kind (`point`, `points`, `line`, `area`) as it is kept; raises Unfitting.

    Positions that fall into the same cell as the one before become one; a line or an area that a single cell or two
    swallow is refused, since nothing of its shape would be left. So is a place that is not the municipality's: points
    far from it, lines and areas that do not touch it.
    """
    asked = _AskedPlace(kind, snap_m, where, at)
    if not isinstance(given, dict) or given.get("type") != KINDS[kind] or set(given) != {"type", "coordinates"}:
        raise asked.wrong
    coordinates = given["coordinates"]
    match kind:
        case "point":
            return {"type": "Point", "coordinates": _cells([coordinates], asked)[0]}
        case "points":
            return {"type": "MultiPoint", "coordinates": _unique(_cells(coordinates, asked))}
        case "line":
            return {"type": "LineString", "coordinates": _line(coordinates, 2, asked)}
        case _:
            return {"type": "Polygon", "coordinates": [_ring(coordinates, asked)]}


def pointed_at(given: object) -> list[Position]:
    """The positions of a place that `snapped` has taken, as they were given."""
    assert isinstance(given, dict)
    coordinates = given["coordinates"]
    listed = (
        [coordinates] if given["type"] == "Point" else coordinates[0] if given["type"] == "Polygon" else coordinates
    )
    return [(float(one[0]), float(one[1])) for one in listed]


def _ring(coordinates: object, asked: _AskedPlace) -> list[list[float]]:
    """The outer ring; a resident's drawing has no holes."""
    if not isinstance(coordinates, list) or len(coordinates) != 1 or not isinstance(coordinates[0], list):
        raise asked.wrong
    ring = coordinates[0]
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise asked.wrong
    corners = _line(ring[:-1], 3, asked)
    if corners[0] == corners[-1]:
        corners.pop()
    if len(_unique(corners)) < 3 or _flat(corners):
        raise Unfitting("too_small", asked.at, min=asked.snap_m)
    return [*corners, corners[0]]


def _line(coordinates: object, fewest: int, asked: _AskedPlace) -> list[list[float]]:
    if not isinstance(coordinates, list) or len(coordinates) < fewest:
        raise asked.wrong
    cells = _cells(coordinates, asked)
    kept = [cell for place, cell in enumerate(cells) if place == 0 or cell != cells[place - 1]]
    if len(kept) < fewest:
        raise Unfitting("too_small", asked.at, min=asked.snap_m)
    return kept


def _cells(coordinates: object, asked: _AskedPlace) -> list[list[float]]:
    wrong, snap_m = asked.wrong, asked.snap_m
    if not isinstance(coordinates, list) or not 1 <= len(coordinates) <= MOST_POSITIONS:
        raise wrong
    there, back = _grids(asked.where.epsg)
    positions = [_position(one, wrong) for one in coordinates]
    lon, lat = [lon for lon, _ in positions], [lat for _, lat in positions]
    _judge_ground(lon, lat, asked)
    east, north = there.transform(lon, lat)
    if not all(math.isfinite(value) and abs(value) < 1e8 for value in (*east, *north)):
        raise wrong
    middle_east = [(math.floor(value / snap_m) + 0.5) * snap_m for value in east]
    middle_north = [(math.floor(value / snap_m) + 0.5) * snap_m for value in north]
    lons, lats = back.transform(middle_east, middle_north)
    if not all(math.isfinite(value) for value in (*lons, *lats)):
        raise wrong
    return [[round(lon, _DECIMALS), round(lat, _DECIMALS)] for lon, lat in zip(lons, lats, strict=True)]


def _judge_ground(lon: list[float], lat: list[float], asked: _AskedPlace) -> None:
    """Refuse what does not lie in the municipality, and say so where it would with its coordinates turned round."""
    territory, there = asked.where.territory, _grids(asked.where.epsg)[0]
    if territory is None:
        return
    lies_here = territory.has_place if asked.kind in ("point", "points") else territory.has_shape
    if not lies_here(lon, lat, *there.transform(lon, lat)):
        turned = lies_here(lat, lon, *there.transform(lat, lon)) if max(map(abs, lon)) <= 90 else False
        raise Unfitting("swapped" if turned else "elsewhere", asked.at)


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
