"""What residents have told of themselves under a consent: what they follow, and their band of birth years."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from base.database import Work
from base.errors import invalid, refuse_unknown
from base.queries import load_queries
from consent.permits import Permit
from consent.purposes import PersonalFeed, ProfileStatistics
from municipality.interests import check_interests
from residents.models import Resident, ResidentArea, ResidentInterest

sql = load_queries(__file__)

BANDS: Final = ("1900-1929", *(f"{year}-{year + 9}" for year in range(1930, 2020, 10)))
"""Bands of birth years, of ten years; the first of thirty, since few are so old."""


async def follow_interests(permit: Permit[PersonalFeed], keys: Collection[str]) -> None:
    """Follow these topics and no others."""
    permit.check()
    await check_interests(keys)
    await ResidentInterest.filter(resident_id=permit.resident).delete()
    await ResidentInterest.bulk_create(
        [ResidentInterest(resident_id=permit.resident, interest_key=key) for key in dict.fromkeys(keys)]
    )


async def follow_areas(work: Work, permit: Permit[PersonalFeed], areas: Collection[UUID]) -> None:
    """Follow these districts and no others; Invalid, naming each, where a zone is no district of this municipality."""
    permit.check()
    rows = await work.fetch(sql.districts_among, zones=list(areas))
    known = {row["id"] for row in rows}
    refuse_unknown("/areas", areas, known, "no district of this municipality has this id")
    await ResidentArea.filter(resident_id=permit.resident).delete()
    await ResidentArea.bulk_create(
        [ResidentArea(resident_id=permit.resident, zone_id=area) for area in dict.fromkeys(areas)]
    )


async def set_birth_years(permit: Permit[ProfileStatistics], band: str) -> None:
    """Keep the band of birth years that the resident belongs to."""
    permit.check()
    if band not in BANDS:
        raise invalid("/birth_year_band", "One of {values}.", values=", ".join(BANDS))
    await Resident.filter(id=permit.resident).update(birth_year_band=band)
