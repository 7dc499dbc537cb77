"""One of the nation's open JSON services: asked with patience for a few seconds and for answers of a bounded size."""

import json
import re
from asyncio import timeout
from collections.abc import Mapping
from typing import Any, Final

import structlog

from base.clock import monotonic
from base.outgoing import Client, NoConnection, Response, TooSlow, builder

log = structlog.get_logger(__name__)

_HEADERS: Final = {"Accept": "application/json", "User-Agent": "Medvirk"}
_LARGEST_BYTES: Final = 1 << 19
_TIMEOUT_S: Final = 4.0
_CONNECT_S: Final = 2.0
_AT_ONCE: Final = 8
_FAILURES: Final = 5
_REST_S: Final = 10.0
_LONGEST_REST_S: Final = 600.0
_SECONDS: Final = re.compile(r"[0-9]{1,9}")


class NoAnswer(Exception):
    """The service did not answer, or not as it is documented. Says nothing of what was asked."""


class JsonService:
    """Asks one service by GET. After some failures in a row, or where it asks for it, it is left alone for a while."""

    def __init__(self, origin: str, *, timeout_s: float = _TIMEOUT_S) -> None:
        self._origin, self._timeout_s = origin.rstrip("/"), timeout_s
        made = builder(origin, timeout_s=timeout_s, connect_s=min(timeout_s, _CONNECT_S))
        self._client: Client = made.default_headers(_HEADERS).max_connections(_AT_ONCE).build()
        self._failures, self._rests_until = 0, 0.0

    async def ask(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        """The JSON object that it answers. Raises NoAnswer."""
        if self._rests_until > monotonic():
            raise NoAnswer
        request = self._client.get(self._origin + path).query(query)
        try:
            async with timeout(self._timeout_s), request.build_streamed() as response:
                answer = await self._read(response)
        except (TooSlow, NoConnection, TimeoutError):
            answer = None
        if answer is None:
            self._failures += 1
            if self._failures >= _FAILURES:
                self._rest(None)
            raise NoAnswer  # Without its cause: a client's error repeats the address, and so what was asked.
        self._failures = 0
        return answer

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _read(self, response: Response) -> Mapping[str, Any] | None:
        """The object, or None where this is no good answer."""
        if response.status in (429, 503):
            self._rest(response.get_header("retry-after"))
        if response.status != 200:
            return None
        parts, length = [], 0
        while (part := await response.body_reader.read_chunk()) is not None:
            length += len(part)
            if length > _LARGEST_BYTES:
                return None
            parts.append(bytes(part))
        try:
            found = json.loads(b"".join(parts))
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def _rest(self, wish: str | None) -> None:
        asked_s = float(wish) if wish is not None and _SECONDS.fullmatch(wish) else _REST_S
        rest_s = min(asked_s, _LONGEST_REST_S)
        self._rests_until, self._failures = monotonic() + rest_s, 0
        log.warning("a national service is left alone for a while", seconds=rest_s)
