"""The room's jobs: freeze an audience, then keep sending until nothing is left, in runs short enough to be lost."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from base.clock import monotonic, now
from base.database import work
from base.jobs import Job, system
from base.keys import KeyStore
from base.queries import load_queries
from base.rows import each
from municipality.directory import town
from push.audiences import snapshot
from push.campaigns import freezing, inactivity_warning, progress, trial
from push.campaigns.scheduling import SHARDS, continue_or_finish, queue_run, queue_runs
from push.couriers.configured import Couriers
from push.delivery import metrics, recall, send_loop
from push.delivery.batch import LEASE_S, SendRun
from push.delivery.circuit_breaker import CircuitBreaker
from push.delivery.tags import tag_key

sql = load_queries(__file__)
RUN_S = 10.0
SWEEP_S = 60.0
WARN_S = 3600.0
NIGHT_LOOK_S = 900.0
"""So often it is looked whether a new day has begun, on which residents are to be counted."""
AT_ONCE_S = 2.0
FORGOTTEN = timedelta(minutes=2)
"""What has been due for this long and nobody holds has lost its job: it is queued anew."""


def jobs(
    keys: KeyStore,
    carried_by: Couriers,
    *,
    counted_after_days: int = 0,
    shards: int = SHARDS,
    run_s: float = RUN_S,
    lease_s: float = LEASE_S,
) -> list[Job]:
    """What a worker with these couriers does for messages: count, freeze, deliver, try, take back, sweep, warn.

    Residents are counted once a night after `counted_after_days` days; where that is 0, every few seconds.
    """
    breaker = CircuitBreaker()

    async def fill(municipality: UUID, payload: Mapping[str, Any]) -> None:
        campaign = UUID(payload["campaign"])
        async with work(system(municipality)) as unit:
            await freezing.freeze(unit, campaign)
            await queue_runs(unit, campaign, shards)

    async def deliver(municipality: UUID, payload: Mapping[str, Any]) -> None:
        campaign, shard, run = UUID(payload["campaign"]), int(payload["lane"]), int(payload["turn"])
        tenant = system(municipality)
        until = monotonic() + run_s
        await send_loop.deliver(
            SendRun(
                tenant=tenant,
                campaign=campaign,
                couriers=carried_by,
                key=tag_key(keys),
                breaker=breaker,
                until=until,
                lease_s=lease_s,
            )
        )
        async with work(tenant) as unit:
            await continue_or_finish(unit, campaign, shard, run)

    async def attempt(municipality: UUID, payload: Mapping[str, Any]) -> None:
        campaign, resident = UUID(payload["campaign"]), UUID(payload["resident"])
        await trial.send_trial(municipality, campaign, resident, carried_by, tag_key(keys))

    async def take_back(municipality: UUID, payload: Mapping[str, Any]) -> None:
        campaign = UUID(payload["campaign"])
        async with work(system(municipality)) as unit:
            await progress.count_campaign(unit, campaign)
        await recall.remove_from_phones(municipality, campaign, carried_by, tag_key(keys))

    async def sweep(municipality: UUID, payload: Mapping[str, Any]) -> None:
        tenant = system(municipality)

        async def look() -> None:
            async with work(tenant) as unit:
                await metrics.measure_waiting(unit, (await town(unit)).number)

        async def settle() -> None:
            async with work(tenant) as unit:
                await progress.settle_ended(unit)

        async def take_up() -> None:
            async with work(tenant) as unit:
                forgotten = await unit.fetch(sql.forgotten_campaigns, at=now(), since=now() - FORGOTTEN)
            await each("push.forgotten", forgotten, take_up_one)

        async def take_up_one(row: asyncpg.Record) -> None:
            async with work(tenant) as unit:
                if row["filled"]:
                    await queue_run(unit, row["id"], 0, round(now().timestamp()))
                else:
                    await unit.enqueue("push.fill", {"campaign": str(row["id"])}, key=f"push.fill/{row['id']}")

        steps: list[Callable[[], Awaitable[None]]] = [look, settle, take_up]
        await each("push.sweep", steps, lambda step: step())

    async def warn(municipality: UUID, payload: Mapping[str, Any]) -> None:
        unreached = set[UUID]()
        while True:
            async with work(system(municipality)) as unit:
                if not await inactivity_warning.warn_inactive(unit, unreached=unreached):
                    return

    async def count(municipality: UUID, payload: Mapping[str, Any]) -> None:
        async with work(system(municipality)) as unit:
            await snapshot.take_snapshot(unit, counted_after_days, again=counted_after_days == 0)

    return [
        Job("push.count", count, concurrency=1, every_s=NIGHT_LOOK_S if counted_after_days else AT_ONCE_S),
        Job("push.fill", fill),
        Job("push.deliver", deliver, starts=1000, concurrency=SHARDS),
        Job("push.try", attempt, starts=3),
        Job("push.take_back", take_back, starts=5),
        Job("push.sweep", sweep, starts=2, every_s=SWEEP_S),
        Job("push.warn", warn, starts=3, concurrency=1, every_s=WARN_S),
    ]
