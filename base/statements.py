"""Statements that are transactions of their own: what is asked too often for three round trips, and VACUUM."""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.connection import get_connection

from base.database import GONE, DatabaseIsAway
from base.tenant import Tenant

_LOST: Final = (*GONE, asyncpg.TooManyConnectionsError, OSError)
_MAY_VACUUM: Final = "select bool_and(has_table_privilege(name::regclass, 'MAINTAIN')) from unnest($1::text[]) as name"


async def at_once(tenant: Tenant, function: str, *values: object) -> Any:
    """Call a function of the database that binds itself to the municipality, its first argument, in a transaction of
    its own: one round trip, committed when this returns. For what is asked so often that three are too many.

    `function` is its name and is never what somebody sent. The function binds with `set_config(…, true)`, so that the
    connection is given back bound to nothing. Raises DatabaseIsAway; whether it was done is not known then.
    """
    parent = _pool()
    places = ", ".join(f"${number}" for number in range(1, len(values) + 2))
    try:
        async with parent.acquire_connection() as connection:
            return await connection.fetchval(f"select {function}({places})", tenant.municipality, *values)
    except _LOST as lost:
        if isinstance(lost, ValueError):
            raise
        raise DatabaseIsAway("The database went away; whether this was done is not known.") from lost


async def vacuum(tables: Sequence[str]) -> bool:
    """VACUUM tables, which no transaction may hold: deleted rows leave their pages. False where the role may not.

    The names are never what somebody sent. It holds up neither readers nor writers. Raises DatabaseIsAway.
    """
    parent = _pool()
    try:
        async with parent.acquire_connection() as connection:
            if await connection.fetchval("select current_setting('server_version_num')::int") < 170000:
                return False
            if not await connection.fetchval(_MAY_VACUUM, list(tables)):
                return False
            for table in tables:
                await connection.execute(f'vacuum "{table}"')
    except _LOST as lost:
        raise DatabaseIsAway() from lost
    return True


def _pool() -> AsyncpgDBClient:
    parent = get_connection("default")
    if not isinstance(parent, AsyncpgDBClient) or isinstance(parent, TransactionWrapper):
        raise RuntimeError("a statement of its own inside a unit of work")
    return parent
