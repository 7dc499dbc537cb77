"""The unit of work: what is bound to one municipality, and what does not exist outside it."""

import asyncio
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from base.database import Work, WorkWhenAsked, work
from base.embedded import APPLICATION, OWNER, Server
from base.jobs import system
from base.migrating import UnsafeRole, check_role
from base.tenant import Tenant
from base.transaction import NothingWasKept
from municipality.models import Interest
from tests.town import Town, found_town


async def count(unit: Work, table: str) -> int:
    return int(await unit.fetchval(f'select count(*) from "{table}"'))


async def test_outside_a_unit_of_work_a_towns_rows_do_not_exist(town: Town, server: Server) -> None:
    async with work(town.system) as unit:
        assert await count(unit, "interest") > 0
    async with work(None) as unit:
        assert await count(unit, "interest") == 0
    fresh = await asyncpg.connect(server.url())
    try:
        assert await fresh.fetchval("select count(*) from interest") == 0
    finally:
        await fresh.close()


async def test_bound_to_another_municipality_a_towns_rows_can_neither_be_read_nor_written(town: Town) -> None:
    other = await found_town(town.superuser, "3905")
    async with work(other.system) as unit:
        mine = await unit.fetch("select municipality_id from interest")
        assert {row[0] for row in mine} == {other.municipality}
        assert (
            await unit.execute("update interest set key = 'taken' where municipality_id = $1", town.municipality) == 0
        )
        assert await unit.execute("delete from interest where municipality_id = $1", town.municipality) == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with work(other.system) as unit:
            await unit.execute(
                "insert into interest (id, municipality_id, key, label) values ($1, $2, 'x', '{}')",
                uuid4(),
                town.municipality,
            )


async def test_a_thousand_units_of_work_at_once_stay_apart(town: Town) -> None:
    other = await found_town(town.superuser, "3905")

    async def look(tenant: Tenant) -> bool:
        async with work(tenant) as unit:
            rows = await unit.fetch("select distinct municipality_id from interest")
            return [row[0] for row in rows] == [tenant.municipality]

    assert all(await asyncio.gather(*(look((town, other)[n % 2].system) for n in range(1000))))


async def test_what_fails_leaves_nothing_behind_not_even_its_job(town: Town) -> None:
    with pytest.raises(RuntimeError):
        async with work(town.system) as unit:
            await unit.enqueue("never", {"a": 1})
            await unit.execute("delete from interest")
            raise RuntimeError
    assert (await town.sql("select count(*) from pgqueuer"))[0][0] == 0
    assert (await town.sql("select count(*) from interest"))[0][0] > 0


async def test_an_error_that_was_swallowed_is_not_mistaken_for_a_success(town: Town) -> None:
    """PostgreSQL answers COMMIT with ROLLBACK after a failed statement, and most drivers say nothing of it."""
    with pytest.raises(NothingWasKept):
        async with work(town.system) as unit:
            await unit.execute("delete from interest")
            with pytest.raises(asyncpg.UndefinedTableError):
                await unit.execute("delete from nowhere")
    assert (await town.sql("select count(*) from interest"))[0][0] > 0


async def test_a_unit_of_work_inside_one_that_has_begun_is_refused(town: Town) -> None:
    with pytest.raises(RuntimeError, match="inside"):
        async with work(town.system) as unit:
            await unit.fetchval("select 1")
            async with work(town.system):
                pass


async def test_a_unit_of_work_begins_with_its_first_statement(town: Town) -> None:
    async with work(town.system) as unit:
        assert not unit.begun
        async with work(town.system) as inner:
            await inner.execute("delete from interest")
        assert not unit.begun
        assert await count(unit, "interest") == 0
        assert unit.begun


async def test_nobodys_models_are_used_before_the_unit_of_work_is_asked_for(town: Town) -> None:
    async with WorkWhenAsked(town.system) as unit:
        with pytest.raises(RuntimeError, match="outside"):
            Interest.all()
        assert not unit.asked
        assert unit.tenant == town.system
        assert await count(unit.work, "interest") == await Interest.all().count() > 0
    with pytest.raises(KeyError):
        async with WorkWhenAsked(town.system) as unit:
            await unit.work.execute("delete from interest")
            raise KeyError
    with pytest.raises(RuntimeError, match="outside"):
        Interest.all()
    async with work(town.system):
        assert await Interest.all().count() > 0


@pytest.mark.parametrize("first", ["enqueue", "notify", "executemany", "apart", "connection", "bind"])
async def test_whatever_comes_first_begins_it(town: Town, first: str) -> None:
    async with work(None if first == "bind" else town.system) as unit:
        match first:
            case "enqueue":
                await unit.enqueue("never")
            case "notify":
                await unit.notify("nobody")
            case "executemany":
                await unit.executemany("select set_config('medvirk.any', $1, true)", [("a",), ("b",)])
            case "apart":
                async with unit.apart():
                    pass
            case "connection":
                await unit.connection()
            case "bind":
                await unit.bind(town.system)
        assert unit.begun == (first != "bind")
        assert await count(unit, "interest") > 0


async def test_a_job_queued_twice_under_one_key_waits_once(town: Town) -> None:
    async with work(town.system) as unit:
        await unit.enqueue("count", key="one")
        await unit.enqueue("count", key="one")
    assert (await town.sql("select count(*) from pgqueuer"))[0][0] == 1


async def test_a_unit_of_work_is_bound_once(town: Town) -> None:
    async with work(None) as unit:
        await unit.bind(town.system)
        assert await count(unit, "interest") > 0
        with pytest.raises(RuntimeError):
            await unit.bind(system(uuid4()))


@pytest.mark.parametrize("role", ["postgres", OWNER])
async def test_a_role_that_row_level_security_does_not_hold_is_refused(server: Server, pool: None, role: str) -> None:
    with pytest.raises(UnsafeRole):
        await check_role(server.url(role))
    assert await check_role(server.url(APPLICATION)) == []


async def test_the_ledger_and_what_is_published_cannot_be_rewritten_by_the_application(town: Town) -> None:
    for table in ("consent_event", "notice", "release"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with work(town.system) as unit:
                await unit.execute(f"update {table} set id = id")
    with pytest.raises(asyncpg.RestrictViolationError):
        await town.superuser.execute("update notice set version = version + 1")


def test_a_lost_database_is_said_to_be_away_and_comes_back(tmp_path: Path) -> None:
    """In a process of its own: the database stops in the middle of a transaction, is started again, and all is well."""
    done = subprocess.run([sys.executable, "-m", "tests.base.falling", str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
