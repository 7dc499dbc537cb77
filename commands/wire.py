"""HTTP/1.1 as it goes over the wire, and nobody who keeps us waiting.

uvicorn has no time limit for a request that never becomes whole or an answer that is never read; `commands/patience.py`
has.
"""

import asyncio
import json
import re
from typing import cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.http.fast_path import OneWrite
from commands import patience

_A_HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+,;=-]*(:[0-9]{0,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{0,5})?")


class NotOneHost(Exception):
    """A request of HTTP/1.1 names its host once (RFC 9112, 3.2)."""


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1; `deadline` is when the peer must have done their part, if any."""

    deadline: float | None = None
    write_deadline: float | None = None
    unsent = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """A phone has connected."""
        whole = OneWrite(transport, lambda: None if self.cycle is None else self.cycle.scope["method"])
        super().connection_made(cast(asyncio.Transport, whole))
        if len(self.connections) > patience.MOST_CONNECTIONS:
            self.refuse(503, "unavailable", "Unavailable", "Too many are connected just now; try again in a moment.")
            return
        self.deadline = self.loop.time() + patience.HEAD_S
        patience.watch(self.loop, self.connections)

    def data_received(self, data: bytes) -> None:
        """Bytes of a request have come."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # Nothing here speaks anything else; the request is answered as it stands.
        except httptools.HttpParserError:
            self.refuse(400, "bad-request", "Bad request", "This is no request of HTTP/1.1.")

    def on_headers_complete(self) -> None:
        """The head is whole."""
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) != 1 and (hosts or self.parser.get_http_version() != "1.0"):
            raise NotOneHost()
        if hosts and not _A_HOST.fullmatch(hosts[0]):
            raise NotOneHost()
        self.deadline = self.loop.time() + patience.BODY_S
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body has come: who sends much may take longer."""
        if self.deadline is not None:
            self.deadline += len(body) / patience.BYTES_PER_S
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole: now they wait for us."""
        self.deadline = None
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer is given; where the next request has not begun it must, in time."""
        if not self.pipeline and self.deadline is None:
            self.deadline = self.loop.time() + self.timeout_keep_alive + patience.HEAD_S
        super().on_response_complete()

    def refuse(self, status: int, kind: str, title: str, detail: str) -> None:
        """Answer what never became a request, and close. While an earlier one is being answered, close after it."""
        self.deadline = None
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            if self.cycle.response_started or not self.cycle.more_body:
                self.pipeline.clear()
                self.cycle.keep_alive = False
                self.flow.pause_reading()
                return
            self.cycle.disconnected = True  # Its own body is what never became whole.
            self.cycle.message_event.set()
        told = json.dumps({"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail}).encode()
        self.transport.write(
            b"HTTP/1.1 %d %b\r\ncontent-type: application/problem+json\r\ncontent-length: %d\r\n"
            b"cache-control: no-store\r\nconnection: close\r\n\r\n%b" % (status, title.encode(), len(told), told)
        )
        if self.cycle is not None:
            self.transport.write(b"")  # What was kept back as a head goes too.
        self.transport.close()
