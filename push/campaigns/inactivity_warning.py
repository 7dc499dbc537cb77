"""Warning those whose registration is about to go, because nobody has used it for long, that it will."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from base.clock import now
from base.database import Work
from base.queries import load_queries
from base.translation import in_every_language
from municipality.directory import today
from municipality.lifetimes import lifetimes
from push.campaigns.notices import send_notice

sql = load_queries(__file__)
AT_ONCE: Final = 10_000
LATEST: Final = timedelta(days=7)
"""Who was marked longer ago than this and could not be told is not told any more."""

TITLE: Final = "Your registration will soon be deleted"
BODY: Final = (
    "The app has not been used for long. Open it within {days} days to keep your registration. "
    "Otherwise it is deleted, with all that belongs to it."
)


async def warn_inactive(work: Work, most: int = AT_ONCE, unreached: set[UUID] | None = None) -> int:
    """Tell up to `most` residents whose registration was marked to go, each once; how many were found, 0 where none is
    left. Those who do not consent to messages read it in the app alone.
    Who cannot be told is put in `unreached`, and is not found again by whoever passes that on.
    """
    kept, on = await lifetimes(work), await today(work)
    unreached = set() if unreached is None else unreached
    rows = await work.fetch(sql.residents_to_warn, since=on - LATEST, limit=most, at=now(), unreached=list(unreached))
    if rows:
        days = max(kept.warning_days - LATEST.days, 1)
        over = now() + timedelta(days=kept.warning_days)
        await send_notice(
            work,
            [row["id"] for row in rows],
            title=in_every_language(TITLE),
            body=in_every_language(BODY, days=days),
            notice="registration_ends",
            expires_at=over,
            unreached=unreached,
        )
    return len(rows)
