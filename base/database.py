"""The unit of work: the only opener of transactions, bound to one municipality by row-level security."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final, TypeAlias, cast
from uuid import UUID

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from tortoise import Tortoise
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.backends.base.client import ConnectionWrapper, TransactionContext
from tortoise.connection import get_connection, get_connections
from tortoise.exceptions import DBConnectionError

from base.connecting import Client, tortoise_connection
from base.errors import Unavailable
from base.queries import Query
from base.tenant import Tenant

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

MODELS = [
    "municipality.models",
    "residents.models",
    "consent.models",
    "geofence.models",
    "push.models",
    "surveys.models",
    "surveys.hearings.models",
    "insights.models",
    "base.models",
]

GONE = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    DBConnectionError,
    ConnectionError,
)
"""How a lost connection shows inside a transaction; a bad argument is an InterfaceError too, and a ValueError."""
_NOT_REACHED: Final = (*GONE, asyncpg.TooManyConnectionsError, OSError)


class DatabaseIsAway(Unavailable):
    """The database cannot be reached just now; nothing was changed."""


class NothingWasKept(RuntimeError):
    """A statement failed, its error was swallowed, and the transaction was undone instead of committed."""


class Transaction(TransactionWrapper):
    """The transaction of a unit of work, as Tortoise's models and Work's own statements use it.

    It begins with its first statement, in one round trip with the municipality that it is bound to: whoever asks
    nothing of the database takes no connection.
    """

    def __init__(self, parent: Client, municipality: UUID | None) -> None:
        super().__init__(parent)
        self.municipality = municipality
        self.begun = False
        self.parent = parent
        self._opening = asyncio.Lock()

    async def open(self) -> Connection:
        """The connection, in the transaction. Raises DatabaseIsAway where the database cannot be reached."""
        if not self.begun:
            async with self._opening:
                if not self.begun:
                    await self._open()
        return self._connection

    async def _open(self) -> None:
        try:
            pool = await self.parent.opened()
            self._connection = cast(Connection, await pool.acquire())
            try:
                # Bound even to nothing: a setting made for one transaction reads as '' in the next, never as a town.
                await self._connection.execute(
                    f"begin; select set_config('medvirk.municipality', '{self.municipality or ''}', true)"
                )
            except BaseException:
                await self._give_back()
                raise
        except _NOT_REACHED as lost:
            raise DatabaseIsAway() from lost
        self.begun = True

    def acquire_connection(self) -> ConnectionWrapper[Connection]:
        """See Tortoise."""
        return cast(ConnectionWrapper[Connection], _Acquired(self._lock, self))

    def _in_transaction(self) -> TransactionContext:
        return _Savepoint(self)

    async def bind(self, municipality: UUID) -> None:
        """Bind what was bound to no municipality."""
        self.municipality = municipality
        if self.begun:
            await self._connection.execute(_BIND, str(municipality))

    async def end(self, error: BaseException | None) -> None:
        """Commit, or undo because of an error; and give the connection back. NothingWasKept where PostgreSQL undid."""
        if not self.begun:
            return
        try:
            done = await self._connection.execute("commit" if error is None else "rollback")
            if error is None and done != "COMMIT":
                raise NothingWasKept()
        finally:
            self._finalized = True
            await self._give_back()

    async def _give_back(self) -> None:
        try:
            await (await self.parent.opened()).release(cast(Any, self._connection))
        except GONE:
            pass  # A dead connection that cannot even be given back is dropped by the pool.


class _Acquired(ConnectionWrapper[Connection]):
    """What Tortoise's queries take their connection from."""

    async def ensure_connection(self) -> None:
        self.connection = await cast(Transaction, self.client).open()


