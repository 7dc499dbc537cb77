"""Freezing an audience: one statement writes a delivery for each device of those who consent at that moment."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import structlog

from base.clock import now
from base.database import Work
from base.rows import halving
from push.audiences import Audience, ask

log = structlog.get_logger(__name__)


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
    consenting, without_consent = await _written(work, audience, campaign, due)
    await work.execute(
        "update campaign set audience_size = $2, without_consent = $3 where id = $1",
        campaign,
        consenting,
        without_consent,
    )
    # Whoever claims now must not be led by what was known of the table before: a town's first large campaign would be
    # looked for as if it had one delivery. A role that may not (PostgreSQL before 17) waits for autovacuum to do it.
    await work.execute('analyze "delivery"')
    return consenting


async def _written(work: Work, audience: Audience, campaign: UUID, due: datetime) -> tuple[int, int]:
    """Write the deliveries of an audience: residents who have one now, and those who were meant and had not consented.

    All at once; where that fails, of all for whom a delivery can be written.
    """
    whole = ask(audience, "fill.sql", campaign, due, some="")
    try:
        async with work.apart():
            sizes = await work.fetchrow(whole.sql, *whole.values)
        assert sizes is not None
        return sizes["consenting"], sizes["without_consent"]
    except asyncpg.PostgresError as error:
        log.warning("an audience is written in parts", error=type(error).__name__)
    part = ask(audience, "fill.sql", campaign, due, (), some="and a.id = any($5::uuid[])")
    consenting = without_consent = 0

    async def write(some: Sequence[UUID]) -> None:
        nonlocal consenting, without_consent
        values = [list(some) if value == () else value for value in part.values]
        async with work.apart():
            sizes = await work.fetchrow(part.sql, *values)
        assert sizes is not None
        consenting, without_consent = consenting + sizes["consenting"], sizes["without_consent"]

    meant = ask(audience, "meant.sql")
    rows = [row["id"] for row in await work.fetch(meant.sql, *meant.values)]
    await halving("push.fill", rows, write)
    return consenting, without_consent
