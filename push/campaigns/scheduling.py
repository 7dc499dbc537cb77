"""Runs at a campaign: jobs that each send for a while, queued so that somebody is always about to."""

from uuid import UUID

from base.clock import now
from base.database import Work
from push.campaigns import progress
from push.delivery import leases
from push.models import Campaign

SHARDS = 2
"""How many workers can be at one campaign at a time."""


async def queue_runs(work: Work, campaign: UUID, shards: int = SHARDS) -> None:
    """Queue the first runs at a campaign whose deliveries are written."""
    for shard in range(shards):
        await queue_run(work, campaign, shard, 0)


async def queue_run(work: Work, campaign: UUID, shard: int, run: int, delay_s: float = 0.0) -> None:
    """Queue one run, once."""
    payload = {"campaign": str(campaign), "lane": shard, "turn": run}
    await work.enqueue("push.deliver", payload, delay_s=delay_s, key=f"push.deliver/{campaign}/{shard}/{run}")


async def continue_or_finish(work: Work, campaign_id: UUID, shard: int, run: int) -> None:
    """Queue the next run for when something is due; end the campaign where nothing is left."""
    campaign = await Campaign.get_or_none(id=campaign_id)
    if campaign is None:
        return
    if campaign.expires_at <= now():
        await leases.expire(work, campaign_id)
    due = await leases.next_due(work, campaign_id)
    if due is None:
        if await Campaign.filter(id=campaign_id, state="launched").update(state="done"):
            await progress.count_campaign(work, campaign_id, settles=True)
        return
    await progress.count_if_due(work, campaign)
    wait_s = (min(due, campaign.expires_at) - now()).total_seconds()
    await queue_run(work, campaign_id, shard, run + 1, max(wait_s, 0.0))
