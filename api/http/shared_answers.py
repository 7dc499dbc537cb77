"""Answers that are the same for every reader of a municipality, worked out once and forgotten when they have changed.

The database itself tells every process when a row changes that they are made of (`tell_readers`, NOTIFY), so no code
can forget to. A process trusts what it keeps only while it knows that it would have been told: a second from the last
heartbeat that was answered. What changes by the clock alone is kept until then.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from cachetools import LRUCache
from starlette.responses import Response

from api.http.compression import SMALL, squeezed, takes_gzip
from api.http.etags import matches, tag_of
from api.http.request import ApiRequest
from base import localized
from base.clock import monotonic, now
from base.signals import Signals

CHANNEL: Final = "readers"
"""Told, with the municipality's id or `*`, whenever a row has changed that readers' answers are made of."""
SURE_FOR_S: Final = 1.0
MOST_BYTES: Final = 24 << 20
LONGEST_QUERY: Final = 300

Key = tuple[UUID, str, bytes, tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer with status 200: its headers without those of its encoding, its body, and this compressed or None."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    compressed: bytes | None
    tag: str
    read_at: float
    until: datetime | None

    def answer(self, request: ApiRequest) -> Response:
        """As this reader wants it: not at all where they have it, compressed where they take that."""
        squeezed = self.compressed is not None and takes_gzip(request.headers.get("accept-encoding"))
        tag = f"W/{self.tag}"  # One tag for the answer in either encoding, and so a weak one.
        response = Response()
        response.raw_headers = [*self.headers, (b"etag", tag.encode("latin-1"))]
        if matches(request.headers.get("if-none-match"), self.tag):
            response.status_code, response.body = 304, b""
            return response
        response.body = self.compressed if squeezed and self.compressed is not None else self.body
        if squeezed:
            response.raw_headers.append((b"content-encoding", b"gzip"))
        response.raw_headers.append((b"content-length", b"%d" % len(response.body)))
        return response


class Shared:
    """The memory of one process."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._kept: LRUCache[Key, KeptAnswer] = LRUCache(MOST_BYTES, getsizeof=_size)
        self._towns: dict[str, UUID] = {}
        self.forgotten = 0
        """How often something was forgotten: what was read before the last time is not kept."""
        signals.on(CHANNEL, self.forget)
        signals.on_renewed(self.forget_all)

    def key(self, municipality: UUID, request: ApiRequest) -> Key | None:
        """What an answer depends on; None for a query that is longer than any that is sensible, and where a reader asks
        by time alone what has changed, which only the endpoint knows.
        """
        query = request.scope.get("query_string", b"")
        if len(query) > LONGEST_QUERY:
            return None
        if "if-modified-since" in request.headers and "if-none-match" not in request.headers:
            return None
        languages = localized.languages(request.headers.get("accept-language", ""), ())
        accept = "text/turtle" if "text/turtle" in request.headers.get("accept", "") else ""
        return municipality, request.scope["path"], query, tuple(languages[:8]), accept

    def town(self, number: str) -> UUID | None:
        """The municipality of that number, where it is sure."""
        return self._towns.get(number) if monotonic() < self._signals.known_at + SURE_FOR_S else None

    def know(self, number: str, municipality: UUID, forgotten: int) -> None:
        """Remember a municipality's number, unless something was forgotten since it was read."""
        if forgotten == self.forgotten:
            self._towns[number] = municipality

    def find(self, key: Key | None) -> KeptAnswer | None:
        """An answer that is sure to be right now."""
        kept = None if key is None else self._kept.get(key)
        if key is None or kept is None:
            return None
        sure_until = max(kept.read_at, self._signals.known_at) + SURE_FOR_S
        if monotonic() >= sure_until or (kept.until is not None and now() >= kept.until):
            return None
        return kept

    def keep(self, key: Key, kept: KeptAnswer, forgotten: int) -> None:
        """Keep an answer, unless something was forgotten since `forgotten` was noted, before it was read."""
        if forgotten == self.forgotten and _size(kept) <= MOST_BYTES:
            self._kept[key] = kept

    def forget(self, told: str) -> None:
        """A municipality has changed, by its id; `*` is any."""
        if told == "*":
            self.forget_all()
            return
        self.forgotten += 1
        municipality = UUID(told)
        for key in [key for key in self._kept if key[0] == municipality]:
            del self._kept[key]

    def forget_all(self) -> None:
        """Anything may have changed unheard."""
        self.forgotten += 1
        self._kept.clear()
        self._towns.clear()


@dataclass(slots=True)
class Keeps:
    """One request whose answer may be kept: what is there already, or when it began to be read."""

    shared: Shared
    key: Key | None
    private: bool
    forgotten: int
    read_at: float
    found: Response | None
    until: datetime | None = None

    @classmethod
    def of(cls, shared: Shared, municipality: UUID, request: ApiRequest, forgotten: int, *, private: bool) -> "Keeps":
        """Look what is there. `forgotten` is as it was before the first row was read; `private` where only those who
        are known get the answer, and no cache on the way is to keep it.
        """
        key = shared.key(municipality, request)
        kept = shared.find(key)
        found = None if kept is None else kept.answer(request)
        return cls(shared, key, private=private, forgotten=forgotten, read_at=monotonic(), found=found)

    async def kept(self, request: ApiRequest, response: Response) -> Response:
        """Keep the answer, compressed too, and give it as this reader wants it."""
        if response.status_code == 304 and (known := response.headers.get("etag", "W/")) and known[:2] != "W/":
            response.headers["etag"] = f"W/{known}"
        if self.found is not None or self.key is None or response.status_code != 200:
            return response
        body = bytes(response.body)
        compressed = await asyncio.to_thread(squeezed, body) if len(body) >= SMALL else None
        tag = response.headers.get("etag") or tag_of(body)
        kept = KeptAnswer(
            described(response, self.private),
            body=body,
            compressed=compressed,
            tag=tag,
            read_at=self.read_at,
            until=self.until,
        )
        self.shared.keep(self.key, kept, self.forgotten)
        return kept.answer(request)


def _size(kept: KeptAnswer) -> int:
    return len(kept.body) + len(kept.compressed or b"")


def described(response: Response, private: bool) -> tuple[tuple[bytes, bytes], ...]:
    """The headers of an answer without those that follow from its encoding and its tag; it varies by its encoding."""
    left_out = (b"etag", b"content-length", b"content-encoding", b"vary", b"cache-control")
    headers: list[Any] = [(name, value) for name, value in response.raw_headers if name not in left_out]
    varies = {part.strip() for part in response.headers.get("vary", "").split(",") if part.strip()}
    vary = ", ".join(sorted(varies | {"Accept-Encoding", "Accept-Language"}))
    return (
        *headers,
        (b"vary", vary.encode("latin-1")),
        (b"cache-control", b"private, no-cache" if private else b"no-cache"),
    )
