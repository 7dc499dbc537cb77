"""The room's jobs: freeze an audience, then keep sending until nothing is left, in turns short enough to be lost."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from base.clock import monotonic, now
from base.database import work
from base.jobs import Job, system
from base.keys import KeyStore
from base.rows import each
from base.sql import load
from municipality.directory import town
from push import delivering, farewells, filling, meters, progress, snapshot, taking_back, trial
from push.couriers import Couriers
from push.delivering import LEASE_S, Round
from push.pace import Pace
from push.tags import tag_key
from push.turns import LANES, go_on_or_end, queue_turn, queue_turns

TURN_S = 10.0
SWEEP_S = 60.0
WARN_S = 3600.0
NIGHT_LOOK_S = 900.0
"""So often it is looked whether a new day has begun, on which residents are to be counted."""
AT_ONCE_S = 2.0
FORGOTTEN = timedelta(minutes=2)
"""What has been due for this long and is in nobody's hands has lost its job: it is queued anew."""


def jobs(
    keys: KeyStore,
    carried_by: Couriers,
    *,
    counted_after_days: int = 0,
    lanes: int = LANES,
    turn_s: float = TURN_S,
    lease_s: float = LEASE_S,
) -> list[Job]:
    """What a worker with these couriers does for messages: count, freeze, deliver, try, take back, sweep, warn.

    Residents are counted once a night after `counted_after_days` days; where that is 0, every few seconds.
    """
    pace = Pace()

    async def fill(municipality: UUID, payload: Mapping[str, Any]) -> None:
        campaign = UUID(payload["campaign"])
        async with work(system(municipality)) as unit:
            await filling.fill(unit, campaign)
            await queue_turns(unit, campaign, lanes)

    async def deliver(municipality: UUID, payload: Mapping[str, Any]) -> None:
        campaign, lane, turn = UUID(payload["campaign"]), int(payload["lane"]), int(payload["turn"])
        tenant = system(municipality)
        until = monotonic() + turn_s
        await delivering.deliver(Round(tenant, campaign, carried_by, tag_key(keys), pace, until, lease_s=lease_s))
        async with work(tenant) as unit:
            await go_on_or_end(unit, campaign, lane, turn)

    async def attempt(municipality: UUID, payload: Mapping[str, Any]) -> None:
        campaign, resident = UUID(payload["campaign"]), UUID(payload["resident"])
        await trial.send(municipality, campaign, resident, carried_by, tag_key(keys))

    async def take_back(municipality: UUID, payload: Mapping[str, Any]) -> None:
        campaign = UUID(payload["campaign"])
        async with work(system(municipality)) as unit:
            await progress.count(unit, campaign)
        await taking_back.take_back(municipality, campaign, carried_by, tag_key(keys))

    async def sweep(municipality: UUID, payload: Mapping[str, Any]) -> None:
        tenant = system(municipality)

        async def look() -> None:
            async with work(tenant) as unit:
                await meters.look(unit, (await town(unit)).number)

        async def settle() -> None:
            async with work(tenant) as unit:
                await progress.settle(unit)

        async def take_up() -> None:
            async with work(tenant) as unit:
                forgotten = await unit.fetch(load(__file__, "forgotten.sql"), now(), now() - FORGOTTEN)
            await each("push.forgotten", forgotten, take_up_one)

        async def take_up_one(row: asyncpg.Record) -> None:
            async with work(tenant) as unit:
                if row["filled"]:
                    await queue_turn(unit, row["id"], 0, round(now().timestamp()))
                else:
                    await unit.enqueue("push.fill", {"campaign": str(row["id"])}, key=f"push.fill/{row['id']}")

        steps: list[Callable[[], Awaitable[None]]] = [look, settle, take_up]
        await each("push.sweep", steps, lambda step: step())

    async def warn(municipality: UUID, payload: Mapping[str, Any]) -> None:
        untold = set[UUID]()
        while True:
            async with work(system(municipality)) as unit:
                if not await farewells.warn_of_the_end(unit, untold=untold):
                    return

    async def count(municipality: UUID, payload: Mapping[str, Any]) -> None:
        async with work(system(municipality)) as unit:
            await snapshot.take(unit, counted_after_days, again=counted_after_days == 0)

    return [
        Job("push.count", count, concurrency=1, every_s=NIGHT_LOOK_S if counted_after_days else AT_ONCE_S),
        Job("push.fill", fill),
        Job("push.deliver", deliver, starts=1000, concurrency=LANES),
        Job("push.try", attempt, starts=3),
        Job("push.take_back", take_back, starts=5),
        Job("push.sweep", sweep, starts=2, every_s=SWEEP_S),
        Job("push.warn", warn, starts=3, concurrency=1, every_s=WARN_S),
    ]
