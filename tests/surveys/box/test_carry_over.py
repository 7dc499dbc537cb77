"""What waits is carried over whole: nobody's answer is lost or doubled, and nobody who hands in waits for it.

`MEDVIRK_PROVE=1` makes it 100,000 answers that wait, and 30 kills.
"""

import asyncio
import os
import secrets
import signal
import time
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from base.embedded import Server
from base.errors import Unavailable
from base.tenant import Tenant, open_to_all
from surveys.box import slot
from surveys.box.sweeping import TABLES, _carry_over, sweep
from tests.surveys.polling import Polling

PROVE = bool(os.environ.get("MEDVIRK_PROVE"))
WAITING, KILLS = (100_000, 30) if PROVE else (8_000, 5)
_FILL = """
insert into answer_incoming (id, municipality_id, survey_id, answers, ballot, receipt_hash, shaken, body_hash)
select gen_random_uuid(), $1, $2, jsonb_build_object('n', i), sha256(i::text::bytea), sha256(('r' || i)::bytea), false,
    sha256(('b' || i)::bytea) from generate_series(1, $3::int) i
"""


def sheet() -> slot.Submission:
    return slot.Submission(secrets.token_bytes(32), secrets.token_bytes(32), '{"bike": "no"}', secrets.token_bytes(32))


@pytest.fixture
async def box(polling: Polling) -> tuple[Tenant, UUID]:
    """An open survey; beside it another, in whose box many answers wait."""
    await polling.launch()
    await polling.town.sql(_FILL, polling.town.municipality, UUID(polling.survey), WAITING)
    await polling.launch()
    return open_to_all(polling.town.municipality), UUID(polling.survey)


async def test_who_hands_in_waits_for_no_sweep(box: tuple[Tenant, UUID], polling: Polling) -> None:
    async def acceptances(until: "asyncio.Future[Any]") -> list[float]:
        taken = []
        while not until.done():
            began = time.perf_counter()
            assert await slot.put_in(*box, sheet())
            taken.append(time.perf_counter() - began)
            await asyncio.sleep(0.005)
        return sorted(taken)

    usual = await acceptances(asyncio.ensure_future(asyncio.sleep(1)))
    began = time.perf_counter()
    sweeping = asyncio.ensure_future(sweep())
    meanwhile = await acceptances(sweeping)
    took = time.perf_counter() - began
    assert not sweeping.result()
    print(
        f"\n{WAITING:,} answers were carried over twice in {took:.1f} s; the longest acceptance meanwhile "
        f"{meanwhile[-1]:.3f} s (median {meanwhile[len(meanwhile) // 2]:.4f}), before {usual[-1]:.3f} s "
        f"(median {usual[len(usual) // 2]:.4f})"
    )
    assert meanwhile[-1] < 1.0
    [there] = await polling.town.sql("select count(*) as c, count(distinct ballot) as d from answer")
    assert there["c"] == there["d"] == WAITING + len(usual) + len(meanwhile)


async def _kill_it(server: Server) -> bool:
    """SIGKILL the server process that carries over just now, if one does: all others are thrown out with it."""
    with suppress(asyncpg.PostgresError, OSError):
        looking = await asyncpg.connect(server.url("postgres"), timeout=5)
        try:
            pid = await looking.fetchval(
                "select pid from pg_stat_activity where query like 'select carry_over%' and state = 'active'"
            )
        finally:
            with suppress(Exception):
                await looking.close(timeout=1)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            return True
    return False


async def _insist(tenant: Tenant, survey: UUID, one: slot.Submission) -> bool | None:
    while True:
        try:
            return await slot.put_in(tenant, survey, one)
        except (Unavailable, asyncpg.PostgresError, OSError):
            await asyncio.sleep(0.05)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_no_waiting_answer_is_lost_when_the_server_is_killed_while_it_carries_over(
    polling: Polling, server: Server
) -> None:
    town = polling.town
    await polling.launch()
    survey = UUID(polling.survey)
    await town.sql(_FILL, town.municipality, survey, WAITING // 4)
    door = open_to_all(town.municipality)
    kept: list[slot.Submission] = []
    stop = asyncio.Event()

    async def sweep_on() -> None:
        while not stop.is_set():
            for table in TABLES:
                with suppress(Unavailable, asyncpg.PostgresError, OSError):
                    await _carry_over(table)

    async def hand_in_on() -> None:
        while not stop.is_set():
            one = sheet()
            assert await _insist(door, survey, one) is True
            kept.append(one)
            await asyncio.sleep(0.01)

    running = [asyncio.create_task(each()) for each in (sweep_on, hand_in_on, hand_in_on)]
    killed, end = 0, time.monotonic() + (240 if PROVE else 60)
    while killed < KILLS and time.monotonic() < end:
        hit = await _kill_it(server)
        killed += hit
        await asyncio.sleep(0.5 if hit else 0.02)
    stop.set()
    await asyncio.gather(*running)
    assert killed == KILLS
    while True:
        with suppress(asyncpg.PostgresError, OSError):
            superuser = await asyncpg.connect(server.url("postgres"))
            break
        await asyncio.sleep(0.1)
    rows = await superuser.fetch("select ballot, receipt_hash from answer where survey_id = $1", survey)
    await superuser.close()
    lying = [row["ballot"] for row in rows]
    print(
        f"\nkilled {killed} times while carrying over: {len(kept)} were acknowledged meanwhile, "
        f"{WAITING // 4} waited, {len(lying)} are there"
    )
    assert len(lying) == len(set(lying)) == WAITING // 4 + len(kept)
    assert {one.mark for one in kept} <= set(lying)
    # What was acknowledged is known by its own row still, wherever it lies now.
    assert all([await _insist(door, survey, one) for one in kept[:20]])
