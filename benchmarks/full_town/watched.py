"""`medvirk serve` with a watch on it: what one request costs in time, in statements, and on the event loop.

Run as `python -m benchmarks.full_town.watched`. It runs on asyncio's own loop, whose every step can be measured.
`GET /-/watch` says what was seen since it was asked last, and forgets it.
"""

import asyncio
import asyncio.events
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from types import SimpleNamespace
from typing import Any

import asyncpg

from commands import serve
from commands.main import main as main_of_all

PATH = "/-/watch"


@dataclass(slots=True)
class Seen:
    """What the requests since the last look took: milliseconds and statements of each, and the longest step of the
    event loop, in milliseconds of its thread's CPU time."""

    server_ms: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    step_ms: float = 0.0


_asked: ContextVar[list[str] | None] = ContextVar("asked", default=None)
seen = Seen()


@contextmanager
def counted() -> Iterator[None]:
    """Have every statement of a request counted, in this process."""
    before = {name: getattr(asyncpg.Connection, name) for name in ("execute", "_execute", "_executemany")}
    for name, plain in before.items():
        setattr(asyncpg.Connection, name, _counting(plain, name))
    try:
        yield
    finally:
        for name, plain in before.items():
            setattr(asyncpg.Connection, name, plain)


def _counting(plain: Any, name: str) -> Any:
    async def noted(self: Any, query: str, *args: Any, **named: Any) -> Any:
        asked = _asked.get()
        if asked is not None and not (name == "execute" and args):  # With arguments it goes on to `_execute`.
            asked.append(query)
        return await plain(self, query, *args, **named)

    return noted


def watch_steps() -> None:
    """Have every step of asyncio's event loop measured, in this process."""
    plain = asyncio.events.Handle._run

    def measured(self: asyncio.Handle) -> None:
        began = time.thread_time()
        plain(self)
        seen.step_ms = max(seen.step_ms, (time.thread_time() - began) * 1000)

    asyncio.events.Handle._run = measured  # type: ignore[method-assign]  # asyncio has no hook for this


class Watched:
    """An ASGI app that notes what each request took."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        global seen
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] == PATH:
            body, seen = json.dumps(asdict(seen)).encode(), Seen()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        else:
            await self._noted(scope, receive, send)

    async def _noted(self, scope: Any, receive: Any, send: Any) -> None:
        asked: list[str] = []
        _asked.set(asked)
        began = time.perf_counter()
        try:
            await self.app(scope, receive, send)
        finally:
            seen.server_ms.append((time.perf_counter() - began) * 1000)
            seen.statements.append(len(asked))


def main() -> int:
    """Serve until SIGTERM."""
    watch_steps()
    ours: Any = serve
    plain = ours.create
    ours.create = lambda services: Watched(plain(services))
    ours.uvloop = SimpleNamespace(run=asyncio.run)
    with counted():
        return main_of_all(["serve"])


if __name__ == "__main__":
    sys.exit(main())
