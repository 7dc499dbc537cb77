"""A message is over when what it announces is: it never asks for an answer that nobody takes any more."""

from datetime import datetime
from uuid import UUID

from base.clock import now
from base.database import Work
from base.queries import load_queries
from push.models import Campaign

sql = load_queries(__file__)


async def end_messages_about(work: Work, subject: UUID) -> None:
    """A survey or hearing has ended, on time or early: what is still on its way about it expires now, and is counted
    as that. What tells of its outcome goes on.
    """
    await work.execute(sql.end_messages_about, subject=subject, at=now())


async def extend_messages_about(subject: UUID, was: datetime, until: datetime) -> None:
    """A survey or hearing is given more time: what was to be over at its old end, and is not yet, lasts to the new one.

    What staff had end earlier still does.
    """
    about = Campaign.filter(subject_id=subject, kind__in=("announcement", "reminder"))
    await about.filter(expires_at=was, expires_at__gt=now()).update(expires_at=until)
