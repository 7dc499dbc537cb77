"""Platforms that messages do not reach just now, as the deliveries that wait for them tell."""

from typing import Final

from base.database import Work
from base.queries import load_queries
from base.waiting import Waiting
from push.couriers.outcomes import ReplyCode

sql = load_queries(__file__)
TROUBLES: Final = (
    "courier_away",
    ReplyCode.SENDER_ID_MISMATCH,
    ReplyCode.UNAUTHENTICATED,
    ReplyCode.PERMISSION_DENIED,
    ReplyCode.THIRD_PARTY_AUTH_ERROR,
    ReplyCode.INTERNAL,
    ReplyCode.UNAVAILABLE,
    ReplyCode.NO_CONNECTION,
    ReplyCode.TIMEOUT,
    ReplyCode.UNREADABLE,
)
"""What a delivery waits for where it is the courier's fault, or that of our account with it."""


async def failing_platforms(work: Work) -> Waiting:
    """How many platforms have messages that wait because their courier refused or could not be reached."""
    return Waiting.of(await work.fetchrow(sql.platforms_in_trouble, troubles=list(TROUBLES)))
