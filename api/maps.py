"""What lies beneath the town's map: Kartverket's tiles through this server, an archive of one's own, or a sketch."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import atan, degrees, pi, sinh
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from api.http.compression import takes_gzip
from api.http.etags import matches
from api.http.problems import problem
from api.http.rate_limits import network_of
from api.http.services import Services
from base import pmtiles
from base.clock import monotonic
from base.database import work
from base.errors import NotFound, Problem
from municipality.directory import list_municipalities
from national.map_tiles import NoSuchTile, TileKey

TILES_A_MINUTE: Final = 1200
RANGES_A_MINUTE: Final = 1200
WIDE_ZOOM: Final = 6
"""As far as this zoom every tile is handed on: there are few, and a map that is zoomed out shows them."""
MARGIN_LAT, MARGIN_LON = 0.5, 1.0
"""Degrees around a municipality in which its surroundings are shown; `map.js` asks for no more."""
_KNOWN_S: Final = 60.0
_OURS: Final = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees (WGS84)."""
NORWAY: Final[Box] = (4.0, 57.5, 31.7, 71.5)
"""For a municipality whose border is not known."""


def map_routes(services: Services) -> Sequence[BaseRoute]:
    """The three, below paths of their own; what this installation does not have is not found."""
    areas = _Areas()

    async def tile(request: Request) -> Response:
        if services.map_tiles is None:
            return problem(NotFound())
        try:
            _count(services, request, "map tiles", TILES_A_MINUTE)
            key = _key(request.path_params)
            if key[0] > WIDE_ZOOM and not any(_meet(box_of(key), area) for area in await areas.known()):
                raise NoSuchTile()
            asked = request.headers.get("if-none-match")
            found = await services.map_tiles.tile(key, asked)
        except Problem as refused:
            return problem(refused)
        headers = {"Cache-Control": found.cache_control, **_OURS, **({"ETag": found.etag} if found.etag else {})}
        if found.body is None or (found.etag is not None and matches(asked, found.etag)):
            return Response(status_code=304, headers=headers)
        return Response(found.body, headers=headers, media_type="image/png")

    async def archive(request: Request) -> Response:
        path = services.settings.basemap
        if path is None:
            return problem(NotFound())
        try:
            _count(services, request, "map archive", RANGES_A_MINUTE)
            headers = {"Cache-Control": "no-cache", **_OURS}
            response = FileResponse(path, headers=headers, media_type=pmtiles.MEDIA_TYPE, stat_result=os.stat(path))
        except OSError:
            return problem(NotFound())
        except Problem as refused:
            return problem(refused)
        if "range" not in request.headers and matches(request.headers.get("if-none-match"), response.headers["etag"]):
            return Response(status_code=304, headers={**headers, "ETag": response.headers["etag"]})
        return response

    async def sketch(request: Request) -> Response:
        found = services.sketches.get(request.path_params["number"])
        if found is None:
            return problem(NotFound())
        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding", **_OURS}
        squeezes = takes_gzip(request.headers.get("accept-encoding"))
        headers["ETag"] = f"W/{found.etag}" if squeezes else found.etag
        if matches(request.headers.get("if-none-match"), found.etag):
            return Response(status_code=304, headers=headers)
        if squeezes:
            headers["Content-Encoding"] = "gzip"
        return Response(found.compressed if squeezes else found.geojson, 200, headers, "application/geo+json")

    return [
        Route("/tiles/kartverket/{z:int}/{y:int}/{x:int}.png", tile, methods=["GET"]),
        Route("/tiles/town.pmtiles", archive, methods=["GET"]),
        Route("/tiles/sketch/{number}.geojson", sketch, methods=["GET"]),
    ]


def _count(services: Services, request: Request, what: str, per_minute: int) -> None:
    services.limits.count(what, network_of(request.client.host if request.client else ""), per_minute)


def _key(path: Mapping[str, Any]) -> TileKey:
    zoom, row, column = path["z"], path["y"], path["x"]
    if max(zoom, row, column) >= 1 << 24:
        raise NoSuchTile()
    return zoom, column, row


def box_of(key: TileKey) -> Box:
    """What a tile of the Web Mercator pyramid shows."""
    zoom, column, row = key
    across = 1 << min(zoom, 24)

    def latitude(edge: int) -> float:
        return degrees(atan(sinh(max(-pi, min(pi, pi * (1 - 2 * edge / across))))))

    return column / across * 360 - 180, latitude(row + 1), (column + 1) / across * 360 - 180, latitude(row)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@dataclass(slots=True)
class _Areas:
    """Where the municipalities lie that are served here, with their surroundings; asked again after a minute."""

    boxes: Sequence[Box] = ()
    until: float = field(default=-1.0)

    async def known(self) -> Sequence[Box]:
        if self.until < monotonic():
            async with work(None):
                self.boxes = [_around(town.boundary) for town in await list_municipalities()]
            self.until = monotonic() + _KNOWN_S
        return self.boxes


def _around(boundary: Mapping[str, Any] | None) -> Box:
    positions = list(_positions(boundary["coordinates"])) if boundary else []
    if not positions:
        return NORWAY
    lons, lats = [lon for lon, _ in positions], [lat for _, lat in positions]
    return min(lons) - MARGIN_LON, min(lats) - MARGIN_LAT, max(lons) + MARGIN_LON, max(lats) + MARGIN_LAT


def _positions(coordinates: Any) -> list[tuple[float, float]]:
    if coordinates and isinstance(coordinates[0], (int, float)):
        return [(coordinates[0], coordinates[1])]
    return [position for part in coordinates for position in _positions(part)]
