"""A Kartverket for rehearsals: map tiles over real HTTP, with the headers of a cache, and the errors that one has.

Each tile is a PNG of 256 pixels square in one grey that depends on where it lies. Only tests start one.
"""

import re
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from rehearsal.plain_http import Reply, Request, listening

_TILE = re.compile(r"/v1/wmts/1\.0\.0/topograatone/default/webmercator/(\d+)/(\d+)/(\d+)\.png")
_SIDE = 256


def png(grey: int) -> bytes:
    """A square of one grey (0 to 255), as a tile is large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 0, 0, 0, 0)
    rows = (b"\x00" + bytes([grey]) * _SIDE) * _SIDE
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@dataclass(slots=True)
class MapTilesPeer:
    """Where it is, what it was asked, what it says of keeping tiles, and what it answers instead where arranged."""

    url: str = ""
    asked: list[Request] = field(default_factory=list)
    headers: tuple[tuple[str, str], ...] = (("Cache-Control", "public, max-age=86400"),)
    instead: Reply | None = None

    def reply(self, request: Request) -> Reply:
        """A tile; 304 where the asker has it, 404 where there is none."""
        self.asked.append(request)
        if self.instead is not None:
            return self.instead
        found = _TILE.fullmatch(request.path)
        if found is None:
            return Reply(404, b"<html>no such tile</html>", (("Content-Type", "text/html"),))
        zoom, row, column = map(int, found.groups())
        tag = f'"{zoom}-{row}-{column}"'
        headers = (("ETag", tag), *self.headers)
        if request.headers.get("if-none-match") == tag:
            return Reply(304, b"", headers)
        return Reply(200, png(64 + (row + column) % 2 * 96), (("Content-Type", "image/png"), *headers))


@asynccontextmanager
async def map_tiles_peer() -> AsyncIterator[MapTilesPeer]:
    """Run a peer in this event loop for as long as the block lasts."""
    peer = MapTilesPeer()
    async with listening(peer.reply) as origin:
        peer.url = origin
        yield peer
