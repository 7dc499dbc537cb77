"""What the municipality must tell given residents, and nobody writes for an audience: that a registration is about to
go, that data was lost. The same road as any message (permits, quiet hours, tags), no campaign of staff, no counts.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.rows import halving
from base.sql import load
from push.turns import queue_turns

NoticeOf = Literal["registration_ends", "breach"]
"""What a notice is of: a registration that goes soon, or a breach of personal data (GDPR art. 34)."""


async def tell(
    work: Work,
    residents: Sequence[UUID],
    title: Mapping[str, str],
    body: Mapping[str, str],
    notice: NoticeOf,
    expires_at: datetime,
    importance: Literal["active", "time_sensitive"] = "active",
    untold: set[UUID] | None = None,
) -> int:
    """Queue a notice, in this transaction, on every device of those residents whose consent to messages stands; how
    many residents that is. Consents are asked again when it goes.

    Each finds it in their messages until `expires_at`. `active` respects digests and caps too, `time_sensitive` quiet
    hours alone. `residents` may be many (some ten thousand at a time); nobody is shown who they are or how many.
    For whom no delivery can be written is put in `untold`; the others are told.
    """
    notice_id, at = uuid4(), now()
    await work.execute(
        "insert into campaign (id, municipality_id, audience, title, body, importance, expires_at, state, created_at, "
        "launched_at, filled, waits_for_approval, audience_size, without_consent, kind, notice) "
        "values ($1, $2, '{}', $3, $4, $5, $6, 'launched', $7, $7, true, false, 0, 0, 'notice', $8)",
        notice_id,
        work.municipality,
        json.dumps(dict(title)),
        json.dumps(dict(body)),
        importance,
        expires_at,
        at,
        notice,
    )
    told = 0

    async def write(some: Sequence[UUID]) -> None:
        nonlocal told
        async with work.apart():
            told += await work.fetchval(load(__file__, "tell.sql"), list(some), notice_id, at)

    failing = await halving("push.tell", residents, write)
    if untold is not None:
        untold.update(failing)
    if not told:
        await work.execute("delete from campaign where id = $1", notice_id)
        return 0
    await work.execute("update campaign set audience_size = $2 where id = $1", notice_id, told)
    await queue_turns(work, notice_id)
    return told
