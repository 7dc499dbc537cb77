"""Sweeping up after a shake: PostgreSQL keeps deleted rows in its files, so the files themselves are given up.

What still waits in them is carried over by a function of the database, `carry_over`, in random order; no row is lost
however that ends. What stays elsewhere on the disk is said in docs/PRIVACY.md.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import asyncpg
import structlog

from base.database import Work, work
from base.queries import load_queries
from base.statements import apart, cut_the_log

log = structlog.get_logger(__name__)
sql = load_queries(__file__)

JOB: Final = "surveys.sweep"
SOON_S: Final = 5
LATER_S: Final = 60
TABLES: Final = (
    "answer_incoming",
    "answer_incoming_spare",
    "answer_shaken",
    "receipt_shaken",
    "spent_ballot",
    "spent_ballot_spare",
    "participation",
    "survey_code",
    "comment",
    "release_ground",
)
"""In this order: what the spare tables have taken meanwhile comes back."""

_TRIES: Final = 8
_PAUSE_S: Final = 0.5


async def ask(work: Work, delay_s: float = SOON_S) -> None:
    """Have the tables swept once this transaction is committed.

    It bears no key: a sweep that is under way may have passed the rows of this transaction, and another must follow.
    """
    await work.enqueue(JOB, delay_s=delay_s)


async def sweep() -> Sequence[str]:
    """Give up the files of the box's tables; the names of those that somebody held all the while, to be tried again."""
    async with work(None) as unit:  # Whoever has asked until now has committed, and is served by this.
        await unit.execute(sql.forget_sweeps, job=JOB)
    held = [table for table in TABLES if not await _carry_over(table)]
    if held:
        log.warning("old rows of the box stay: other transactions hold its tables", count=len(held))
        async with work(None) as unit:
            await ask(unit, LATER_S)
    await cut_the_log()
    return held


async def _carry_over(table: str) -> bool:
    for attempt in range(_TRIES):
        if attempt:
            await asyncio.sleep(_PAUSE_S)
        try:
            await apart("carry_over", table)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            continue
        return True
    return False
