"""What we do ourselves beside Starlette and uvicorn, since every request needs it.

Each part is measured alone by `benchmarks/tricks.py`, as the processor's time of a web process with the libraries' own
part over that with ours, median of ten pairs, on presence and on an endpoint that reads a row. `Finder`: 1.10 and 1.06.
`Ready`: 1.07 and 0.89. `answered`: 1.07 and 1.04. `RequestCounts`: 1.05 and 1.03. `OneWrite`: 1.03 and 1.03.
`QuickHeaders`: 1.00 and 1.05. Without the last three presence answered a seventh fewer requests a second.
"""

import asyncio
import logging
import re
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import accumulate
from typing import Any, Final, NamedTuple
from uuid import UUID

import structlog
from prometheus_client import Histogram
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Scope

from base import logs

_AN_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_A_PART: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")
_SAMPLE: Final = "00000000-0000-4000-8000-000000000000"
_NOT_KEPT: Final = (b"cache-control", b"no-store")
_BUCKETS: Final = Histogram.DEFAULT_BUCKETS
_SMALL: Final = 65_536  # Larger bodies are not copied to stand behind their head.


class QuickHeaders(Headers):
    """Starlette's headers, of which `get` finds one in one look: of one that came more than once, the first."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(raw=scope["headers"])
        self._named = dict(self._list[::-1])

    def get(self, key: str, default: Any = None) -> Any:
        """A header's value, or the default; its name in small letters."""
        found = self._named.get(key.encode())
        return default if found is None else found.decode("latin-1")


class Ready(Response):
    """Starlette's response without what it looks for: nobody is to keep it, unless a header says otherwise."""

    def __init__(self, body: bytes, status: int, media_type: str | None, headers: Mapping[str, str]) -> None:
        self.status_code, self.body, self.background = status, body, None
        raw = [_NOT_KEPT]
        if headers:
            raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
            if not any(name == b"cache-control" for name, _ in raw):
                raw.append(_NOT_KEPT)
        if status not in (204, 304):
            raw.append((b"content-length", b"%d" % len(body)))
        if media_type is not None:
            raw.append(_content_type(media_type))
        self.raw_headers = raw


@cache
def _content_type(media_type: str) -> tuple[bytes, bytes]:
    text = "; charset=utf-8" if media_type.startswith("text/") and "charset=" not in media_type else ""
    return b"content-type", (media_type + text).encode("latin-1")


class OneWrite:
    """A transport that sends an answer's head with its body; uvicorn writes one after the other.

    Nothing is kept back that no body follows: the answer to HEAD, or one of unknown length (no content is an empty
    body). `asked` gives the method of the request at hand, if any.
    """

    __slots__ = ("_asked", "_head", "_transport")

    def __init__(self, transport: asyncio.Transport, asked: Callable[[], str | None]) -> None:
        self._transport, self._asked, self._head = transport, asked, b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send these bytes, now or with the next ones."""
        if self._head:
            head, self._head = self._head, b""
            if len(data) <= _SMALL:
                data = head + data
            else:
                self._transport.write(head)
        elif data[:9] == b"HTTP/1.1 " and b"\r\ncontent-length: " in data and isinstance(data, bytes):
            asked = self._asked()  # None before the first request: what is refused then comes in one piece.
            if asked is not None and asked != "HEAD":
                self._head = data
                return
        self._transport.write(data)

    def close(self) -> None:
        """Send what was kept back, then close."""
        if self._head:
            self.write(b"")
        self._transport.close()


class RequestCounts(Collector):
    """What was answered and how long it took, counted without the lock that the library takes for each number."""

    def __init__(self) -> None:
        self._requests: dict[tuple[str, str, int], int] = {}
        self._seconds: dict[tuple[str, str], list[float]] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        self._requests[method, route, status] = self._requests.get((method, route, status), 0) + 1
        times = self._seconds.get((method, route))
        if times is None:
            times = self._seconds[method, route] = [0.0] * (len(_BUCKETS) + 1)
        times[bisect_left(_BUCKETS, seconds)] += 1
        times[-1] += seconds

    def collect(self) -> Iterator[Metric]:
        """See Prometheus's client; asked in a thread of its own."""
        requests = CounterMetricFamily("medvirk_requests", "Requests answered", labels=["method", "route", "status"])
        for (method, route, status), count in list(self._requests.items()):
            requests.add_metric([method, route, str(status)], count)
        yield requests
        seconds = HistogramMetricFamily("medvirk_request_seconds", "Seconds to answer", labels=["method", "route"])
        for place, times in list(self._seconds.items()):
            buckets = zip(map(floatToGoString, _BUCKETS), accumulate(times[:-1]), strict=True)
            seconds.add_metric(list(place), list(buckets), times[-1])
        yield seconds


class _Known(NamedTuple):
    names: tuple[str, ...]
    answers: ASGIApp


class Finder:
    """Endpoints by method and shape, the path with `{}` for each UUID as UUIDs are usually written; of a class, and as
    Starlette's routes, tried in their order, would have found them too. Everything else is left to these.
    """

    def __init__(self, routes: Iterable[Any], of: type) -> None:
        self._plain: dict[tuple[str, str], ASGIApp] = {}
        self._shaped: dict[tuple[str, str], _Known] = {}
        named = [route for route in routes if isinstance(route, Route)]
        for route in named:
            parts = _A_PART.findall(route.path)
            if not isinstance(route.endpoint, of) or any(kind != "uuid" for _, kind in parts):
                continue
            [method] = (route.methods or set()) - {"HEAD"}
            path = _A_PART.sub(_SAMPLE, route.path)
            if _first(named, method, path) is route:
                if parts:
                    self._shaped[method, _shape(path)] = _Known(tuple(name for name, _ in parts), route.app)
                else:
                    self._plain[method, path] = route.app

    def find(self, scope: Scope) -> ASGIApp | None:
        """Who answers; what stands in the path is put where Starlette would put it. None: Starlette may know."""
        method, path = scope["method"], scope["path"]
        if (answers := self._plain.get((method, path))) is not None:
            return answers
        if "{" in path or (known := self._shaped.get((method, _shape(path)))) is None:
            return None
        scope["path_params"] = dict(zip(known.names, map(UUID, _AN_ID.findall(path)), strict=True))
        return known.answers


def _shape(path: str) -> str:
    return _AN_ID.sub("{}", path)


def _first(routes: Iterable[Route], method: str, path: str) -> Route | None:
    scope: Mapping[str, Any] = {"type": "http", "method": method, "path": path, "root_path": ""}
    return next((route for route in routes if route.matches(dict(scope))[0] is Match.FULL), None)


def answered(method: str, route: str, status: int, ms: float) -> None:
    """Log that a request was answered; as JSON past structlog, since nobody sent any of its values. `ms`: how long."""
    log = logs.in_force
    if log.level > logging.INFO:
        return
    if log.form != "json":
        structlog.get_logger("api.http.wrapper").info("answered", method=method, route=route, status=status, ms=ms)
        return
    sys.stderr.write(
        f'{{"event": "answered", "method": "{method}", "route": "{route}", "status": {status}, "ms": {ms}, '
        f'"level": "info", "timestamp": "{datetime.now(UTC).isoformat()}", "process": "{log.process}"}}\n'
    )
