"""What lay in the box leaves the database's files too, as far as PostgreSQL lets it."""

import asyncpg
import pytest

from base.database import work
from base.embedded import APPLICATION, OWNER, Server
from base.jobs import system
from base.statements import vacuum
from surveys.box.shaking import shake
from surveys.box.sweeping import TABLES, sweep
from tests.surveys.polling import Polling

PEOPLE = 12


async def lying(polling: Polling, table: str) -> bytes:
    """The table's file, byte for byte, as whoever copies the disk would read it."""
    await polling.town.sql("checkpoint")
    rows = await polling.town.sql(f"select pg_read_binary_file(pg_relation_filepath('{table}')) as b")
    return bytes(rows[0]["b"])


async def answered(polling: Polling) -> list[bytes]:
    await polling.launch()
    for _ in range(PEOPLE):
        assert (await polling.hand_in(await polling.ballot(), {"bike": "no"})).status_code == 201
    return [bytes(row["participant"]) for row in await polling.town.sql("select participant from participation")]


async def test_after_counting_and_sweeping_nobody_who_took_part_is_in_the_files(polling: Polling) -> None:
    participants = await answered(polling)
    await polling.close()
    await polling.count()
    before = await lying(polling, "participation")
    assert sum(one in before for one in participants) == PEOPLE, "deleted rows stay where they were"
    assert await sweep()
    for table in ("participation", "spent_ballot"):
        after = await lying(polling, table)
        assert not any(one in after for one in participants)
        assert after == b"", table


async def test_an_open_survey_that_was_shaken_has_each_row_once_for_whoever_asks_the_database(polling: Polling) -> None:
    await answered(polling)
    async with work(system(polling.town.municipality)) as unit:
        await shake(unit, await unit.fetchval("select id from survey"))
    assert await sweep()
    for table in TABLES:
        dead = await polling.town.sql("select n_dead_tup from pg_stat_user_tables where relname = $1", table)
        assert dead[0]["n_dead_tup"] == 0, table


async def test_a_shake_asks_for_sweeping_once(polling: Polling) -> None:
    await answered(polling)
    for _ in range(2):
        async with work(system(polling.town.municipality)) as unit:
            await shake(unit, await unit.fetchval("select id from survey"))
    queued = await polling.town.sql("select count(*) c from pgqueuer where entrypoint = 'surveys.sweep'")
    assert queued[0]["c"] == 1


async def test_a_role_that_may_not_sweep_says_so(polling: Polling, server: Server) -> None:
    await answered(polling)
    owner = await asyncpg.connect(server.url(OWNER))
    try:
        await owner.execute(f"revoke maintain on answer from {APPLICATION}")
        assert not await sweep()
    finally:
        await owner.execute(f"grant maintain on answer to {APPLICATION}")
        await owner.close()
    assert await sweep()


async def test_sweeping_is_no_part_of_a_unit_of_work(polling: Polling) -> None:
    async with work(polling.town.system):
        with pytest.raises(RuntimeError):
            await vacuum(["answer"])
