"""The unit of work: the only opener of transactions, and the statements that it asks."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from tortoise import Tortoise
from tortoise.connection import get_connection, get_connections

from base.connecting import Client, tortoise_connection
from base.queries import Query
from base.tenant import Tenant
from base.transaction import GONE, Connection, DatabaseIsAway, Transaction

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

    async def plan_for_any_town(self) -> None:
        """From here on this transaction's statements are planned for a town of usual size, not for this one.

        Of a town that its statistics do not know yet PostgreSQL believes that it has one row, and looks through all of
        the town's rows for each row that a join wants: two large tables of a town are joined only after this.
        """
        await self.execute("set local plan_cache_mode = force_generic_plan")

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


def work(tenant: Tenant | None) -> AbstractAsyncContextManager[Work]:
    """A transaction in which the municipality's rows exist, and no others; committed at the end, undone on an error.

    It begins with its first statement. With None no municipality's rows exist. Raises DatabaseIsAway where the database
    cannot be reached.
    """
    return _UnitOfWork(tenant)


class WorkWhenAsked:
    """A unit of work that is made ready when it is first asked for, in the task that ends it: most requests for what is
    at hand never ask, and to make one ready costs a twentieth of the quickest.
    """

    __slots__ = ("_connections", "_tenant", "_token", "_transaction", "_work")

    def __init__(self, tenant: Tenant | None) -> None:
        self._tenant = tenant
        self._work: Work | None = None

    @property
    def asked(self) -> bool:
        """Whether anybody has asked for it."""
        return self._work is not None

    @property
    def tenant(self) -> Tenant | None:
        """As `Work.tenant`."""
        return self._tenant if self._work is None else self._work.tenant

    @tenant.setter
    def tenant(self, tenant: Tenant) -> None:
        if self._work is None:
            self._tenant = tenant
        else:
            self._work.tenant = tenant

    @property
    def work(self) -> Work:
        """The unit of work; Tortoise's models use it from here on, and refuse before."""
        if self._work is None:
            tenant, self._connections = self._tenant, get_connections()
            parent = _parent_of(self._connections.get("default"))
            self._transaction = Transaction(parent, tenant.municipality if tenant else None)
            self._token = self._connections.set("default", self._transaction)
            self._work = Work(self._transaction, tenant)
        return self._work

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._work is None:
            return
        try:
            if error is not None:
                await self._undo(error)
            elif self._transaction.begun:
                await self._commit()
        finally:
            self._connections.reset(self._token)

    async def _commit(self) -> None:
        try:
            await self._transaction.end(None)
        except GONE as lost:
            raise DatabaseIsAway("The database went away; whether this was done is not known.") from lost

    async def _undo(self, error: BaseException) -> None:
        try:
            await self._transaction.end(error)
        except GONE:
            pass  # The connection went, and with it the transaction: what matters is the first error.
        if isinstance(error, GONE) and not isinstance(error, ValueError):
            raise DatabaseIsAway() from error


class _UnitOfWork(AbstractAsyncContextManager[Work]):
    """Written out, since nearly every request enters one: contextlib's generators cost more."""

    __slots__ = ("_unit",)

    def __init__(self, tenant: Tenant | None) -> None:
        self._unit = WorkWhenAsked(tenant)

    async def __aenter__(self) -> Work:
        return self._unit.work

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._unit.__aexit__(kind, error, trace)


def client() -> Client:
    """What transactions are begun at. RuntimeError within a unit of work that has begun: another transaction would wait
    for a connection while it holds one, and would not see what that one wrote.
    """
    return _parent_of(get_connection("default"))


def _parent_of(found: object) -> Client:
    if isinstance(found, Transaction) and not found.begun:
        found = found.parent
    if not isinstance(found, Client):
        raise RuntimeError("a transaction inside a unit of work")
    return found
