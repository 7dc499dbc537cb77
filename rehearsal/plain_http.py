"""Just enough HTTP/1.1 for peers that stand in for others: parse a request, ask a handler, write its reply."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal, cast

import httptools

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(slots=True)
class Request:
    """What came in; header names in small letters."""

    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: what is said, after how long, or how the connection ends: by a reset or `cut` without one, by `close`
    with it. `goaway` is HTTP/2's way to leave what came last undone; over HTTP/1.1, which has none, it is `cut`.
    """

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    delay_s: float = 0.0
    ending: Literal["answer", "reset", "cut", "close", "goaway"] = "answer"
    accepted: bool = False


Handler = Callable[[Request], Reply]


class _Connection(asyncio.Protocol):
    """One connection of keep-alive requests, one after another."""

    def __init__(self, handler: Handler, loop: asyncio.AbstractEventLoop, open_ones: set[asyncio.Transport]) -> None:
        self._handler, self._loop, self._open = handler, loop, open_ones
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport
        self._fresh()

    def _fresh(self) -> None:
        self._request = Request()
        self._parts: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._open.add(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.close()

    def on_url(self, url: bytes) -> None:
        self._request.path += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._request.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._parts.append(body)

    def on_message_complete(self) -> None:
        self._request.body = b"".join(self._parts)
        reply = self._handler(self._request)
        self._fresh()
        if reply.delay_s:
            self._loop.call_later(reply.delay_s, self._write, reply)
        else:
            self._write(reply)

    def _write(self, reply: Reply) -> None:
        if self._transport.is_closing():
            return
        if reply.ending == "reset":
            self._transport.abort()
            return
        if reply.ending in ("cut", "goaway"):
            self._transport.close()
            return
        closes = reply.ending == "close"
        extra = "Connection: close\r\n" if closes else ""
        extra += "".join(f"{name}: {value}\r\n" for name, value in reply.headers)
        if not any(name.lower() == "content-type" for name, _ in reply.headers):
            extra += "Content-Type: application/json; charset=UTF-8\r\n"
        head = (
            f"HTTP/1.1 {reply.status} {_PHRASES.get(reply.status, 'Status')}\r\n"
            f"Content-Length: {len(reply.body)}\r\n{extra}\r\n"
        )
        self._transport.write(head.encode("latin-1") + reply.body)
        if closes:
            self._transport.close()


@asynccontextmanager
async def listening(handler: Handler, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve in this event loop for as long as the block lasts; yields the address, `http://host:port`."""
    loop = asyncio.get_running_loop()
    open_ones: set[asyncio.Transport] = set()
    server = await loop.create_server(lambda: _Connection(handler, loop, open_ones), host, port, backlog=1024)
    try:
        yield f"http://{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for transport in list(open_ones):
            transport.abort()
        await asyncio.sleep(0)
