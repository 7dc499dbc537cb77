"""How answers go out: head and body in one write.

uvicorn writes them one after the other, which makes two system calls and two segments of every small answer.
"""

import asyncio
from typing import Any, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

SMALL: Final = 65_536
"""Larger bodies are not copied to stand behind their head."""


class Together:
    """A transport that keeps the head of an answer back until its body comes.

    Nothing is kept back that no body follows at once: the answer to HEAD, or one of unknown length. An answer without
    content has an empty body, which uvicorn writes too.
    """

    __slots__ = ("_head", "_protocol", "_transport")

    def __init__(self, transport: asyncio.Transport, protocol: HttpToolsProtocol) -> None:
        self._transport, self._protocol, self._head = transport, protocol, b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send these bytes, now or with the next ones."""
        if self._head:
            head, self._head = self._head, b""
            if len(data) <= SMALL:
                self._transport.write(head + data)
                return
            self._transport.write(head)
        elif isinstance(data, bytes) and data.startswith(b"HTTP/1.1 ") and self._body_follows(data):
            self._head = data
            return
        self._transport.write(data)

    def close(self) -> None:
        """Send what was kept back, then close."""
        if self._head:
            self.write(b"")
        self._transport.close()

    def _body_follows(self, head: bytes) -> bool:
        return b"\r\ncontent-length: " in head and self._protocol.cycle.scope["method"] != "HEAD"


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, over such a transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """A phone has connected."""
        super().connection_made(cast(asyncio.Transport, Together(transport, self)))
