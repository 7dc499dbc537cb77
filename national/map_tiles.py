"""Kartverket's map tiles, fetched by this server, so that Kartverket does not learn who looks at which place.

Web Mercator, 256 pixels square, PNG, in greys (WMTS layer `topograatone`, CC BY 4.0). Of a reader nothing goes along
but, where this server has no copy, the entity tag of theirs. Copies are kept in memory alone, as long as the answer's
own headers say (RFC 9111), and nothing is fetched in advance.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Final, Self

import structlog
from cachetools import LRUCache

from base.clock import monotonic
from base.errors import NotFound, Unavailable
from base.outgoing import Client, NoConnection, Response, TooSlow, builder
from base.settings import Settings

log = structlog.get_logger(__name__)

DEEPEST: Final = 18
"""The greatest zoom that is asked for."""
_ORIGIN: Final = "https://cache.kartverket.no"
_PATH: Final = "/v1/wmts/1.0.0/topograatone/default/webmercator/{z}/{y}/{x}.png"
_HEADERS: Final = {"Accept": "image/png", "User-Agent": "Medvirk"}
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_LARGEST_BYTES: Final = 1 << 19
_KEPT_BYTES: Final = 32 << 20
_LONGEST_S: Final = 7 * 86_400
_TIMEOUT_S: Final = 8.0
_AT_ONCE: Final = 16
_FAILURES: Final = 5
_REST_S: Final = 10.0
_LONGEST_REST_S: Final = 600.0
_TAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{1,128}"')
_SECONDS: Final = re.compile(r"[0-9]{1,9}")

TileKey = tuple[int, int, int]
"""Zoom, column from the west, row from the north."""


class NoSuchTile(NotFound):
    """There is no map tile here."""


class NoTileNow(Unavailable):
    """The map cannot be fetched just now; try again in a moment."""


@dataclass(frozen=True, slots=True)
class MapTile:
    """A tile as it may be handed on; without `body` it is the one whose `etag` the reader has already.

    `scope` says who may keep it: everybody, the reader alone, or nobody. `fresh_until` is on the monotonic clock, in
    seconds.
    """

    body: bytes | None = field(repr=False)
    etag: str | None
    scope: str
    fresh_until: float

    @property
    def fresh_s(self) -> int:
        """Seconds for which it may be shown without asking again."""
        return max(0, int(self.fresh_until - monotonic()))

    @property
    def cache_control(self) -> str:
        """What a reader's browser is told."""
        if self.scope == "no-store":
            return "no-store"
        return f"{self.scope}, max-age={self.fresh_s}" if self.fresh_s else "no-cache"


