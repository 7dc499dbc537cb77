"""What excludes what: answers are taken side by side, and none while a survey is being closed or counted."""

import hashlib
from uuid import UUID

from base.database import Work
from base.queries import load_queries

sql = load_queries(__file__)


def acceptance(survey_id: UUID) -> int:
    """The number of the lock that answers share and a close takes alone."""
    return _number(b"acceptance", survey_id)


def _number(kind: bytes, survey_id: UUID) -> int:
    return int.from_bytes(hashlib.sha256(kind + survey_id.bytes).digest()[:8], "big", signed=True)


async def side_by_side(work: Work, survey_id: UUID) -> None:
    """Hold the survey as it is until this transaction ends, together with others who do the same."""
    await work.execute(sql.share_lock, number=acceptance(survey_id))


async def alone(work: Work, survey_id: UUID) -> None:
    """Wait for all who hold the survey as it is, and keep others from it until this transaction ends.

    The lock is taken in a statement of its own: one that also reads would read what was true before it waited.
    """
    await work.execute(sql.take_lock, number=acceptance(survey_id))


async def one_shake_at_a_time(work: Work, survey_id: UUID) -> None:
    """Keep a second shake of the same box out; answers go on being taken."""
    await work.execute(sql.take_lock, number=_number(b"shake", survey_id))
