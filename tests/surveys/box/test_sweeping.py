"""What lay in the box leaves the database's files: each table's file is given up, and what still waits goes on."""

import asyncpg
import pytest

from base.database import work
from base.embedded import APPLICATION, Server
from base.jobs import system
from base.statements import apart
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
    assert not await sweep()
    for table in ("participation", "answer_incoming", "answer_shaken", "receipt_shaken"):
        assert await lying(polling, table) == b"", table


async def test_an_open_survey_that_was_shaken_has_each_row_once_in_the_files(polling: Polling) -> None:
    participants = await answered(polling)
    async with work(system(polling.town.municipality)) as unit:
        await shake(unit, await unit.fetchval("select id from survey"))
    assert not await sweep()
    there = await lying(polling, "participation")
    assert [there.count(one) for one in participants] == [1] * PEOPLE
    assert await lying(polling, "answer_incoming") == b""
    assert len(await polling.answers()) == PEOPLE


async def test_a_shake_that_ends_while_a_sweep_is_under_way_is_swept_too(polling: Polling) -> None:
    await answered(polling)
    queued = "select count(*) c from pgqueuer where entrypoint = 'surveys.sweep' and status = 'queued'"
    for _ in range(2):
        async with work(system(polling.town.municipality)) as unit:
            await shake(unit, await unit.fetchval("select id from survey"))
    await polling.town.sql("update pgqueuer set status = 'picked' where id in (select min(id) from pgqueuer)")
    assert (await polling.town.sql(queued))[0]["c"] == 1
    assert not await sweep()
    assert (await polling.town.sql(queued))[0]["c"] == 0, "one sweep serves all who have asked"


async def test_a_table_that_somebody_reads_for_long_is_swept_later_and_holds_up_nobody(
    polling: Polling, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveys.box.sweeping._TRIES", 2)
    await answered(polling)
    async with work(system(polling.town.municipality)) as unit:
        await shake(unit, await unit.fetchval("select id from survey"))
    reader = await asyncpg.connect(server.url("postgres"))
    try:
        async with reader.transaction():
            await reader.fetch("select * from answer_incoming")  # as a backup does, for hours
            assert await sweep() == ["answer_incoming"]
            assert (await polling.hand_in(await polling.ballot(), {"bike": "no"})).status_code == 201
            later = await polling.town.sql("select 1 from pgqueuer where entrypoint = 'surveys.sweep'")
            assert len(later) == 1, "it is asked for again"
    finally:
        await reader.close()
    assert not await sweep()
    assert len(await polling.answers()) == PEOPLE + 1


async def test_the_application_may_carry_over_and_nothing_else(polling: Polling, server: Server) -> None:
    """The one function that runs as the tables' owner takes the box's tables and loses no row."""
    await answered(polling)
    everybodys = await polling.town.sql(
        "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
    )
    assert [row["proname"] for row in everybodys] == ["carry_over"]
    application = await asyncpg.connect(server.url(APPLICATION))
    try:
        for name in ("resident", "answer", "receipt", "pg_class", 'participation"; drop table answer; --', ""):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await application.fetchval("select carry_over($1)", name)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await application.execute("truncate answer_incoming")
        for table in (*TABLES, *TABLES):
            await application.fetchval("select carry_over($1)", table)
        assert await application.fetchval("select count(*) from answer") == 0, (
            "no row is shown to who is bound to no town"
        )
    finally:
        await application.close()
    assert len(await polling.answers()) == PEOPLE


async def test_sweeping_is_no_part_of_a_unit_of_work(polling: Polling) -> None:
    async with work(polling.town.system) as unit:
        await unit.fetchval("select 1")
        with pytest.raises(RuntimeError):
            await apart("carry_over", "comment")
