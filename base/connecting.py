"""The one place that opens connections to PostgreSQL, so that a database URL means the same everywhere.

A URL is libpq's (`postgresql://role:password@host:port/database?sslmode=…`), as asyncpg reads it, and may say besides
`statement_cache_size` (0 behind a pooler in transaction mode), `connect_timeout` and `command_timeout` in seconds, and
`ssl` for `sslmode`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient

_SCHEMES = ("postgresql", "postgres", "asyncpg")
_TLS = {"true": "require", "1": "require", "on": "require", "false": "disable", "0": "disable", "off": "disable"}
_IGNORED = ("minsize", "maxsize", "min_size", "max_size", "channel_binding", "gssencmode")
"""The size of the pool is a setting of its own; what asyncpg does by itself or not at all."""


class NotADatabaseUrl(ValueError):
    """A database URL that leads nowhere; the message does not repeat it, since it may hold a password."""


@dataclass(frozen=True, slots=True)
class Address:
    """A database URL, taken apart."""

    dsn: str = field(repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def caches_statements(self) -> bool:
        """Whether a statement is prepared once for many uses; where not, it is prepared and run in two steps, which
        must reach the same server.
        """
        return self.options.get("statement_cache_size") != 0


def address(url: str) -> Address:
    """A database URL, taken apart; NotADatabaseUrl where it is none."""
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise NotADatabaseUrl("it cannot be taken apart; a password's special characters are written as %…") from None
    if parts.scheme not in _SCHEMES:
        raise NotADatabaseUrl("it does not begin with postgresql://")
    options: dict[str, Any] = {}
    kept: list[tuple[str, str]] = []
    for name, value in pairs:
        if name in ("statement_cache_size", "max_cached_statement_lifetime", "max_cacheable_statement_size"):
            options[name] = _whole(name, value)
        elif name in ("connect_timeout", "timeout"):
            options["timeout"] = _whole(name, value) or 60
        elif name == "command_timeout":
            options[name] = _whole(name, value)
        elif name == "ssl":
            kept.append(("sslmode", _TLS.get(value.lower(), value)))
        elif name not in _IGNORED:
            kept.append((name, value))
    return Address(urlunsplit(parts._replace(scheme="postgresql", query=urlencode(kept))), options)


def _whole(name: str, value: str) -> int:
    if not value.isdecimal() or not value.isascii() or len(value) > 9:
        raise NotADatabaseUrl(f"{name} is not a whole number")
    return int(value)


async def connect(url: str, **options: Any) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection of one's own, to be closed by whoever asked for it."""
    there = address(url)
    connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(there.dsn, **{**there.options, **options})
    return connection


def pool(url: str, min_size: int, max_size: int, **options: Any) -> "asyncpg.Pool[asyncpg.Record]":
    """A pool of connections, to be opened with `async with` or `await`."""
    there = address(url)
    opened: asyncpg.Pool[asyncpg.Record] = asyncpg.create_pool(
        there.dsn, min_size=min_size, max_size=max_size, **{**there.options, **options}
    )
    return opened


class Client(AsyncpgDBClient):
    """Tortoise's client, its pool opened here. A unit of work leaves nothing behind in its session, since settings and
    locks end with the transaction: so a connection that is given back needs no round trip to be cleaned.
    """

    def __init__(self, url: str, **rest: Any) -> None:
        super().__init__(user=None, password=None, database=None, host=None, port=0, **rest)
        self.url = url

    async def opened(self) -> "asyncpg.Pool[asyncpg.Record]":
        """The pool of connections, opened by whoever needs it first."""
        if self._pool is None:
            async with self._pool_init_lock:
                if self._pool is None:
                    await self.create_connection(with_db=True)
        assert self._pool is not None
        return self._pool

    async def create_pool(self, **options: Any) -> "asyncpg.Pool[asyncpg.Record]":
        """See Tortoise."""
        return await pool(
            self.url,
            options["min_size"],
            options["max_size"],
            connection_class=options["connection_class"],
            reset=_nothing,
        )


client_class = Client
"""What Tortoise looks for in the module that a connection's `engine` names."""


async def _nothing(connection: object) -> None:
    """Leave a connection as it is."""


def tortoise_connection(url: str, pool_size: int) -> dict[str, Any]:
    """A connection in Tortoise's configuration."""
    return {"engine": __name__, "credentials": {"url": url, "minsize": 1, "maxsize": pool_size}}