class MapTiles:
    """Fetches tiles and keeps as many as fit into `kept_bytes`, as far as their headers allow."""

    def __init__(self, origin: str = _ORIGIN, *, timeout_s: float = _TIMEOUT_S, kept_bytes: int = _KEPT_BYTES) -> None:
        self._url = origin.rstrip("/") + _PATH
        made = builder(origin, timeout_s=timeout_s).default_headers(_HEADERS).max_connections(_AT_ONCE)
        self._client: Client = made.build()
        self._timeout_s = timeout_s
        self._kept: LRUCache[TileKey, MapTile] = LRUCache(kept_bytes, lambda tile: len(tile.body or b"") + 256)
        self._asking: dict[tuple[TileKey, str | None], asyncio.Task[MapTile]] = {}
        self._failures, self._rests_until = 0, 0.0

    @classmethod
    def from_settings(cls, settings: Settings) -> Self | None:
        """As the settings say; None where Kartverket is not asked."""
        return cls(settings.kartverket_url or _ORIGIN) if settings.asks_kartverket else None

    async def tile(self, key: TileKey, if_none_match: str | None = None) -> MapTile:
        """A tile, or that the reader's own is still right. Raises NoSuchTile, NoTileNow.

        Whoever asks for the same tile at the same time waits for one request.
        """
        zoom, column, row = key
        if not (0 <= zoom <= DEEPEST and 0 <= column < 1 << zoom and 0 <= row < 1 << zoom):
            raise NoSuchTile()
        kept = self._kept.get(key)
        if kept is not None and kept.fresh_until > monotonic():
            return kept
        known = if_none_match if kept is None else kept.etag
        tag = known if known is not None and _TAG.fullmatch(known) else None
        asking = self._asking.get((key, tag))
        if asking is None:
            asking = self._asking[key, tag] = asyncio.create_task(self._fetch(key, tag, kept))
            asking.add_done_callback(lambda done: self._asked(key, tag, done))
        return await asyncio.shield(asking)

    async def close(self) -> None:
        """Close the connections."""
        for asking in list(self._asking.values()):
            asking.cancel()
        await self._client.close()

    def _asked(self, key: TileKey, tag: str | None, done: "asyncio.Task[MapTile]") -> None:
        self._asking.pop((key, tag), None)
        if not done.cancelled():
            done.exception()  # Whoever waited has gone; nobody else need hear of it.

    async def _fetch(self, key: TileKey, tag: str | None, kept: MapTile | None) -> MapTile:
        if self._rests_until > monotonic():
            raise NoTileNow()
        zoom, column, row = key
        request = self._client.get(self._url.format(z=zoom, x=column, y=row))
        if tag is not None:
            request = request.header("If-None-Match", tag)
        try:
            async with asyncio.timeout(self._timeout_s), request.build_streamed() as response:
                told = await self._judged(response, tag, kept)
        except (TooSlow, NoConnection, TimeoutError):
            self._failed()
            raise NoTileNow() from None
        self._failures = 0
        if told.scope == "public" and told.body is not None and told.fresh_until > monotonic():
            self._kept[key] = told
        else:
            self._kept.pop(key, None)
        return told

    async def _judged(self, response: Response, tag: str | None, kept: MapTile | None) -> MapTile:
        if response.status == 304 and tag is not None:
            same = _as_told(response, None)
            same = replace(same, etag=same.etag or tag)
            return same if kept is None else replace(same, body=kept.body)
        if response.status in (404, 410):
            self._failures = 0
            raise NoSuchTile()
        if response.status in (429, 503):
            self._rest(response.get_header("retry-after"))
            raise NoTileNow()
        body = await _body(response) if response.status == 200 else None
        if body is None or not body.startswith(_PNG):
            self._failed()
            raise NoTileNow()
        return _as_told(response, body)

    def _failed(self) -> None:
        """After some failures in a row nobody waits for the next one: the service is left alone for a moment."""
        self._failures += 1
        if self._failures >= _FAILURES:
            self._rest(None)

    def _rest(self, wish: str | None) -> None:
        rest_s = min(_seconds(wish) or _REST_S, _LONGEST_REST_S)
        self._rests_until, self._failures = monotonic() + rest_s, 0
        log.warning("map tiles cannot be had for a while", seconds=rest_s)


async def _body(response: Response) -> bytes | None:
    """The whole of it, or None where it is larger than a tile ever is."""
    parts, length = [], 0
    while (part := await response.body_reader.read_chunk()) is not None:
        length += len(part)
        if length > _LARGEST_BYTES:
            return None
        parts.append(bytes(part))
    return b"".join(parts)


def _as_told(response: Response, body: bytes | None) -> MapTile:
    """A tile with what its headers say of keeping it (RFC 9111, 4.2 and 5.2.2)."""
    said = _directives(",".join(response.get_header_all("cache-control")))
    etag = response.get_header("etag")
    etag = etag if etag is not None and _TAG.fullmatch(etag) else None
    if "no-store" in said:
        return MapTile(body, etag, "no-store", 0.0)
    shared = next((said[name] for name in ("s-maxage", "max-age") if name in said), None)
    stated = _until_expiry(response) if shared is None else _seconds(shared)
    seconds = min(stated, _LONGEST_S) - _seconds(response.get_header("age"))
    if "no-cache" in said or seconds <= 0 or (response.get_header("vary") or "").strip() == "*":
        seconds = 0
    return MapTile(body, etag, "private" if "private" in said else "public", monotonic() + seconds)


def _directives(text: str) -> Mapping[str, str]:
    """The directives of Cache-Control, in small letters, the first of each counting."""
    found: dict[str, str] = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found


def _seconds(text: str | None) -> int:
    return int(text) if text is not None and _SECONDS.fullmatch(text) else 0


def _until_expiry(response: Response) -> int:
    """Seconds from Date to Expires; 0 where one of them is missing or no date."""
    try:
        expires = parsedate_to_datetime(response.get_header("expires") or "")
        return int((expires - parsedate_to_datetime(response.get_header("date") or "")).total_seconds())
    except (ValueError, TypeError):
        return 0
