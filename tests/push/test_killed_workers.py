"""Killing workers in the middle of a fan-out loses nobody, and no phone shows a message twice."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter, defaultdict
from pathlib import Path
from uuid import UUID

from base.clock import monotonic
from base.database import work
from base.embedded import Server
from push import campaigns
from rehearsal.fcm_peer import FcmPeer, fcm_peer
from tests.push.crowd import draft, settle, withdraw
from tests.town import Town

LONG = os.environ.get("MEDVIRK_PROVE") == "1"
RESIDENTS, KILLS = (20_000, 20) if LONG else (1_200, 2)
CHUNKS_IN_HANDS = 3 * 400


class Workers:
    """Two workers; one that is killed is replaced."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._running: list[asyncio.subprocess.Process] = []

    async def start(self) -> None:
        script = Path(__file__).with_name("worker_process.py")
        path = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        log = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(script), *self._arguments, env=path, stdout=log, stderr=log
        )
        self._running.append(process)

    async def kill_one(self) -> None:
        victim = self._running.pop(random.randrange(len(self._running)))
        victim.send_signal(signal.SIGKILL)
        await victim.wait()

    async def kill_all(self) -> None:
        while self._running:
            await self.kill_one()


async def test_killing_workers_in_the_middle_of_a_fan_out_loses_nobody(
    town: Town, server: Server, tmp_path: Path
) -> None:
    residents = await settle(town.system, RESIDENTS)
    withdrawn = residents[:25]
    async with fcm_peer(delay_s=0.02) as peer:
        async with work(town.system) as unit:
            campaign = await campaigns.write(unit, draft())
            await campaigns.launch(unit, campaign)
        await withdraw(town.system, *withdrawn)
        workers = Workers(server.url(), str(tmp_path / "keys"), peer.url)
        await workers.start()
        await workers.start()
        try:
            for kill in range(1, KILLS + 1):
                await _received(peer, (RESIDENTS - 25) * kill // (KILLS + 1))
                await workers.kill_one()
                await workers.start()
            await _until_done(town, campaign)
        finally:
            await workers.kill_all()
        _everyone_once_on_their_phone(peer, set(residents) - set(withdrawn))
        await _counters_add_up(town, campaign)


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
    assert times.total() - len(meant) <= KILLS * CHUNKS_IN_HANDS


async def _counters_add_up(town: Town, campaign: UUID) -> None:
    rows = await town.sql(
        "select state, reason, count(*) as n from delivery where campaign_id = $1 group by 1, 2", campaign
    )
    counted = {(row["state"], row["reason"]): row["n"] for row in rows}
    audience = (await town.sql("select audience_size from campaign where id = $1", campaign))[0]["audience_size"]
    assert counted["sent", None] == RESIDENTS - 25
    assert sum(counted.values()) == audience


async def _received(peer: FcmPeer, number: int) -> None:
    over = monotonic() + 120
    while peer.count < number:
        assert monotonic() < over, "nothing moves any more"
        await asyncio.sleep(0.02)


async def _until_done(town: Town, campaign: UUID) -> None:
    over = monotonic() + 120
    while (await town.sql("select state from campaign where id = $1", campaign))[0]["state"] != "done":
        assert monotonic() < over, "the campaign never ended"
        await asyncio.sleep(0.1)
