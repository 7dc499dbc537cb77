"""An installation of each earlier release is brought up to date, with all that it holds."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

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
    ("zone", "kind"): "district",
    ("trigger", "subject_kind"): "survey",
    ("beacon", "protocol"): "ibeacon",
    ("survey", "kind"): "survey",
    ("survey", "state"): "open",
    ("hearing", "state"): "open",
    ("statement", "kind"): "person",
    ("statement", "state"): "received",
    ("campaign", "state"): "done",
    ("campaign", "importance"): "active",
    ("delivery", "state"): "sent",
    ("push_address", "kind"): "log",
    ("resident", "digest"): "off",
    ("credential", "platform"): "web",
    ("notice", "legal_basis"): "consent",
    ("staff_session", "kind"): "link",
    ("municipality", "smallest_group"): "5",
    ("municipality", "number"): "3907",
    ("trigger", "beacon_id"): None,
    ("survey", "opens_at"): None,
    ("answer", "shaken"): "false",
    ("campaign", "kind"): "announcement",
    ("answer_incoming", "shaken"): "false",
    ("answer_incoming_spare", "shaken"): "false",
    ("answer_shaken", "ballot"): None,
    ("answer_shaken", "receipt_hash"): None,
    ("push_address", "p256dh"): None,
    ("push_address", "auth"): None,
    ("comment", "state"): "waiting",
    ("comment", "refused_because"): None,
    ("campaign", "notice"): None,
    ("campaign", "reminds"): None,
    ("survey", "wording"): None,
    ("survey", "text_version"): "1",
    ("hearing", "archive_receipt"): None,
    ("hearing", "archived_at"): None,
    ("hearing_correction", "what"): "words",
    ("audience_snapshot_row", "status"): "reached",
}
"""What the first release's checks let through, where they let through little."""


RELEASES = {"0.1.0": "0002_guards", "0.2.0": "0010_hand_in", "0.3.0": "0017_tell_readers"}
"""The newest migration of each."""


ROW = UUID(int=7)
"""The one id of all rows, so that whatever points to another row finds it."""


@pytest.fixture(params=RELEASES)
def old(server: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a database as a release left it, one row in each of its tables."""
    name = f"old_{uuid4().hex[:8]}"
    server.psql(f"create database {name} owner {OWNER}")
    _bring(server, name, f"medvirk.{RELEASES[request.param]}")
    asyncio.run(_fill(server.url("postgres", name)))
    yield name
    server.psql(f"drop database {name} with (force)")


def _bring(server: Server, name: str, target: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", TO, server.url(OWNER, name), target, APPLICATION],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
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
        return f"'{ROW}'"
    if kind.startswith("json") or kind.endswith("[]"):
        return "'{}'"
    if kind.startswith(("character", "text")):
        return "'09:00'"
    if kind == "bytea":
        return "'\\x00'"
    if kind == "date" or kind.startswith("timestamp"):
        return "now()"
    return str(MADE[kind]).lower()


def test_a_database_of_an_earlier_release_with_rows_is_brought_up_to_date(server: Server, old: str) -> None:
    before = asyncio.run(_counts(server.url("postgres", old)))
    assert min(before.values()) > 0
    began = time.monotonic()
    _bring(server, old, "newest")
    print(f"brought up to date in {time.monotonic() - began:.1f} s")
    asyncio.run(_as_a_new_one(server, old))
    assert asyncio.run(_counts(server.url("postgres", old))) == before


async def _counts(url: str) -> dict[str, int]:
    """How many rows there are of what must not be lost."""
    connection = await asyncpg.connect(url)
    try:
        tables = ("survey", "answer", "consent_event", "statement", "campaign", "resident")
        return {table: await connection.fetchval(f'select count(*) from "{table}"') for table in tables}
    finally:
        await connection.close()


async def _as_a_new_one(server: Server, old: str) -> None:
    brought = await asyncpg.connect(server.url("postgres", old))
    new = await asyncpg.connect(server.url("postgres"))
    try:
        assert await _shape(brought) == await _shape(new)
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
