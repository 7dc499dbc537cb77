"""What lists cost does not grow with the town, and every list can be read to its end, part by part."""

import asyncio
import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from api.app import create
from api.http.endpoint import JSON
from api.http.services import Services
from api.routes import endpoints
from base.embedded import Server
from base.keys import FileKeyStore, MemoryKeyStore
from benchmarks.full_town import watched
from benchmarks.full_town.asking import (
    NOT_LISTS,
    Took,
    asked_of,
    callers,
    filled,
    measured,
    memory_mib,
    plain,
    printed,
    serving,
)
from benchmarks.full_town.building import Town, build
from benchmarks.full_town.size import FULL, small
from benchmarks.town import pool, stage

FEW, MANY = 3, 110
MOST_BYTES = 100_000
BOUNDED: Mapping[str, str] = {
    "/v1/municipalities": "an installation has few",
    "/v1/municipalities/{number}/interests": "topics are chosen by hand",
    "/v1/places/search": "ten at most",
    "/v1/me/overview": "one line for each purpose",
    "/v1/purposes": "one line for each purpose",
    "/v1/me/consents": "one line for each purpose",
    "/v1/staff/processing-record": "one line for each activity, by the law",
    "/v1/staff/ages": "twenty at most",
    "/v1/staff/campaigns/calendar": "some months, by from and to",
    "/v1/surveys/{id:uuid}/box/{prefix}": "by prefix, as long as the asker likes",
    "/v1/hearings/{id:uuid}/box/{prefix}": "by prefix, as long as the asker likes",
    "/v1/surveys/{id:uuid}/wording": "corrections of one survey, written by hand",
    "/v1/staff/surveys/{id:uuid}/wording": "corrections of one survey, written by hand",
    "/v1/staff/surveys/{id:uuid}/xlsform/notes": "notes about the questions of one survey",
    "/v1/insights/surveys/{id:uuid}/releases": "releases of one survey, a day apart and each half as large again",
    "/v1/staff/beacons/{id:uuid}/health": "days of one beacon that are kept",
}
"""Lists that are given whole, and why they stay short."""


async def emptied(superuser: "asyncpg.Connection[asyncpg.Record]") -> None:
    """No rows in any table."""
    tables = [r[0] for r in await superuser.fetch("select tablename from pg_tables where schemaname = 'public'")]
    gone = "; ".join(f'delete from "{table}"' for table in tables if table != "tortoise_migrations")
    await superuser.execute(f"set session_replication_role = replica; {gone}; set session_replication_role = origin")


async def taken(town: Town, services: Services) -> dict[str, tuple[int, int]]:
    """How many statements each GET and each page takes, asked for the first time, and how many bytes come."""
    services.shared.forget_all()
    transport = httpx.ASGITransport(app=watched.Watched(create(services)), raise_app_exceptions=False)
    found: dict[str, tuple[int, int]] = {}
    with watched.counted():
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            for asked in asked_of(town):
                if asked.body is None and not asked.again:
                    watched.seen.statements.clear()
                    answer = await client.get(asked.path, headers=callers(town)[asked.who])
                    assert answer.status_code < 500, (asked.path, answer.text)
                    found[plain(asked.name)] = watched.seen.statements[0], len(answer.content)
    return found


async def test_no_list_and_no_page_takes_more_for_having_more_items(
    superuser: "asyncpg.Connection[asyncpg.Record]", services: Services, keys: MemoryKeyStore
) -> None:
    few = await taken(await build(small(FEW), keys), services)
    await emptied(superuser)
    town = await build(small(MANY), keys)
    many = await taken(town, services)
    assert len(few) > 100
    assert {path: (few[path][0], many[path][0]) for path in few if many[path][0] > few[path][0]} == {}
    read = [one for one in endpoints() if one.method == "GET" and one.who.kind == "staff" and one.gives_media == JSON]
    lists = {plain(f"{'staff':8} {filled(one.path, town)}") for one in read if not one.path.startswith(NOT_LISTS)}
    staff = {path: size for path, (_, size) in many.items() if path in lists or path.startswith("page ")}
    assert len(staff) > 60
    assert {path: size for path, size in staff.items() if size > MOST_BYTES} == {}


