"""Freezing an audience: one statement writes a delivery for each device of those who consent at that moment."""

import json
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import Conflict
from push.audiences import Audience, ask


class AudienceTooSmall(Conflict):
    """So few would be reached that the message could point at somebody. Choose a larger audience."""


async def large_enough(work: Work, audience: Audience, smallest_group: int) -> None:
    """Raise AudienceTooSmall where a message would reach fewer than `smallest_group` residents."""
    question = ask(audience, "enough.sql", smallest_group)
    if await work.fetchval(question.sql, *question.values) < smallest_group:
        raise AudienceTooSmall()


async def fill(work: Work, campaign: UUID) -> int:
    """Write the snapshot of a launched campaign, once; how many residents it holds. Another time it does nothing."""
    row = await work.fetchrow(
        "update campaign set filled = true where id = $1 and state = 'launched' and not filled "
        "returning audience, send_at",
        campaign,
    )
    if row is None:
        return 0
    due = max(row["send_at"] or now(), now())
    audience = Audience.of(json.loads(row["audience"]))
    question = ask(audience, "fill.sql", campaign, due)
    sizes = await work.fetchrow(question.sql, *question.values)
    assert sizes is not None
    await work.execute(
        "update campaign set audience_size = $2, without_consent = $3 where id = $1",
        campaign,
        sizes["consenting"],
        sizes["without_consent"],
    )
    # Whoever claims now must not be led by what was known of the table before: a town's first large campaign would be
    # looked for as if it had one delivery. A role that may not (PostgreSQL before 17) waits for autovacuum to do it.
    await work.execute('analyze "delivery"')
    consenting: int = sizes["consenting"]
    return consenting
