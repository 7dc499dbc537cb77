"""The room's jobs: freeze an audience, then keep sending until nothing is left, in turns short enough to be lost."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from base.clock import monotonic, now
from base.database import Work, work
from base.jobs import Job, system
from base.keys import KeyStore
from base.sql import load
from municipality.directory import town
from push import claims, delivering, filling, meters, taking_back, trial
from push.couriers import Couriers
from push.delivering import LEASE_S, Round
from push.pace import Pace
from push.tags import tag_key

LANES = 2
"""How many workers can be at one campaign at a time."""
TURN_S = 10.0


SWEEP_S = 60.0
FORGOTTEN = timedelta(minutes=2)
"""What has been due for this long and is in nobody's hands has lost its job: it is queued anew."""


def jobs(
    keys: KeyStore, carried_by: Couriers, *, lanes: int = LANES, turn_s: float = TURN_S, lease_s: float = LEASE_S
) -> list[Job]:
    """`push.fill`, `push.deliver`, `push.try`, `push.take_back`, `push.sweep`, for a worker with these couriers."""
    pace = Pace()

    async def fill(municipality: UUID, payload: Mapping[str, Any]) -> None:
        campaign = UUID(payload["campaign"])
        async with work(system(municipality)) as unit:
            await filling.fill(unit, campaign)
            for lane in range(lanes):
                await _queue(unit, campaign, lane, 0)

    async def deliver(municipality: UUID, payload: Mapping[str, Any]) -> None:
        campaign, lane, turn = UUID(payload["campaign"]), int(payload["lane"]), int(payload["turn"])
        tenant = system(municipality)
        until = monotonic() + turn_s
        await delivering.deliver(Round(tenant, campaign, carried_by, tag_key(keys), pace, until, lease_s=lease_s))
        async with work(tenant) as unit:
            await _go_on_or_end(unit, campaign, lane, turn)

    async def attempt(municipality: UUID, payload: Mapping[str, Any]) -> None:
        campaign, resident = UUID(payload["campaign"]), UUID(payload["resident"])
        await trial.send(municipality, campaign, resident, carried_by, tag_key(keys))

    async def take_back(municipality: UUID, payload: Mapping[str, Any]) -> None:
        await taking_back.take_back(municipality, UUID(payload["campaign"]), carried_by, tag_key(keys))

    async def sweep(municipality: UUID, payload: Mapping[str, Any]) -> None:
        async with work(system(municipality)) as unit:
            await meters.look(unit, (await town(unit)).number)
            for row in await unit.fetch(load(__file__, "forgotten.sql"), now(), now() - FORGOTTEN):
                if row["filled"]:
                    await _queue(unit, row["id"], 0, round(now().timestamp()))
                else:
                    await unit.enqueue("push.fill", {"campaign": str(row["id"])}, key=f"push.fill/{row['id']}")

    return [
        Job("push.fill", fill),
        Job("push.deliver", deliver, starts=1000, concurrency=LANES),
        Job("push.try", attempt, starts=3),
        Job("push.take_back", take_back, starts=5),
        Job("push.sweep", sweep, starts=2, every_s=SWEEP_S),
    ]


async def _go_on_or_end(unit: Work, campaign: UUID, lane: int, turn: int) -> None:
    """Queue the next turn for when something is due; end the campaign where nothing is left."""
    row = await unit.fetchrow("select state, expires_at from campaign where id = $1", campaign)
    if row is None:
        return
    if row["expires_at"] <= now():
        await claims.expire(unit, campaign)
    due = await claims.next_due(unit, campaign)
    if due is None:
        await unit.execute("update campaign set state = 'done' where id = $1 and state = 'launched'", campaign)
        return
    wait_s = (min(due, row["expires_at"]) - now()).total_seconds()
    await _queue(unit, campaign, lane, turn + 1, max(wait_s, 0.0))


async def _queue(unit: Work, campaign: UUID, lane: int, turn: int, delay_s: float = 0.0) -> None:
    payload = {"campaign": str(campaign), "lane": lane, "turn": turn}
    await unit.enqueue("push.deliver", payload, delay_s=delay_s, key=f"push.deliver/{campaign}/{lane}/{turn}")
