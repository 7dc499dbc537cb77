"""Freezing an audience: whom it means is asked once, and a delivery written for each device of those who consent."""

from collections.abc import Sequence
from uuid import UUID

from base.clock import now
from base.database import Work
from base.queries import load_queries
from base.rows import halving
from push.audiences.audience import Audience, members
from push.models import Campaign

sql = load_queries(__file__)


async def freeze(work: Work, campaign_id: UUID) -> int:
    """Write the deliveries of a launched campaign, once; for how many residents. Another time it does nothing.

    All at once; where that fails, for all residents for whom a delivery can be written.
    """
    if not await Campaign.filter(id=campaign_id, state="launched", filled=False).update(filled=True):
        return 0
    campaign = await Campaign.get(id=campaign_id)
    due = max(campaign.send_at or now(), now())
    meant = await members(work, Audience.of(campaign.audience))
    await work.plan_for_any_town()
    consenting = 0

    async def write(some: Sequence[UUID]) -> None:
        nonlocal consenting
        async with work.apart():
            consenting += await work.fetchval(
                sql.fill_deliveries, campaign=campaign_id, residents=list(some), due=due, at=now()
            )

    await halving("push.fill", [resident for resident, consents in meant if consents], write)
    campaign.audience_size = consenting
    campaign.without_consent = sum(not consents for _, consents in meant)
    await campaign.save(update_fields=["audience_size", "without_consent"])
    # Whoever leases now must not be led by what was known of the table before: a town's first large campaign would be
    # looked for as if it had one delivery. A role that may not (PostgreSQL before 17) waits for autovacuum to do it.
    await work.execute('analyze "delivery"')
    return consenting
