"""Statements that are transactions of their own: asked too often for three round trips, or concerning all towns."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, Final

import asyncpg

from base.connecting import Client, address
from base.database import client
from base.tenant import Tenant
from base.transaction import GONE, DatabaseIsAway

_LOST: Final = (*GONE, asyncpg.TooManyConnectionsError, OSError)
_MAY_CUT: Final = (
    "select pg_has_role('pg_checkpoint', 'usage') and has_function_privilege('pg_switch_wal()', 'execute')"
)


async def apart(function: str, *values: object) -> Any:
    """Call a function of the database in a transaction of its own, bound to no municipality, for what concerns all.

    `function` is its name and is never what somebody sent. Raises DatabaseIsAway; whether it was done is not known
    then.
    """
    return await _call(function, values)


async def at_once(tenant: Tenant, function: str, *values: object) -> Any:
    """Call a function of the database that binds itself to the municipality, its first argument, in a transaction of
    its own: one round trip, committed when this returns. For what is asked so often that three are too many.

    `function` is its name and is never what somebody sent. The function binds with `set_config(…, true)`, so that the
    connection is given back bound to nothing. Raises DatabaseIsAway; whether it was done is not known then.
    """
    return await _call(function, (tenant.municipality, *values))


async def _call(function: str, values: Sequence[object]) -> Any:
    parent = client()
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    try:
        async with parent.acquire_connection() as connection, _on_one_server(parent, connection):
            return await connection.fetchval(f"select {function}({places})", *values)
    except _LOST as lost:
        if isinstance(lost, ValueError):
            raise
        raise DatabaseIsAway("The database went away; whether this was done is not known.") from lost


async def cut_the_log() -> bool:
    """Let go of the segments of the write-ahead log that a crash would not need any more, and of the files that were
    given up; False where this role may not, as anywhere but in the embedded server: then the next checkpoints do it.

    Raises DatabaseIsAway.
    """
    parent = client()
    try:
        async with parent.acquire_connection() as connection:
            async with _on_one_server(parent, connection):
                if not await connection.fetchval(_MAY_CUT):
                    return False
                await connection.fetchval("select pg_switch_wal()")
            await connection.execute("checkpoint")
    except _LOST as lost:
        raise DatabaseIsAway() from lost
    return True


def _on_one_server(parent: Client, connection: Any) -> AbstractAsyncContextManager[object]:
    """Behind a pooler in transaction mode a statement is prepared and run in two steps, which may reach two servers
    unless a transaction holds them together: two more round trips, where the URL asks for that.
    """
    if not address(parent.url).caches_statements:
        found: AbstractAsyncContextManager[object] = connection.transaction()
        return found
    return nullcontext()
