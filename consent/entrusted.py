"""What residents entrust to the municipality under a consent: what they follow, and their band of birth years."""

from collections.abc import Collection
from typing import Final
from uuid import UUID, uuid4

from base.database import Work
from base.errors import FieldError, Invalid, invalid
from consent.permits import Permit, PersonalFeed, ProfileStatistics
from municipality.interests import check_interests

BANDS: Final = ("1900-1929", *(f"{year}-{year + 9}" for year in range(1930, 2020, 10)))
"""Bands of birth years, of ten years; the first of thirty, since few are so old."""


async def follow_interests(work: Work, permit: Permit[PersonalFeed], keys: Collection[str]) -> None:
    """Follow these topics and no others."""
    permit.check()
    await check_interests(work, keys)
    await work.execute("delete from resident_interest where resident_id = $1", permit.resident)
    await work.executemany(
        "insert into resident_interest (id, municipality_id, resident_id, interest_key) values ($1, $2, $3, $4)",
        [(uuid4(), work.municipality, permit.resident, key) for key in dict.fromkeys(keys)],
    )


async def follow_areas(work: Work, permit: Permit[PersonalFeed], areas: Collection[UUID]) -> None:
    """Follow these districts and no others; Invalid, naming each, where a zone is no district of this municipality."""
    permit.check()
    rows = await work.fetch("select id from zone where kind = 'district' and id = any($1::uuid[])", list(areas))
    known = {row["id"] for row in rows}
    unknown = [
        FieldError(f"/areas/{place}", "no district of this municipality has this id")
        for place, area in enumerate(areas)
        if area not in known
    ]
    if unknown:
        raise Invalid(unknown)
    await work.execute("delete from resident_area where resident_id = $1", permit.resident)
    await work.executemany(
        "insert into resident_area (id, municipality_id, resident_id, zone_id) values ($1, $2, $3, $4)",
        [(uuid4(), work.municipality, permit.resident, area) for area in dict.fromkeys(areas)],
    )


async def tell_band(work: Work, permit: Permit[ProfileStatistics], band: str) -> None:
    """Keep the band of birth years that the resident belongs to."""
    permit.check()
    if band not in BANDS:
        raise invalid("/birth_year_band", f"one of {', '.join(BANDS)}")
    await work.execute("update resident set birth_year_band = $2 where id = $1", permit.resident, band)
