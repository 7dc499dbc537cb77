"""How the rehearsal speaks HTTP: as an app or a console would, over real sockets."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pyreqwest.client import Client, ClientBuilder


class Unexpected(Exception):
    """An answer that the story cannot go on from."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


class Wire:
    """A connection to the service; with a bearer it speaks for somebody, without one for nobody."""

    def __init__(self, client: Client, origin: str, bearer: str | None = None, language: str | None = None) -> None:
        self._client, self._origin, self._bearer, self._language = client, origin, bearer, language

    def speaking_for(self, bearer: str | None, language: str | None = None) -> "Wire":
        """The same connections, speaking for somebody else, and in their language."""
        return Wire(self._client, self._origin, bearer, language)

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request: `body` as JSON, or `raw` bytes."""
        request = self._client.request(method, self._origin + path)
        if self._bearer is not None:
            request = request.bearer_auth(self._bearer)
        if self._language is not None:
            request = request.header("Accept-Language", self._language)
        if headers:
            request = request.headers(dict(headers))
        if raw is not None:
            request = request.body_bytes(raw)
        elif body is not None:
            request = request.header("Content-Type", "application/json").body_bytes(json.dumps(body).encode())
        response = await request.build().send()
        return Reply(response.status, bytes(await response.bytes()))

    async def expect(self, status: int, method: str, path: str, body: object = None) -> Any:
        """One request that must be answered so; the JSON that came. Raises Unexpected."""
        reply = await self.call(method, path, body)
        if reply.status != status:
            raise Unexpected(f"{method} {path} was answered {reply.status}: {reply.body[:600]!r}")
        return reply.json if reply.body else None


@asynccontextmanager
async def wire(origin: str) -> AsyncIterator[Wire]:
    """Connections to a service on this machine."""
    builder = ClientBuilder().no_proxy().timeout(timedelta(seconds=60)).max_connections(24)
    async with builder.build() as client:
        yield Wire(client, origin)
