"""Killing workers, and the database, in the middle of a fan-out loses nobody, and no phone shows a message twice."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from base import clock
from base.clock import monotonic, now
from base.database import work
from base.embedded import APPLICATION, Server
from base.keys import MemoryKeyStore
from push.campaigns import campaigns
from push.jobs import jobs
from rehearsal.fcm_peer import FcmPeer, fcm_peer
from tests.push.crowd import NotingCourier, create, launched, settle, states, withdraw
from tests.town import Town

LONG = os.environ.get("MEDVIRK_PROVE") == "1"
RESIDENTS, KILLS = (20_000, 20) if LONG else (1_200, 2)
CRASHES = {KILLS // 3, 2 * KILLS // 3} if LONG else set[int]()
"""After which kills the database crashes too."""
CHUNKS_IN_HANDS = 3 * 400


class Workers:
    """Two workers; one that is killed or ends is replaced, as a supervisor would."""

    def __init__(self, log: Path, *arguments: str) -> None:
        self._log = log
        self._arguments = arguments
        self._running: list[asyncio.subprocess.Process] = []

    async def tend(self) -> None:
        """See that two are running."""
        self._running = [each for each in self._running if each.returncode is None]
        while len(self._running) < 2:
            await self._start()

    async def kill_one(self) -> None:
        """Kill one, without a word."""
        await self._kill(self._running.pop(random.randrange(len(self._running))))

    async def kill_all(self) -> None:
        """Let none be left."""
        while self._running:
            await self._kill(self._running.pop())

    async def _start(self) -> None:
        script = Path(__file__).with_name("worker_process.py")
        path = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
        with self._log.open("a") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, str(script), *self._arguments, env=path, stdout=log, stderr=log
            )
        self._running.append(process)

    async def _kill(self, victim: asyncio.subprocess.Process) -> None:
        if victim.returncode is None:
            victim.send_signal(signal.SIGKILL)
        await victim.wait()


async def test_killing_workers_in_the_middle_of_a_fan_out_loses_nobody(
    town: Town, server: Server, tmp_path: Path
) -> None:
    residents = await settle(town.system, RESIDENTS)
    withdrawn = residents[:25]
    # A crash of the database must find on its log what was promised; tests run without waiting for that otherwise.
    await town.sql(f"alter role {APPLICATION} set synchronous_commit = on")
    async with fcm_peer(delay_s=0.02) as peer:
        workers = Workers(tmp_path / "workers.log", server.url(), str(tmp_path / "keys"), peer.url)
        async with work(town.system) as unit:
            campaign = await create(unit)
            await campaigns.launch(unit, campaign)
        await withdraw(town.system, *withdrawn)
        await workers.tend()
        try:
            for kill in range(1, KILLS + 1):
                await _received(peer, workers, (RESIDENTS - 25) * kill // (KILLS + 1))
                await workers.kill_one()
                if kill in CRASHES:
                    await _crash(server)
            await _until_done(server, workers, campaign)
        finally:
            await workers.kill_all()
        _everyone_once_on_their_phone(peer, set(residents) - set(withdrawn))
        await _counters_add_up(server, campaign)


async def test_a_campaign_whose_job_was_lost_is_taken_up_again(town: Town) -> None:
    await settle(town.system, 6)
    campaign = await launched(town.system)
    [sweep] = [job for job in jobs(MemoryKeyStore(), NotingCourier().couriers) if job.name == "push.sweep"]
    await town.sql("delete from pgqueuer")
    await sweep.run(town.municipality, {})
    assert await town.sql("select from pgqueuer") == []
    with clock.at(now() + timedelta(minutes=3)):
        await sweep.run(town.municipality, {})
    assert [row["entrypoint"] for row in await town.sql("select entrypoint from pgqueuer")] == ["push.deliver"]
    assert await states(town.system, campaign) == {("queued", None): 6}


def _everyone_once_on_their_phone(peer: FcmPeer, meant: set[UUID]) -> None:
    tags: dict[UUID, set[str]] = defaultdict(set)
    times: Counter[UUID] = Counter()
    for each in peer.received:
        resident = UUID(each.address.removeprefix("address-"))
        tags[resident].add(each.message["data"]["tag"])
        times[resident] += 1
    assert set(tags) == meant
    assert all(len(each) == 1 for each in tags.values())
    assert len(set().union(*tags.values())) == len(meant)
    assert times.total() - len(meant) <= (KILLS + 2 * len(CRASHES)) * CHUNKS_IN_HANDS


async def _counters_add_up(server: Server, campaign: UUID) -> None:
    rows = await _sql(
        server, "select state, reason, count(*) as n from delivery where campaign_id = $1 group by 1, 2", campaign
    )
    counted = {(row["state"], row["reason"]): row["n"] for row in rows}
    [size] = await _sql(server, "select audience_size from campaign where id = $1", campaign)
    assert counted["sent", None] == RESIDENTS - 25
    assert sum(counted.values()) == size["audience_size"]
    totals = await _sql(
        server,
        "select state, sum(n)::int as n from campaign_total where campaign_id = $1 and platform = '' group by state",
        campaign,
    )
    assert {row["state"]: row["n"] for row in totals} == {"sent": RESIDENTS - 25} | {
        state: n for (state, _), n in counted.items() if state != "sent"
    }


async def _received(peer: FcmPeer, workers: Workers, number: int) -> None:
    over = monotonic() + 120
    await workers.tend()
    while peer.count < number:
        assert monotonic() < over, "nothing moves any more"
        await asyncio.sleep(0.02)
        await workers.tend()


async def _until_done(server: Server, workers: Workers, campaign: UUID) -> None:
    over = monotonic() + 120
    while (await _sql(server, "select state from campaign where id = $1", campaign))[0]["state"] != "done":
        assert monotonic() < over, "the campaign never ended"
        await workers.tend()
        await asyncio.sleep(0.2)


async def _crash(server: Server) -> None:
    """Kill a process of the database: it drops every connection and recovers from its log."""
    [row] = await _sql(server, "select pid from pg_stat_activity where backend_type = 'checkpointer'")
    os.kill(row["pid"], signal.SIGKILL)
    await asyncio.sleep(0.5)


async def _sql(server: Server, statement: str, *values: object) -> list[asyncpg.Record]:
    """Ask the database over a connection of its own, as soon as it takes one."""
    over = monotonic() + 30
    while True:
        try:
            connection = await asyncpg.connect(server.url("postgres"))
            break
        except (OSError, asyncpg.PostgresError):
            assert monotonic() < over, "the database does not come back"
            await asyncio.sleep(0.1)
    try:
        return list(await connection.fetch(statement, *values))
    finally:
        await connection.close()
