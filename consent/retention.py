"""The nightly clearing: what has outlived its time goes, and who has not been here for long is told, then erased."""

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from base.database import Work
from base.keys import KeyStore
from base.tenant import Tenant
from consent import leaving
from consent.inventory import COLUMNS, TABLES
from municipality.directory import today
from municipality.lifetimes import lifetimes

AT_ONCE = 200

WARN = """
update resident r set warned_on = $1
where warned_on is null and active_on < ($1::date - make_interval(months => $2) + make_interval(days => $3))::date
    and not exists (
        select from standing_consent s where s.resident_id = r.id and s.granted
            and s.purpose in ('location_zones', 'location_beacons') and (s.lapses_at is null or s.lapses_at > now())
    )
returning id
"""

GONE = """
select id from resident r
where warned_on <= $1 and active_on < ($2::date - make_interval(months => $3))::date
    and not exists (
        select from standing_consent s where s.resident_id = r.id and s.granted
            and s.purpose in ('location_zones', 'location_beacons') and (s.lapses_at is null or s.lapses_at > now())
    )
order by id limit $4
for update skip locked
"""


async def clear(work: Work) -> dict[str, int]:
    """Clear every table of what has outlived its time; how many rows went from which."""
    words = asdict(await lifetimes(work))
    gone = {}
    for table, kept in TABLES.items():
        if kept.clear is not None:
            gone[table] = await work.execute(kept.clear.format(**words))
    for activity, statement in COLUMNS.items():
        gone[activity] = await work.execute(statement)
    return gone


async def warn(work: Work) -> list[UUID]:
    """Mark those who have not been here for nearly as long as they may, that their registration will go.

    Being here is opening the app; a live consent to be asked at places counts as being here.
    """
    kept = await lifetimes(work)
    rows = await work.fetch(WARN, await today(work), kept.inactive_months, kept.warning_days)
    return [row["id"] for row in rows]


async def erase_inactive(work: Work, keys: KeyStore) -> int:
    """Erase some of those who were warned long enough ago and have not come back; how many, 0 where none is left."""
    kept, on = await lifetimes(work), await today(work)
    rows = await work.fetch(GONE, on - timedelta(days=kept.warning_days), on, kept.inactive_months, AT_ONCE)
    for row in rows:
        await leaving.leave(work, keys, Tenant(work.municipality, "resident", row["id"]), channel="inactivity")
    return len(rows)
