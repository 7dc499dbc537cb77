"""What is kept, for how long, and that it goes then."""

import re
from dataclasses import asdict
from datetime import timedelta

import httpx
import pytest

from base import clock
from base.database import work
from base.keys import MemoryKeyStore
from commands.retention import CLEARINGS
from consent.inventory import TABLES
from consent.jobs import jobs
from consent.processing import processing_record
from consent.retention import clear, erase_inactive, warn
from municipality.lifetimes import Lifetimes
from tests.town import Moves, Town


async def test_every_table_says_what_for_and_how_long(town: Town) -> None:
    there = {row[0] for row in await town.sql("select tablename from pg_tables where schemaname = 'public'")}
    assert set(TABLES) == there
    numbers = asdict(Lifetimes())
    assert all("{" not in kept.until.format(**numbers) for kept in TABLES.values())


def test_what_is_said_to_go_after_a_time_is_cleared() -> None:
    timed = re.compile(r"\b(minutes|hours|days|weeks|months|year|withdraws)\b")
    said = {table for table, kept in TABLES.items() if timed.search(kept.until)}
    assert {clearing.model._meta.db_table for clearing in CLEARINGS} >= said


async def test_the_record_of_processing_prints_what_the_clearing_obeys(client: httpx.AsyncClient, town: Town) -> None:
    await town.sql("""update municipality set settings = '{"lifetimes": {"delivery_days": 7}}'""")
    officer = await town.key("privacy_officer")
    record = (await client.get("/v1/staff/processing-record", headers=officer)).json()
    held = {part["table"]: part for line in record["items"] for part in line["held"]}
    assert set(held) == set(TABLES), "every table belongs to one activity"
    assert held["delivery"]["until"].startswith("7 dager")
    assert {line["activity"] for line in record["items"]} >= {"location_zones", "registration", "participation"}
    table = (await client.get("/v1/staff/processing-record?format=csv", headers=officer)).text
    assert table.startswith("\ufeffcontroller,")
    assert len(table.splitlines()) == len(record["items"]) + 1
    dpia = await client.get("/v1/staff/processing-record?format=dpia", headers={**officer, "Accept-Language": "en"})
    assert dpia.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "TO JUDGE" in dpia.text
    assert "`resident_interest`" in dpia.text
    async with work(town.system) as unit:
        spoken = await processing_record(unit, ["nb"])
    assert "Spør meg der jeg er" in {line.title for line in spoken.lines}


async def test_who_opens_the_app_is_never_erased(moves: Moves, town: Town, keys: MemoryKeyStore) -> None:
    await moves()
    async with work(town.system) as unit:
        assert await warn(unit) == []
        assert await erase_inactive(unit, keys) == 0


async def test_who_has_been_away_for_long_is_warned_and_then_erased(
    client: httpx.AsyncClient, moves: Moves, town: Town, keys: MemoryKeyStore
) -> None:
    kari, ola, siv = await moves(consents=["push_messages"]), await moves(), await moves(consents=["location_zones"])
    nearly = clock.now() + timedelta(days=24 * 30.5 - 20)
    with clock.at(nearly):
        async with work(town.system) as unit:
            assert set(await warn(unit)) == {kari.id, ola.id}, "a live consent to be asked at places is being here"
            assert await warn(unit) == [], "nobody is warned twice"
            assert await erase_inactive(unit, keys) == 0
        assert (await client.get("/v1/me", headers=ola.headers)).status_code == 200
    with clock.at(nearly + timedelta(days=29)):
        async with work(town.system) as unit:
            assert await erase_inactive(unit, keys) == 0, "a warning comes thirty days before"
    with clock.at(nearly + timedelta(days=31)):
        async with work(town.system) as unit:
            assert await erase_inactive(unit, keys) == 1
    assert {row["id"] for row in await town.sql("select id from resident")} == {ola.id, siv.id}
    said = await town.sql("select channel, granted from consent_event order by number desc limit 1")
    assert tuple(said[0]) == ("inactivity", False)


async def test_what_rested_on_a_lapsed_consent_is_cleared(moves: Moves, town: Town) -> None:
    kari = await moves(consents=["personal_feed", "profile_statistics"], interests=["culture"])
    ola = await moves(consents=["personal_feed"], interests=["culture"])
    await town.sql("update resident set birth_year_band = '1980-1989' where id = $1", kari.id)
    await town.sql("update standing_consent set lapses_at = now() where resident_id = $1", kari.id)
    async with work(town.system) as unit:
        await clear(unit, CLEARINGS)
    assert [row[0] for row in await town.sql("select resident_id from resident_interest")] == [ola.id]
    assert [row[0] for row in await town.sql("select birth_year_band from resident where id = $1", kari.id)] == [None]


@pytest.mark.parametrize(("months", "stays"), [(23, True), (25, False)])
async def test_the_audit_goes_after_its_time(town: Town, months: int, stays: bool) -> None:
    await town.sql(
        "insert into audit_entry (id, municipality_id, at, caller, act, kind) "
        f"select gen_random_uuid(), id, now() - interval '{months} months', 'key', 'x', 'viewed' from municipality"
    )
    async with work(town.system) as unit:
        await clear(unit, CLEARINGS)
    assert bool(await town.sql("select 1 from audit_entry")) == stays


async def test_the_nightly_job_runs_for_a_whole_town(moves: Moves, town: Town, keys: MemoryKeyStore) -> None:
    await moves(consents=["personal_feed"])
    for job in jobs(keys, CLEARINGS):
        await job.run(town.municipality, {})
    assert len(await town.sql("select 1 from ledger_root")) == 1
    assert len(await town.sql("select 1 from resident")) == 1
