"""The slot of the box: many answers go in together, and each is taken or refused by itself."""

import asyncio
import secrets
from uuid import UUID

import asyncpg
import pytest

from base.database import work
from base.statements import at_once
from base.tenant import Tenant, open_to_all
from surveys.box import slot
from tests.surveys.polling import Polling
from tests.town import found_town


def sheet(answers: str = '{"bike": "no"}', mark: bytes | None = None) -> slot.Submission:
    return slot.Submission(mark or secrets.token_bytes(32), secrets.token_bytes(32), answers, secrets.token_bytes(32))


@pytest.fixture
async def box(polling: Polling) -> tuple[Tenant, UUID]:
    await polling.launch()
    return open_to_all(polling.town.municipality), UUID(polling.survey)


async def stored(polling: Polling) -> int:
    return len(await polling.answers())


async def test_what_comes_together_goes_in_together_and_is_told_apart(
    box: tuple[Tenant, UUID], polling: Polling
) -> None:
    many = [sheet() for _ in range(200)]
    again, other = many[7], sheet(mark=many[9].mark)
    taken = await asyncio.gather(*(slot.put_in(*box, one) for one in [*many, again, other]))
    assert taken == [True] * 201 + [False]
    assert await stored(polling) == 200
    transactions = await polling.town.sql("select count(distinct xmin::text) c from answer")
    assert transactions[0]["c"] <= 10, "they went in with few statements"


async def test_the_first_of_two_bodies_with_one_ballot_counts(box: tuple[Tenant, UUID], polling: Polling) -> None:
    first = sheet()
    second = sheet('{"bike": "yes"}', mark=first.mark)
    taken = await asyncio.gather(slot.put_in(*box, first), slot.put_in(*box, second))
    assert list(taken) == [True, False]
    assert await polling.answers() == [{"bike": "no"}]


async def test_one_that_the_database_refuses_keeps_no_other_out(box: tuple[Tenant, UUID], polling: Polling) -> None:
    odd = sheet("not JSON")
    many = [sheet(), odd, sheet()]
    one, refused, three = await asyncio.gather(*(slot.put_in(*box, s) for s in many), return_exceptions=True)
    assert (one, three) == (True, True)
    assert isinstance(refused, asyncpg.PostgresError)
    assert await stored(polling) == 2


async def test_a_closed_box_takes_nothing(box: tuple[Tenant, UUID], polling: Polling) -> None:
    await polling.close()
    assert await asyncio.gather(*(slot.put_in(*box, sheet()) for _ in range(3))) == [None] * 3
    assert await stored(polling) == 0


async def test_another_town_finds_no_box_to_put_anything_in(box: tuple[Tenant, UUID], polling: Polling) -> None:
    other = await found_town(polling.town.superuser, "1108")
    assert await slot.put_in(open_to_all(other.municipality), box[1], sheet()) is None
    assert await stored(polling) == 0


async def test_a_connection_is_given_back_bound_to_no_town(box: tuple[Tenant, UUID], polling: Polling) -> None:
    await asyncio.gather(*(slot.put_in(*box, sheet()) for _ in range(5)))
    assert await stored(polling) == 5
    for _ in range(20):
        async with work(None) as unit:
            assert await unit.fetchval("select count(*) from answer") == 0
            assert not await unit.fetchval("select current_setting('medvirk.municipality', true)")


async def test_a_statement_of_its_own_is_no_part_of_a_unit_of_work(box: tuple[Tenant, UUID]) -> None:
    async with work(box[0]) as unit:
        await unit.fetchval("select 1")
        with pytest.raises(RuntimeError):
            await at_once(box[0], "hand_in")


async def test_nobody_is_left_waiting_when_the_slot_is_stopped(
    box: tuple[Tenant, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    async def refuses(tenant: Tenant, survey: UUID, sheets: list[slot.Submission]) -> list[bool] | None:
        asked.append(len(sheets))
        if len(sheets) > 1:
            raise asyncpg.PostgresError("not these together")
        await asyncio.sleep(60)
        return [True]

    monkeypatch.setattr(slot, "_hand_in", refuses)
    waiting = [asyncio.create_task(slot.put_in(*box, sheet())) for _ in range(4)]
    while asked != [4, 1]:
        await asyncio.sleep(0)
    [at_work] = [task for task in asyncio.all_tasks() if "_Slot.empty" in repr(task.get_coro())]
    at_work.cancel()
    done, pending = await asyncio.wait(waiting, timeout=2)
    assert not pending
    assert all(task.cancelled() for task in done)


async def test_what_it_costs_to_hand_in_does_not_grow_with_the_box(box: tuple[Tenant, UUID], polling: Polling) -> None:
    for table in ("answer_incoming", "answer_incoming_spare", "spent_ballot"):
        await polling.town.sql(f"vacuum analyze {table}")  # A plan is made now that holds them to be empty.
    first = sheet()
    await slot.put_in(*box, first)
    await asyncio.gather(*(slot.put_in(*box, sheet()) for _ in range(600)))

    async def read_through() -> int:
        await polling.town.sql("select pg_stat_force_next_flush()")
        [row] = await polling.town.sql(
            "select sum(seq_tup_read + idx_tup_fetch)::bigint read from pg_stat_user_tables "
            "where relname ~ '^(spent_ballot|answer)'"
        )
        return int(row["read"])

    before = await read_through()
    for _ in range(20):
        assert await slot.put_in(*box, first) is True, "a retry is known by its own row"
        assert all(await asyncio.gather(*(slot.put_in(*box, sheet()) for _ in range(10))))
    await asyncio.sleep(1.2)  # A connection tells of what it read at most once a second.
    assert await slot.put_in(*box, sheet()) is True
    assert await read_through() - before < 20 * 600 / 2, "not the whole box each time"
