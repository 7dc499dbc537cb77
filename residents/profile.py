"""What a resident has told about themselves, and how they wish to be reached."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from base.database import Work
from base.errors import Unauthorized, invalid
from base.queries import load_queries
from base.tenant import Tenant
from municipality.directory import today
from municipality.lifetimes import lifetimes
from residents.models import Resident, ResidentArea, ResidentInterest

sql = load_queries(__file__)

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
    row = await work.fetchrow(sql.profile, resident=tenant.resident)
    if row is None:
        raise Unauthorized()
    values = dict(row)
    warned = values.pop("warned_on")
    goes_on = warned and warned + timedelta(days=(await lifetimes(work)).warning_days)
    quiet = (values.pop("quiet_from"), values.pop("quiet_to"))
    return Profile(**values, goes_on=goes_on, quiet_hours=None if quiet[0] is None else quiet)


async def note_use(work: Work, tenant: Tenant) -> None:
    """Note that the registration is in use: the date alone, at most once a day, and never from presence."""
    day = await today(work)
    await Resident.filter(id=tenant.resident, active_on__lt=day).update(active_on=day, warned_on=None)


async def set_language(tenant: Tenant, language: str) -> None:
    """Be spoken to in this language."""
    await Resident.filter(id=tenant.resident).update(language=language)


async def set_quiet_hours(tenant: Tenant, hours: tuple[str, str] | None) -> None:
    """Get no messages between two local times, `HH:MM`; at any time with None."""
    start, end = hours or (None, None)
    for name, time in (("from", start), ("to", end)):
        if time is not None and not _CLOCK.fullmatch(time):
            raise invalid(f"/quiet_hours/{name}", "a time of day, HH:MM")
    if start is not None and start == end:
        raise invalid("/quiet_hours/to", "quiet hours end at another time than they begin")
    await Resident.filter(id=tenant.resident).update(quiet_from=start, quiet_to=end)


async def set_digest(tenant: Tenant, often: Digest) -> None:
    """Get what is not urgent gathered, this often."""
    await Resident.filter(id=tenant.resident).update(digest=often)


async def unfollow_interests(tenant: Tenant) -> None:
    """Follow no topic; that needs no consent."""
    await ResidentInterest.filter(resident_id=tenant.resident).delete()


async def unfollow_topic(key: str) -> None:
    """Nobody follows this topic any more: it is gone."""
    await ResidentInterest.filter(interest_key=key).delete()


async def unfollow_areas(tenant: Tenant) -> None:
    """Follow no district; that needs no consent."""
    await ResidentArea.filter(resident_id=tenant.resident).delete()


async def remove_birth_years(tenant: Tenant) -> None:
    """Take the band of birth years back; that needs no consent."""
    await Resident.filter(id=tenant.resident).update(birth_year_band=None)
