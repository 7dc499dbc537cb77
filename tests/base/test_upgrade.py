"""An installation of the first release is brought up to date, with all that it holds."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from base.embedded import APPLICATION, OWNER, Server
from tests.residents.test_every_table import COLUMNS, MADE

ROOT = Path(__file__).parents[2]
TO = """
import asyncio, sys
from tortoise import Tortoise
from tortoise.migrations.api import migrate
from base.database import tortoise_config
from base.migrating import migrate as up_to_date

async def main(owner, target, role):
    if target == "newest":
        return await up_to_date(owner, role)
    await migrate(config=tortoise_config(owner, 1), target=target)
    await Tortoise.close_connections()

asyncio.run(main(*sys.argv[1:]))
"""
LETS_THROUGH: dict[tuple[str, str], object] = {
    ("zone", "kind"): "district", ("trigger", "subject_kind"): "survey", ("beacon", "protocol"): "ibeacon",
    ("survey", "kind"): "survey", ("survey", "state"): "open", ("hearing", "state"): "open",
    ("statement", "kind"): "person", ("statement", "state"): "received", ("campaign", "state"): "done",
    ("campaign", "importance"): "active", ("delivery", "state"): "sent", ("push_address", "kind"): "log",
    ("resident", "digest"): "off", ("credential", "platform"): "web", ("notice", "legal_basis"): "consent",
    ("staff_session", "kind"): "link", ("municipality", "smallest_group"): "5", ("municipality", "number"): "3907",
    ("trigger", "beacon_id"): None, ("survey", "opens_at"): None, ("answer", "shaken"): "false",
}  # fmt: skip
"""What the first release's checks let through, where they let through little."""


@pytest.fixture
def old(server: Server) -> Iterator[str]:
    """The name of a database as the first release left it, one row in each of its tables."""
    name = f"old_{uuid4().hex[:8]}"
    server.psql(f"create database {name} owner {OWNER}")
    _bring(server, name, "medvirk.0002_guards")
    asyncio.run(_fill(server.url("postgres", name)))
    yield name
    server.psql(f"drop database {name} with (force)")


def _bring(server: Server, name: str, target: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", TO, server.url(OWNER, name), target, APPLICATION],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]


async def _tables(connection: "asyncpg.Connection[Any]") -> list[str]:
    rows = await connection.fetch(
        "select tablename from pg_tables where schemaname = 'public' and tablename !~ '^(pgqueuer|tortoise)' order by 1"
    )
    return [row[0] for row in rows]


async def _fill(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set session_replication_role = replica")  # rows that point nowhere are rows too
        for table in await _tables(connection):
            columns = {row["name"]: row["type"] for row in await connection.fetch(COLUMNS, f'"{table}"')}
            values = {name: _value(table, name, kind) for name, kind in columns.items()}
            given = {name: value for name, value in values.items() if value is not None}
            names = ", ".join(f'"{name}"' for name in given)
            await connection.execute(f'insert into "{table}" ({names}) values ({", ".join(given.values())})')
    finally:
        await connection.close()


def _value(table: str, name: str, kind: str) -> str | None:
    if (table, name) in LETS_THROUGH:
        found = LETS_THROUGH[table, name]
        return None if found is None else f"'{found}'"
    if kind == "uuid":
        return f"'{uuid4()}'"
    if kind.startswith(("character", "text")):
        return "'09:00'"
    if kind == "bytea":
        return "'\\x00'"
    if kind.startswith("json"):
        return "'{}'"
    if kind == "date" or kind.startswith("timestamp"):
        return "now()"
    return str(MADE[kind]).lower()


def test_a_database_of_the_first_release_with_rows_is_brought_up_to_date(server: Server, old: str) -> None:
    _bring(server, old, "newest")
    asyncio.run(_as_a_new_one(server, old))


async def _as_a_new_one(server: Server, old: str) -> None:
    brought = await asyncpg.connect(server.url("postgres", old))
    new = await asyncpg.connect(server.url("postgres"))
    try:
        assert await _shape(brought) == await _shape(new)
        kept = {table: await brought.fetchval(f'select count(*) from "{table}"') for table in await _tables(brought)}
        assert kept["survey"] == kept["answer"] == kept["consent_event"] == kept["statement"] == kept["campaign"] == 1
    finally:
        await brought.close()
        await new.close()


async def _shape(connection: "asyncpg.Connection[Any]") -> list[tuple[Any, ...]]:
    rows = await connection.fetch(
        "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, "
        "pg_get_expr(d.adbin, d.adrelid) "
        "from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
        "left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum "
        "where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1, 2"
    )
    policies = await connection.fetch(
        "select tablename, policyname, cmd, qual, with_check, null from pg_policies order by 1, 2"
    )
    checks = await connection.fetch(
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint "
        "where connamespace = 'public'::regnamespace order by 1, 2"
    )
    return [tuple(row) for row in (*rows, *policies, *checks)]
