"""A message is over when what it announces is: it never asks for an answer that nobody takes any more."""

from datetime import datetime
from uuid import UUID

from base.clock import now
from base.database import Work


async def deadline(work: Work, subject: UUID) -> datetime | None:
    """When a survey or hearing ends; None where it has no end, or there is no such thing."""
    ends: datetime | None = await work.fetchval(
        "select coalesce((select deadline from hearing where id = $1), (select closes_at from survey where id = $1))",
        subject,
    )
    return ends


async def subject_is_over(work: Work, subject: UUID) -> None:
    """A survey or hearing has ended, on time or early: what is still on its way about it expires now, and is counted
    as that. What tells of its outcome goes on.
    """
    await work.execute(
        "update campaign set expires_at = greatest($2, coalesce(send_at, launched_at)) where subject_id = $1 "
        "and kind in ('announcement', 'reminder') and state in ('launched', 'done') and expires_at > $2",
        subject,
        now(),
    )


async def subject_goes_on(work: Work, subject: UUID, was: datetime, until: datetime) -> None:
    """A survey or hearing is given more time: what was to be over at its old end, and is not yet, lasts to the new one.

    What staff had end earlier still does.
    """
    await work.execute(
        "update campaign set expires_at = $3 where subject_id = $1 and kind in ('announcement', 'reminder') "
        "and expires_at = $2 and expires_at > $4",
        subject,
        was,
        until,
        now(),
    )
