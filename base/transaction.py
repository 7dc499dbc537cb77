"""One transaction, bound to one municipality by row-level security, as Tortoise's models and asyncpg both use it."""

import asyncio
from typing import Any, Final, TypeAlias, cast
from uuid import UUID

import asyncpg
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.backends.base.client import ConnectionWrapper, TransactionContext
from tortoise.connection import get_connection
from tortoise.exceptions import DBConnectionError

from base.connecting import Client
from base.errors import Unavailable

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

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
        self._opening: asyncio.Lock | None = None

    async def open(self) -> Connection:
        """The connection, in the transaction. Raises DatabaseIsAway where the database cannot be reached."""
        if not self.begun:
            if self._opening is None:
                self._opening = asyncio.Lock()
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


def current_transaction() -> Transaction:
    """The transaction of the unit of work that one is in; RuntimeError outside."""
    transaction = get_connection("default")
    if not isinstance(transaction, Transaction):
        raise RuntimeError("outside a unit of work")
    return transaction
