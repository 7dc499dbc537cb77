"""The OAuth token that a courier wants to see: fetched off the event loop, renewed before it runs out."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

import structlog
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport import Request, Response

from base import clock, outgoing

AHEAD_S = 600.0
AT_LEAST_S = 30.0
PATIENCE_S = 15.0
AFTER_FAILURE_S = 30.0


class CredentialRefused(Exception):
    """The courier's authorities refuse our credential."""


class NoCredentialServer(Exception):
    """The courier's authorities cannot be reached."""


class _GoogleResponse(Response):
    """An answer, as google-auth reads it."""

    def __init__(self, fetched: outgoing.Fetched) -> None:
        self._fetched = fetched

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._fetched.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""
        return self._fetched.headers

    @property
    def data(self) -> bytes:
        """The body."""
        return self._fetched.body


class _GoogleRequest(Request):
    """How google-auth asks the server that the credentials file names."""

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_: object,
    ) -> Response:
        """One request. Raises TransportError."""
        sent = body.encode() if isinstance(body, str) else body or b""
        try:
            return _GoogleResponse(outgoing.fetch(url, method, headers, sent, timeout_s=PATIENCE_S))
        except (outgoing.NoConnection, ValueError) as error:
            raise TransportError(type(error).__name__) from None  # type: ignore[no-untyped-call]  # google.auth's has no types


class GoogleCredential(Protocol):
    """A credential of google-auth: `refresh` blocks and sets `token` and `expiry` (naive, UTC)."""

    token: str | None
    expiry: datetime | None

    def refresh(self, request: Request) -> None:
        """Fetch a new token. Blocks."""


class OAuthToken:
    """Keeps one token fresh. Whoever asks waits only when there is none that still holds."""

    def __init__(self, credential: GoogleCredential, *, ahead_s: float = AHEAD_S) -> None:
        self._credential = credential
        self._ahead_s = ahead_s
        self._token: str | None = None
        self._until = 0.0
        self._not_before = 0.0
        self._fetching: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("push")

    async def token(self) -> str:
        """The token to send now. Raises CredentialRefused or NoCredentialServer where there is none to be had."""
        left_s = self._until - clock.monotonic()
        if self._token is not None and left_s > self._ahead_s:
            return self._token
        holds = self._token is not None and left_s > AT_LEAST_S
        if self._fetching is None and (not holds or clock.monotonic() >= self._not_before):
            self._fetching = asyncio.create_task(self._fetch())
            self._fetching.add_done_callback(self._fetched)
        if self._token is not None and left_s > AT_LEAST_S:
            return self._token
        assert self._fetching is not None
        await asyncio.shield(self._fetching)
        assert self._token is not None
        return self._token

    def reject(self, token: str) -> None:
        """The courier refused this token: the next to ask gets another one."""
        if token == self._token:
            self._token, self._until = None, 0.0

    async def close(self) -> None:
        """Let a fetch that is under way end."""
        if self._fetching is not None:
            await asyncio.wait([self._fetching], timeout=PATIENCE_S)

    async def _fetch(self) -> None:
        try:
            await asyncio.wait_for(asyncio.to_thread(self._credential.refresh, _GoogleRequest()), PATIENCE_S)
        except RefreshError as error:
            if error.retryable:
                raise NoCredentialServer from None
            raise CredentialRefused from None
        except (TransportError, TimeoutError):
            raise NoCredentialServer from None
        except GoogleAuthError:
            raise CredentialRefused from None
        expiry = self._credential.expiry
        life_s = (expiry.replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds() if expiry is not None else 3600.0
        self._token, self._until = self._credential.token, clock.monotonic() + life_s

    def _fetched(self, task: asyncio.Task[None]) -> None:
        self._fetching = None
        if not task.cancelled() and (error := task.exception()) is not None:
            self._not_before = clock.monotonic() + AFTER_FAILURE_S
            self._log.warning("no token for the courier", reason=type(error).__name__)
