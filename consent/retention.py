"""The nightly clearing: what has outlived its time goes, and who has not been here for long is told, then erased."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from base.database import Work
from base.keys import KeyStore
from base.rows import change, each, halving
from base.tenant import Tenant
from consent import leaving
from consent.inventory import COLUMNS, TABLES
from municipality.directory import today
from municipality.lifetimes import lifetimes

AT_ONCE = 200

WARN = """
select id from resident r
where warned_on is null and active_on < ($1::date - make_interval(months => $2) + make_interval(days => $3))::date
    and not exists (
        select from standing_consent s where s.resident_id = r.id and s.granted
            and s.purpose in ('location_zones', 'location_beacons') and (s.lapses_at is null or s.lapses_at > now())
    )
order by id
for update
"""

GONE = """
select id from resident r
where warned_on <= $1 and active_on < ($2::date - make_interval(months => $3))::date
    and not exists (
        select from standing_consent s where s.resident_id = r.id and s.granted
            and s.purpose in ('location_zones', 'location_beacons') and (s.lapses_at is null or s.lapses_at > now())
    )
    and id <> all($5::uuid[])
order by id limit $4
for update skip locked
"""


async def clear(work: Work) -> dict[str, int]:
    """Clear every table of what has outlived its time; how many rows went from which."""
    words = asdict(await lifetimes(work))
    gone = {}
    for table, kept in TABLES.items():
        if kept.clear is not None:
            gone[table] = await change(work, f"clear {table}", kept.clear.format(**words))
    for activity, statement in COLUMNS.items():
        gone[activity] = await change(work, f"clear {activity}", statement)
    return gone


async def warn(work: Work) -> list[UUID]:
    """Mark those who have not been here for nearly as long as they may, that their registration will go.

    Being here is opening the app; a live consent to be asked at places counts as being here.
    """
    kept, on = await lifetimes(work), await today(work)
    found = await work.fetch(WARN, on, kept.inactive_months, kept.warning_days)

    async def mark(some: Sequence[UUID]) -> None:
        async with work.apart():
            await work.execute("update resident set warned_on = $1 where id = any($2::uuid[])", on, list(some))

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
        rows = await work.fetch(GONE, warned_by, on, kept.inactive_months, AT_ONCE, list(failing))

        async def leave(resident: UUID) -> None:
            async with work.apart():
                await leaving.leave(work, keys, Tenant(work.municipality, "resident", resident), channel="inactivity")

        bad = await each("consent.erase", [row["id"] for row in rows], leave)
        failing.update(bad)
        erased = len(rows) - len(bad)
        if not rows:
            break
    return erased
