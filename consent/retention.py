"""The daily clearing: what has outlived its time goes, and who has not been here for long is told, then erased."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from base.clock import now
from base.database import Work
from base.keys import KeyStore
from base.queries import load_queries
from base.retention import Clearing
from base.rows import each, halving
from consent.erasing import erase_resident
from consent.models import BreachTold
from consent.purposes import PURPOSES
from municipality.directory import today
from municipality.lifetimes import lifetimes
from residents.models import Resident, ResidentArea, ResidentInterest

sql = load_queries(__file__)
AT_ONCE = 200
USES = [purpose.key for purpose in PURPOSES.values() if purpose.counts_as_use]


CLEARINGS = (
    Clearing(ResidentInterest, sql.clear_interests),
    Clearing(ResidentArea, sql.clear_areas),
    Clearing(Resident, sql.clear_birth_years),
    Clearing(BreachTold, sql.clear_told_of_breach),
)


async def clear(work: Work, clearings: Iterable[Clearing]) -> dict[str, int]:
    """Clear tables of what has outlived its time; how many rows of which table went or were changed."""
    values = {"at": now(), **asdict(await lifetimes(work))}
    return {clearing.model._meta.db_table: await clearing.run(work, values) for clearing in clearings}


async def warn(work: Work) -> list[UUID]:
    """Mark those who have not been here for nearly as long as they may, that their registration will go.

    Being here is opening the app; a live consent to a purpose that `counts_as_use` is being here too.
    """
    kept, on = await lifetimes(work), await today(work)
    found = await work.fetch(
        sql.long_away, day=on, uses=USES, months=kept.inactive_months, warning_days=kept.warning_days
    )

    async def mark(some: Sequence[UUID]) -> None:
        async with work.apart():
            await Resident.filter(id__in=list(some)).update(warned_on=on)

    away = [row["id"] for row in found]
    unmarked = set(await halving("consent.warn", away, mark))
    return [each for each in away if each not in unmarked]


async def erase_inactive(work: Work, keys: KeyStore, failing: set[UUID] | None = None) -> int:
    """Erase some of those who were warned long enough ago and have not come back; how many, 0 where none is left.

    Who cannot be erased is put in `failing`, and is not tried again by whoever passes that on.
    """
    failing = set() if failing is None else failing
    kept, on = await lifetimes(work), await today(work)
    warned_by = on - timedelta(days=kept.warning_days)
    erased = 0
    while not erased:
        rows = await work.fetch(
            sql.not_come_back,
            warned_by=warned_by,
            day=on,
            uses=USES,
            months=kept.inactive_months,
            failing=list(failing),
            limit=AT_ONCE,
        )

        async def leave(resident: UUID) -> None:
            async with work.apart():
                await erase_resident(work, keys, resident, channel="inactivity")

        bad = await each("consent.erase", [row["id"] for row in rows], leave)
        failing.update(bad)
        erased = len(rows) - len(bad)
        if not rows:
            break
    return erased
