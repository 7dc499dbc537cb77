"""Turns at a campaign: jobs that each send for a while, queued so that somebody is always about to."""

from datetime import datetime
from uuid import UUID

from base.clock import now
from base.database import Work
from push import claims, progress

LANES = 2
"""How many workers can be at one campaign at a time."""


async def queue_turns(work: Work, campaign: UUID, lanes: int = LANES) -> None:
    """Queue the first turns at a campaign whose deliveries are written."""
    for lane in range(lanes):
        await queue_turn(work, campaign, lane, 0)


async def queue_turn(work: Work, campaign: UUID, lane: int, turn: int, delay_s: float = 0.0) -> None:
    """Queue one turn, once."""
    payload = {"campaign": str(campaign), "lane": lane, "turn": turn}
    await work.enqueue("push.deliver", payload, delay_s=delay_s, key=f"push.deliver/{campaign}/{lane}/{turn}")


async def go_on_or_end(work: Work, campaign: UUID, lane: int, turn: int) -> None:
    """Queue the next turn for when something is due; end the campaign where nothing is left."""
    row = await work.fetchrow("select state, expires_at from campaign where id = $1", campaign)
    if row is None:
        return
    expires_at: datetime = row["expires_at"]
    if expires_at <= now():
        await claims.expire(work, campaign)
    due = await claims.next_due(work, campaign)
    if due is None:
        if await work.execute("update campaign set state = 'done' where id = $1 and state = 'launched'", campaign):
            await progress.count(work, campaign, settles=True)
        return
    await progress.count_if_due(work, campaign)
    wait_s = (min(due, expires_at) - now()).total_seconds()
    await queue_turn(work, campaign, lane, turn + 1, max(wait_s, 0.0))