class _Savepoint(TransactionContext):
    """Tortoise's transaction inside a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.client = transaction

    async def __aenter__(self) -> Transaction:
        transaction = cast(Transaction, self.client)
        await (await transaction.open()).execute("savepoint tortoise")
        return transaction

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        end = "release savepoint tortoise"
        await self.client.execute_script(end if error is None else f"rollback to savepoint tortoise; {end}")


_BIND = "select set_config('medvirk.municipality', $1, true)"


class Work:
    """One transaction of one municipality, begun with its first statement; Tortoise's models use the same.

    A statement is a named query (`base/queries.py`) with its parameters by name, or a line of SQL with `$1`, `$2`, ….
    """

    def __init__(self, transaction: Transaction, tenant: Tenant | None) -> None:
        self._transaction = transaction
        self._tenant = tenant
        self.told: list[tuple[str, str]] = []
        """What every process is told on commit: channels and payloads."""
        self.then: list[Callable[[], Awaitable[None]]] = []
        """What an endpoint has done once this is committed, before it answers, in a transaction of its own."""

    @property
    def begun(self) -> bool:
        """Whether anything was asked of the database."""
        return self._transaction.begun

    @property
    def tenant(self) -> Tenant | None:
        """Who works here, and in which municipality; None where that is not known yet."""
        return self._tenant

    @tenant.setter
    def tenant(self, tenant: Tenant) -> None:
        if tenant.municipality != self._transaction.municipality:
            if self.begun:
                raise RuntimeError("this unit of work has begun in another municipality")
            self._transaction.municipality = tenant.municipality
        self._tenant = tenant

    async def connection(self) -> Connection:
        """Asyncpg's connection, in this transaction: for cursors and copying."""
        return await self._transaction.open()

    @property
    def municipality(self) -> Any:
        """The municipality's id; a unit of work without a tenant has none."""
        if self.tenant is None:
            raise LookupError("this unit of work has no municipality")
        return self.tenant.municipality

    async def fetch(self, query: Query | str, /, *values: object, **named: object) -> list[asyncpg.Record]:
        """All rows."""
        text, values = self._statement(query, values, named)
        return list(await (await self.connection()).fetch(text, *values))

    async def fetchrow(self, query: Query | str, /, *values: object, **named: object) -> asyncpg.Record | None:
        """The first row, or None."""
        text, values = self._statement(query, values, named)
        return await (await self.connection()).fetchrow(text, *values)

    async def fetchval(self, query: Query | str, /, *values: object, **named: object) -> Any:
        """The first column of the first row, or None."""
        text, values = self._statement(query, values, named)
        return await (await self.connection()).fetchval(text, *values)

    async def execute(self, query: Query | str, /, *values: object, **named: object) -> int:
        """Run a statement; how many rows it touched."""
        text, values = self._statement(query, values, named)
        last = (await (await self.connection()).execute(text, *values)).rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0

    async def stream(self, query: Query | str, /, *values: object, **named: object) -> AsyncIterator[asyncpg.Record]:
        """Row by row, for what is more than one would hold; they come from the database a thousand at a time."""
        text, values = self._statement(query, values, named)
        async for row in (await self.connection()).cursor(text, *values, prefetch=1_000):
            yield row

    async def executemany(self, query: Query | str, rows: Iterable[Any], /) -> None:
        """Run a statement for each row, in one go: a mapping for a named query, a sequence for a line of SQL."""
        if isinstance(query, Query):
            rows = [query.values(self._town(), row) for row in rows]
        await (await self.connection()).executemany(query.text if isinstance(query, Query) else query, rows)

    def _statement(
        self, query: Query | str, values: Sequence[object], named: Mapping[str, object]
    ) -> tuple[str, tuple[object, ...]]:
        if isinstance(query, Query):
            return query.text, tuple(query.values(self._town(), named))
        return query, tuple(values)

    def _town(self) -> UUID | None:
        return None if self.tenant is None else self.tenant.municipality

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
        await self._transaction.bind(tenant.municipality)
        self.tenant = tenant

    async def enqueue(
        self, job: str, payload: Mapping[str, object] | None = None, *, delay_s: float = 0, key: str | None = None
    ) -> None:
        """Queue a job that runs only if this transaction commits; `key` keeps it from being queued twice."""
        body = {"municipality": str(self.tenant.municipality) if self.tenant else None, "payload": dict(payload or {})}
        await Queries(AsyncpgDriver(await self.connection())).enqueue(
            job,
            json.dumps(body).encode(),
            execute_after=timedelta(seconds=delay_s) if delay_s else None,
            dedupe_key=key,
            on_conflict="skip",
        )

    async def notify(self, channel: str, payload: str = "") -> None:
        """Tell every process, once this transaction commits."""
        await self.execute("select pg_notify($1, $2)", channel, payload)
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


@asynccontextmanager
async def work(tenant: Tenant | None) -> AsyncIterator[Work]:
    """A transaction in which the municipality's rows exist, and no others; committed at the end, undone on an error.

    It begins with its first statement. With None no municipality's rows exist. Raises DatabaseIsAway where the database
    cannot be reached.
    """
    transaction = Transaction(client(), tenant.municipality if tenant else None)
    token = get_connections().set("default", transaction)
    try:
        try:
            yield Work(transaction, tenant)
        except BaseException as error:
            try:
                await transaction.end(error)
            except GONE:
                pass  # The connection went, and with it the transaction: what matters is the first error.
            if isinstance(error, GONE) and not isinstance(error, ValueError):
                raise DatabaseIsAway() from error
            raise
        try:
            await transaction.end(None)
        except GONE as lost:
            raise DatabaseIsAway("The database went away; whether this was done is not known.") from lost
    finally:
        get_connections().reset(token)


def client() -> Client:
    """What transactions are begun at. RuntimeError within a unit of work that has begun: another transaction would wait
    for a connection while it holds one, and would not see what that one wrote.
    """
    found = get_connection("default")
    if isinstance(found, Transaction) and not found.begun:
        found = found.parent
    if not isinstance(found, Client):
        raise RuntimeError("a transaction inside a unit of work")
    return found


def current_transaction() -> Transaction:
    """The transaction of the unit of work that one is in; RuntimeError outside."""
    transaction = get_connection("default")
    if not isinstance(transaction, Transaction):
        raise RuntimeError("outside a unit of work")
    return transaction
