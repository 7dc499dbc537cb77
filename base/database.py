"""The unit of work: the only opener of transactions, bound to one municipality by row-level security."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from types import TracebackType
from typing import Any
from uuid import UUID

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from tortoise import Tortoise
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionContextPooled
from tortoise.connection import get_connection
from tortoise.exceptions import DBConnectionError

from base.connecting import tortoise_connection
from base.errors import Unavailable
from base.tenant import Tenant

MODELS = [
    "municipality.models", "residents.models", "consent.models", "geofence.models", "push.models", "surveys.models",
    "surveys.hearings.models", "insights.models", "base.models",
]  # fmt: skip

GONE = (
    asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError, asyncpg.CrashShutdownError, DBConnectionError, ConnectionError,
)  # fmt: skip
"""How a lost connection shows inside a transaction; a bad argument is an InterfaceError too, and a ValueError."""


class DatabaseIsAway(Unavailable):
    """The database cannot be reached just now; nothing was changed."""


_BIND = "select set_config('medvirk.municipality', $1, true)"


class Work:
    """One transaction of one municipality; raw SQL here, and Tortoise's models through its context."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", tenant: Tenant | None) -> None:
        self.connection = connection
        self.tenant = tenant
        self.told: list[tuple[str, str]] = []
        """What every process is told on commit: channels and payloads."""
        self.then: list[Callable[[], Awaitable[None]]] = []
        """What an endpoint has done once this is committed, before it answers, in a transaction of its own."""

    @property
    def municipality(self) -> Any:
        """The municipality's id; a unit of work without a tenant has none."""
        if self.tenant is None:
            raise LookupError("this unit of work has no municipality")
        return self.tenant.municipality

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """All rows."""
        return list(await self.connection.fetch(sql, *values))

    async def fetchrow(self, sql: str, *values: object) -> asyncpg.Record | None:
        """The first row, or None."""
        return await self.connection.fetchrow(sql, *values)

    async def fetchval(self, sql: str, *values: object) -> Any:
        """The first column of the first row, or None."""
        return await self.connection.fetchval(sql, *values)

    async def execute(self, sql: str, *values: object) -> int:
        """Run a statement; how many rows it touched."""
        last = (await self.connection.execute(sql, *values)).rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0

    async def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement for each row, in one go."""
        await self.connection.executemany(sql, rows)

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[None]:
        """A savepoint: what fails in it is undone alone, and this transaction goes on."""
        await self.execute("savepoint apart")
        try:
            yield
        except BaseException:
            await self.execute("rollback to savepoint apart; release savepoint apart")
            raise
        await self.execute("release savepoint apart")

    async def bind(self, tenant: Tenant) -> None:
        """Bind a unit of work that had no municipality yet: for a caller who names it in the body."""
        if self.tenant is not None:
            raise RuntimeError("this unit of work belongs to a municipality already")
        await self.connection.execute(_BIND, str(tenant.municipality))
        self.tenant = tenant

    async def enqueue(
        self, job: str, payload: Mapping[str, object] | None = None, *, delay_s: float = 0, key: str | None = None
    ) -> None:
        """Queue a job that runs only if this transaction commits; `key` keeps it from being queued twice."""
        body = {"municipality": str(self.tenant.municipality) if self.tenant else None, "payload": dict(payload or {})}
        await Queries(AsyncpgDriver(self.connection)).enqueue(
            job,
            json.dumps(body).encode(),
            execute_after=timedelta(seconds=delay_s) if delay_s else None,
            dedupe_key=key,
            on_conflict="skip",
        )

    async def notify(self, channel: str, payload: str = "") -> None:
        """Tell every process, once this transaction commits."""
        await self.connection.execute("select pg_notify($1, $2)", channel, payload)
        self.told.append((channel, payload))


def tortoise_config(url: str, pool_size: int) -> dict[str, Any]:
    """One Tortoise app with every room's models."""
    return {
        "connections": {"default": tortoise_connection(url, pool_size)},
        "apps": {"medvirk": {"models": MODELS, "default_connection": "default", "migrations": "base.migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


async def connect(url: str, pool_size: int = 10) -> None:
    """Open the pool of this process. The first query connects."""
    await Tortoise.init(config=tortoise_config(url, pool_size), _enable_global_fallback=True)


async def disconnect() -> None:
    """Close the pool of this process."""
    await Tortoise.close_connections()


class NothingWasKept(RuntimeError):
    """A statement failed, its error was swallowed, and the transaction was undone instead of committed."""


class _Bound(TransactionWrapper):
    """Tortoise's transaction, begun and bound to a municipality in one round trip."""

    def __init__(self, parent: AsyncpgDBClient, municipality: UUID | None) -> None:
        super().__init__(parent)
        # Bound even to nothing: a setting that was made for one transaction reads as '' in the next, never as a town.
        self._begin = f"begin; select set_config('medvirk.municipality', '{municipality or ''}', true)"

    async def begin(self) -> None:
        await self._connection.execute(self._begin)

    async def commit(self) -> None:
        if await self._connection.execute("commit") != "COMMIT":
            raise NothingWasKept()
        self._finalized = True

    async def rollback(self) -> None:
        await self._connection.execute("rollback")
        self._finalized = True


@asynccontextmanager
async def work(tenant: Tenant | None) -> AsyncIterator[Work]:
    """A transaction in which the municipality's rows exist, and no others; committed at the end, undone on an error.

    With None no municipality's rows exist. Raises DatabaseIsAway where the database cannot be reached.
    """
    parent = get_connection("default")
    if not isinstance(parent, AsyncpgDBClient) or isinstance(parent, TransactionWrapper):
        # It would share the outer one's connection, and leave that bound to another municipality.
        raise RuntimeError("a unit of work inside a unit of work")
    context = TransactionContextPooled(_Bound(parent, tenant.municipality if tenant else None), parent._pool_init_lock)
    try:
        client = await context.__aenter__()
    except (*GONE, asyncpg.TooManyConnectionsError, OSError) as lost:
        await _give_back(context, lost)
        raise DatabaseIsAway() from lost
    except BaseException as stopped:
        await _give_back(context, stopped)
        raise
    try:
        connection: asyncpg.Connection[asyncpg.Record] = client._connection
        yield Work(connection, tenant)
    except BaseException as error:
        try:
            await context.__aexit__(type(error), error, error.__traceback__)
        except GONE:
            pass  # The connection went, and with it the transaction: what matters is the first error.
        if isinstance(error, GONE) and not isinstance(error, ValueError):
            raise DatabaseIsAway() from error
        raise
    try:
        await context.__aexit__(None, None, None)
    except GONE as lost:
        raise DatabaseIsAway("The database went away; whether this was done is not known.") from lost


class WorkWhenNeeded(Work):
    """A unit of work for what mostly needs nothing of the database: it begins with its first statement.

    Tortoise's models find no transaction before that, and so no rows: what is used here speaks SQL.
    """

    def __init__(self, tenant: Tenant | None) -> None:
        self.tenant = tenant
        self.told = []
        self.then = []
        self._inner: AbstractAsyncContextManager[Work] | None = None

    @property
    def begun(self) -> bool:
        """Whether anything was asked of the database."""
        return self._inner is not None

    async def __aenter__(self) -> Work:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return None if self._inner is None else await self._inner.__aexit__(kind, error, trace)

    async def _begin(self) -> None:
        if self._inner is None:
            inner = work(self.tenant)
            self.connection = (await inner.__aenter__()).connection
            self._inner = inner

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """See Work."""
        await self._begin()
        return await super().fetch(sql, *values)

    async def fetchrow(self, sql: str, *values: object) -> asyncpg.Record | None:
        """See Work."""
        await self._begin()
        return await super().fetchrow(sql, *values)

    async def fetchval(self, sql: str, *values: object) -> Any:
        """See Work."""
        await self._begin()
        return await super().fetchval(sql, *values)

    async def execute(self, sql: str, *values: object) -> int:
        """See Work."""
        await self._begin()
        return await super().execute(sql, *values)


async def _give_back(context: Any, error: BaseException) -> None:
    """Tortoise takes a connection and sets its context variable before BEGIN, and forgets both when BEGIN fails."""
    if hasattr(context, "token"):
        context.client._finalized = True
        try:
            await context.__aexit__(type(error), error, error.__traceback__)
        except GONE:
            pass  # A dead connection that cannot even be given back is dropped by the pool.
