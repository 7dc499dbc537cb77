"""The courier's quota is one for all workers, and a message that it has no room for is put back, not lost."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from push.couriers.fcm import FcmCourier
from push.couriers.outcomes import ReplyCode
from push.couriers.quota import OverBudget, RateBudget
from rehearsal.fcm_peer import FcmPeer, fcm_peer
from tests.push.crowd import launched, send_out, settle, states
from tests.town import Town


@pytest_asyncio.fixture
async def peer() -> AsyncIterator[FcmPeer]:
    async with fcm_peer(project="town") as running:
        yield running


async def spend(governor: RateBudget, until: float) -> int:
    taken = 0
    while time.monotonic() < until:
        try:
            await governor.take()
        except OverBudget:
            continue
        taken += 1
        await asyncio.sleep(0)
    return taken


async def test_three_workers_together_stay_within_the_quota(town: Town) -> None:
    per_second = 400
    workers = [RateBudget("fcm/together", per_second * 60, patience_s=0.1) for _ in range(3)]
    began = time.monotonic()
    taken = await asyncio.gather(*(spend(each, began + 2.0) for each in workers))
    took_s = time.monotonic() - began
    assert sum(taken) <= per_second * (took_s + 1) + 1
    assert sum(taken) >= per_second * 0.5
    assert sum(each > 0 for each in taken) >= 2


async def test_a_slow_quota_still_lets_one_after_another_through(town: Town) -> None:
    governor = RateBudget("fcm/slow", 600, patience_s=10.0)
    began = time.monotonic()
    for _ in range(12):
        await governor.take()
    assert 0.1 <= time.monotonic() - began < 20


async def test_quotas_of_two_projects_are_apart(town: Town) -> None:
    one, other = RateBudget("fcm/one", 60, patience_s=0), RateBudget("fcm/other", 60, patience_s=0.5)
    with pytest.raises(OverBudget):
        for _ in range(3):
            await one.take()
    await other.take()


async def test_asking_for_leave_costs_nearly_nothing(town: Town) -> None:
    governor = RateBudget("fcm/quick", 6_000_000)
    began = time.perf_counter()
    for _ in range(20_000):
        await governor.take()
    assert (time.perf_counter() - began) / 20_000 < 50e-6


async def test_what_the_quota_has_no_room_for_is_put_back_unbegun(town: Town, peer: FcmPeer) -> None:
    await settle(town.system, 30)
    campaign = await launched(town.system)
    governor = RateBudget("fcm/town", 300, patience_s=0.0)
    sender = FcmCourier(f"{peer.url}/v1/projects/town/messages:send", None, budget=governor)
    await send_out(town.system, campaign, {"fcm_token": sender}, tasks=1, concurrency=4)
    await sender.close()
    found = await states(town.system, campaign)
    waiting = sum(n for (state, _), n in found.items() if state == "queued")
    assert found["sent", None] + waiting == 30
    assert waiting > 0
    assert ("queued", ReplyCode.HELD_BACK.value) in found
    begun = await town.sql("select starts from delivery where state = 'queued'")
    assert {row["starts"] for row in begun} == {0}
    assert len(peer.received) == found["sent", None]
