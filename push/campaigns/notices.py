"""What the municipality must tell given residents, and nobody writes for an audience: that a registration is about to
go, that data was lost. The same way as any message (permits, quiet hours, tags), no campaign of staff, no counts.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.queries import load_queries
from base.rows import halving
from push.campaigns.scheduling import queue_runs
from push.models import Campaign, NoticeKind

sql = load_queries(__file__)


async def send_notice(
    work: Work,
    residents: Sequence[UUID],
    *,
    title: Mapping[str, str],
    body: Mapping[str, str],
    notice: NoticeKind,
    expires_at: datetime,
    importance: Literal["active", "time_sensitive"] = "active",
    unreached: set[UUID] | None = None,
) -> int:
    """Queue a notice, in this transaction, on every device of those residents whose consent to messages stands; how
    many residents that is. Consents are asked again when it goes.

    Each finds it in their messages until `expires_at`. `active` respects digests and caps too, `time_sensitive` quiet
    hours alone. `residents` may be many (some ten thousand at a time); nobody is shown who they are or how many.
    For whom no delivery can be written is put in `unreached`; the others get it.
    """
    at = now()
    campaign = await Campaign.create(
        kind="notice",
        notice=notice,
        audience={},
        title=dict(title),
        body=dict(body),
        importance=importance,
        state="launched",
        created_at=at,
        launched_at=at,
        expires_at=expires_at,
        filled=True,
        rounding=uuid4(),
    )
    reached = 0
    await work.plan_for_any_town()

    async def write(some: Sequence[UUID]) -> None:
        nonlocal reached
        async with work.apart():
            reached += await work.fetchval(sql.fill_notice, campaign=campaign.id, residents=list(some), at=at)

    failing = await halving("push.tell", residents, write)
    if unreached is not None:
        unreached.update(failing)
    if not reached:
        await campaign.delete()
        return 0
    campaign.audience_size = reached
    await campaign.save(update_fields=["audience_size"])
    await queue_runs(work, campaign.id)
    return reached
