"""What a resident has told about themselves, and how they wish to be reached."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from base.database import Work
from base.errors import Unauthorized, invalid
from base.tenant import Tenant
from municipality.directory import today
from municipality.lifetimes import lifetimes

Digest = Literal["off", "daily", "weekly"]
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Profile:
    """A resident as they see themselves. Quiet hours are local times, `(from, to)`, and may pass midnight."""

    id: UUID
    municipality: UUID
    language: str
    interests: Sequence[str]
    areas: Sequence[UUID]
    quiet_hours: tuple[str, str] | None
    digest: Digest
    birth_year_band: str | None
    goes_on: date | None
    """When the registration goes because nobody has used it for long; None unless that is near."""


async def profile(work: Work, tenant: Tenant) -> Profile:
    """The resident who calls."""
    row = await work.fetchrow(
        "select id, municipality_id as municipality, language, quiet_from, quiet_to, digest, "
        "birth_year_band, warned_on, "
        "array(select interest_key from resident_interest i where i.resident_id = r.id order by 1) as interests, "
        "array(select zone_id from resident_area a where a.resident_id = r.id order by 1) as areas "
        "from resident r where id = $1",
        tenant.resident,
    )
    if row is None:
        raise Unauthorized()
    values = dict(row)
    warned = values.pop("warned_on")
    goes_on = warned and warned + timedelta(days=(await lifetimes(work)).warning_days)
    quiet = (values.pop("quiet_from"), values.pop("quiet_to"))
    return Profile(**values, goes_on=goes_on, quiet_hours=None if quiet[0] is None else quiet)


async def seen(work: Work, tenant: Tenant) -> None:
    """Note that the registration is in use: the date alone, at most once a day, and never from presence."""
    await work.execute(
        "update resident set active_on = $2, warned_on = null where id = $1 and active_on < $2",
        tenant.resident,
        await today(work),
    )


async def speak(work: Work, tenant: Tenant, language: str) -> None:
    """Be spoken to in this language."""
    await work.execute("update resident set language = $2 where id = $1", tenant.resident, language)


async def keep_quiet(work: Work, tenant: Tenant, hours: tuple[str, str] | None) -> None:
    """Get no messages between two local times, `HH:MM`; at any time with None."""
    start, end = hours or (None, None)
    for name, time in (("from", start), ("to", end)):
        if time is not None and not _CLOCK.fullmatch(time):
            raise invalid(f"/quiet_hours/{name}", "a time of day, HH:MM")
    if start is not None and start == end:
        raise invalid("/quiet_hours/to", "quiet hours end at another time than they begin")
    await work.execute("update resident set quiet_from = $2, quiet_to = $3 where id = $1", tenant.resident, start, end)


async def digest(work: Work, tenant: Tenant, often: Digest) -> None:
    """Get what is not urgent gathered, this often."""
    await work.execute("update resident set digest = $2 where id = $1", tenant.resident, often)


async def unfollow_interests(work: Work, tenant: Tenant) -> None:
    """Follow no topic; that needs no consent."""
    await work.execute("delete from resident_interest where resident_id = $1", tenant.resident)


async def unfollow_areas(work: Work, tenant: Tenant) -> None:
    """Follow no district; that needs no consent."""
    await work.execute("delete from resident_area where resident_id = $1", tenant.resident)


async def forget_band(work: Work, tenant: Tenant) -> None:
    """Take the band of birth years back; that needs no consent."""
    await work.execute("update resident set birth_year_band = null where id = $1", tenant.resident)
