"""How an open survey goes: roughly how many have answered, never exactly and never under the smallest group."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from base.database import Work
from base.queries import load_queries
from municipality.directory import smallest_group

sql = load_queries(__file__)
STEPS: Final = (5, 10, 20, 50, 100, 200, 500, 1_000)


async def rough_counts(work: Work, surveys: Collection[UUID]) -> dict[UUID, int]:
    """Of each survey one of `STEPS` that its answers are more than; 0 where they are the smallest group or fewer."""
    k = await smallest_group(work)
    rows = await work.fetch(sql.answers_up_to, surveys=list(surveys), most=STEPS[-1] + 1)
    return {row["id"]: rough(row["answers"], max(k, row["smallest_group"])) for row in rows}


def rough(answers: int, k: int) -> int:
    """The highest step under that number of answers, of those that are not under `k`; 0 where there is none."""
    return max((step for step in STEPS if k <= step < answers), default=0)