async def test_every_list_is_read_to_its_end_part_by_part(
    superuser: "asyncpg.Connection[asyncpg.Record]", services: Services, keys: MemoryKeyStore
) -> None:
    town = await build(small(5), keys)
    tried = 0
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=create(services)), base_url="http://test") as client:
        for endpoint in endpoints():
            if endpoint.method != "GET" or endpoint.gives is None or "items" not in endpoint.gives.model_fields:
                continue
            if endpoint.path in BOUNDED:
                continue
            assert endpoint.query is not None, endpoint.path
            assert {"cursor", "limit"} <= set(endpoint.query.model_fields), endpoint.path
            headers, path = callers(town)[endpoint.who.kind], filled(endpoint.path, town)
            whole = await _items(client, path, headers, 100)
            parts = await _items(client, path, headers, 2)
            if endpoint.path != "/v1/staff/audit":  # Reading it makes it longer.
                assert [_name(one) for one in parts] == [_name(one) for one in whole], endpoint.path
                tried += len(whole) > 2
            wrong = await client.get(path, params={"limit": 0}, headers=headers)
            assert wrong.status_code == 422, endpoint.path
    assert tried >= 14


def _name(item: Any) -> Any:
    """What tells an item from others, whatever else of it changes meanwhile."""
    return item.get("id", item) if isinstance(item, dict) else item


async def _items(client: httpx.AsyncClient, path: str, headers: Mapping[str, str], limit: int) -> list[Any]:
    """A list, asked for so many at a time; no part is longer than that."""
    items, cursor = list[Any](), None
    for _ in range(100):
        wanted = {"limit": str(limit)} if cursor is None else {"limit": str(limit), "cursor": cursor}
        answer = await client.get(path, params=wanted, headers=headers)
        assert answer.status_code == 200, (path, answer.text)
        part = answer.json()
        assert len(part["items"]) <= limit, path
        items += part["items"]
        cursor = part["next"]
        if cursor is None or "audit" in path:
            return items
    raise AssertionError(f"{path} has no end")


@pytest.mark.skipif("MEDVIRK_PROVE" not in os.environ, reason="a minute or two; make prove")
def test_in_a_full_town_nothing_keeps_a_reader_or_the_others_waiting(capsys: pytest.CaptureFixture[str]) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as another:  # Here, other tests' connections may lie.
        at_first, after, rows = another.submit(_measured_in_a_full_town).result()
    print(f"web process: {at_first:.0f} MiB at its start, {after:.0f} MiB after all requests")
    print(printed(rows))
    told = {plain(row.asked.name): row for row in rows}
    assert {name: row.status for name, row in told.items() if row.status >= 500} == {}
    assert {name: round(row.step_ms) for name, row in told.items() if row.step_ms > 50} == {}
    assert {name: row.statements for name, row in told.items() if row.statements > 30} == {}
    slow = {name: round(row.p50_ms) for name, row in told.items() if row.p50_ms > 400 and row.asked.body is None}
    assert slow == {}


def _measured_in_a_full_town() -> tuple[float, float, list[Took]]:
    """The web process's memory before and after in MiB, and what was measured of each request."""
    with stage() as (server, keys):
        town = asyncio.run(_built(server, keys))
        with serving(server, keys) as (address, process):
            at_first = memory_mib(process)
            rows = measured(address, town, list(asked_of(town)), rounds=8)
            return at_first, memory_mib(process), rows


async def _built(server: Server, keys: Path) -> Town:
    async with pool(server):
        return await build(FULL, FileKeyStore(keys))


def test_what_is_asked_for_is_everything_there_is() -> None:
    here = UUID(int=0)
    blank: dict[str, Any] = dict.fromkeys(Town.__dataclass_fields__, here)
    nobody = Town(**blank)
    asked = {one.path.split("?")[0] for one in asked_of(nobody)}
    paths = {endpoint.path for endpoint in endpoints() if endpoint.method == "GET"}
    assert {path for path in paths if not path.startswith(NOT_LISTS) and filled(path, nobody) not in asked} == set()
