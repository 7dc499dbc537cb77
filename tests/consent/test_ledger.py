"""The ledger: only ever added to, by one at a time, whatever is tried."""

import asyncio
from itertools import pairwise

import asyncpg
import httpx
import pytest

from base.database import work
from base.embedded import OWNER, Server
from base.errors import NotFound, Unauthorized
from base.jobs import system
from base.keys import MemoryKeyStore
from consent import chain, ledger
from consent.models import ConsentEvent
from tests.consent.lines import COLUMNS
from tests.town import Moves, Neighbour, Town, calling, found_town, grant

TAMPERING = [
    "update consent_event set granted = true",
    "delete from consent_event",
    "truncate consent_event",
    "update ledger_root set events = 0",
    "delete from ledger_root",
    "update notice set texts = '{}'",
]


async def test_not_even_the_tables_owner_changes_the_ledger(server: Server, moves: Moves) -> None:
    await moves(consents=["personal_feed"])
    owner = await asyncpg.connect(server.url(OWNER))
    await owner.execute(
        "insert into ledger_root (id, municipality_id, events, root, published_on) "
        "select gen_random_uuid(), id, 1, '', current_date from municipality"
    )
    try:
        for statement in TAMPERING:
            with pytest.raises(asyncpg.RestrictViolationError):
                await owner.execute(statement)
        assert await owner.fetchval("select granted from consent_event")
    finally:
        await owner.close()


async def test_the_application_may_not_even_try(moves: Moves, town: Town) -> None:
    await moves(consents=["personal_feed"])
    for statement in TAMPERING:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with work(town.system) as unit:
                await unit.execute(statement)


async def test_a_yes_and_a_no_at_the_same_time_come_one_after_the_other(
    client: httpx.AsyncClient, moves: Moves, town: Town
) -> None:
    crowd = [await moves() for _ in range(4)]

    async def waver(who: Neighbour, times: int) -> None:
        for _ in range(times):
            await grant(client, who, "push_messages")
            await client.delete("/v1/me/consents/push_messages", headers=who.headers)

    await asyncio.gather(*(waver(who, 4) for who in crowd for _ in range(2)))
    lines = await town.sql("select * from consent_event order by number")
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
    by_subject: dict[bytes, list[asyncpg.Record]] = {}
    for line in lines:
        by_subject.setdefault(line["subject"], []).append(line)
    assert len(by_subject) == 4
    for said in by_subject.values():
        assert [line["sequence"] for line in said] == list(range(1, len(said) + 1))
        assert all(one["granted"] != other["granted"] for one, other in pairwise(said))
    stands = {row["event_id"]: row["granted"] for row in await town.sql("select * from standing_consent")}
    assert stands == {said[-1]["id"]: said[-1]["granted"] for said in by_subject.values()}


async def test_each_line_is_chained_to_the_last_one_and_all_to_the_head(
    client: httpx.AsyncClient, moves: Moves, town: Town, keys: MemoryKeyStore
) -> None:
    await moves(consents=["personal_feed", "push_messages"])
    await moves(consents=["personal_feed"])
    key = keys.get(chain.key_name(town.municipality))
    assert key is not None
    head, last = chain.BEGINNING, dict[bytes, bytes]()
    for line in await town.sql(f"select {COLUMNS}, mac from consent_event order by number"):
        event = ConsentEvent(**{k: v for k, v in dict(line).items() if k != "mac"})
        assert line["mac"] == chain.link(key, last.get(event.subject, chain.BEGINNING), event)
        last[event.subject] = line["mac"]
        head = chain.head(key, head, event.number, line["mac"])
    assert [tuple(row) for row in await town.sql("select events, mac from ledger_head")] == [(3, head)]


async def test_the_ledger_knows_nobody_by_their_id(moves: Moves, town: Town) -> None:
    kari = await moves(consents=["personal_feed"])
    row = (await town.sql("select to_jsonb(e)::text as line from consent_event e"))[0]
    assert str(kari.id) not in row["line"]
    assert kari.id.hex not in row["line"]


async def test_a_resident_of_another_town_does_not_exist(
    moves: Moves, town: Town, superuser: "asyncpg.Connection[asyncpg.Record]", keys: MemoryKeyStore
) -> None:
    kari = await moves(consents=["personal_feed"])
    other = await found_town(superuser, "1103")
    stranger = calling(other.municipality, kari.id)
    async with work(stranger) as unit:
        assert await ledger.standing(stranger) == {}
        with pytest.raises(Unauthorized):
            await ledger.withdraw(unit, keys, stranger, "personal_feed")
        with pytest.raises(Unauthorized):
            await ledger.history(stranger)
        with pytest.raises(NotFound):
            await ledger.withdraw(unit, keys, stranger, "nothing")
    async with work(None) as nowhere:
        for table in ("resident", "credential", "consent_event", "standing_consent", "notice", "staff_key"):
            assert await nowhere.fetchval(f"select count(*) from {table}") == 0
    async with work(system(other.municipality)) as unit:
        assert await unit.fetchval("select count(*) from resident") == 0
        assert await unit.execute("delete from resident where id = $1", kari.id) == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with work(system(other.municipality)) as unit:
            await unit.execute(
                "insert into interest (id, municipality_id, key, label) values (gen_random_uuid(), $1, 'theft', '{}')",
                town.municipality,
            )
