"""Just enough HTTP/2 in plain text (RFC 9113, by prior knowledge) for peers that stand in for others, with GOAWAY."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, DataReceived, Event, RequestReceived, StreamEnded
from h2.exceptions import ProtocolError

from rehearsal.plain_http import Handler, Reply, Request


class _Connection(asyncio.Protocol):
    """One connection of many streams at once."""

    def __init__(self, handler: Handler, loop: asyncio.AbstractEventLoop, open_ones: set[asyncio.Transport]) -> None:
        self._handler, self._loop, self._open = handler, loop, open_ones
        self._h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self._requests: dict[int, Request] = {}
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._open.add(self._transport)
        self._h2.initiate_connection()
        self._transport.write(self._h2.data_to_send())

    def connection_lost(self, exc: Exception | None) -> None:
        self._open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        try:
            for event in self._h2.receive_data(data):
                self._heard(event)
        except ProtocolError:
            self._transport.close()
        self._flush()

    def _heard(self, event: Event) -> None:
        match event:
            case RequestReceived(stream_id=int(stream)):
                headers = {str(name).lower(): str(value) for name, value in event.headers or []}
                self._requests[stream] = Request(headers.pop(":path", ""), headers)
            case DataReceived(stream_id=int(stream)):
                self._requests[stream].body += event.data or b""
                self._h2.acknowledge_received_data(event.flow_controlled_length or 0, stream)
            case StreamEnded(stream_id=int(stream)):
                reply = self._handler(self._requests.pop(stream))
                self._loop.call_later(reply.delay_s, self._write, stream, reply)
            case ConnectionTerminated():
                self._transport.close()
            case _:
                pass

    def _write(self, stream: int, reply: Reply) -> None:
        if self._transport.is_closing():
            return
        match reply.ending:
            case "reset":
                self._transport.abort()
                return
            case "cut":
                self._transport.close()
                return
            case "goaway":  # RFC 9113, 6.8: what came after the last stream named was not and will not be acted on.
                self._h2.close_connection(ErrorCodes.NO_ERROR, last_stream_id=max(stream - 2, 0))
                self._flush()
                self._transport.close()
                return
            case _:
                pass
        head = [(":status", str(reply.status)), ("content-type", "application/json"), *self._extra(reply)]
        self._h2.send_headers(stream, head)
        self._h2.send_data(stream, reply.body, end_stream=True)
        if reply.ending == "close":
            self._h2.close_connection(ErrorCodes.NO_ERROR, last_stream_id=stream)
        self._flush()
        if reply.ending == "close":
            self._transport.close()

    @staticmethod
    def _extra(reply: Reply) -> list[tuple[str, str]]:
        return [(name.lower(), value) for name, value in reply.headers]

    def _flush(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(self._h2.data_to_send())


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
