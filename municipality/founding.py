"""A municipality comes into being, with its languages, its border and the topics of its residents."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from base.database import Work
from base.errors import Conflict
from base.translation import in_every_language
from municipality.interests import add_interest
from municipality.models import Municipality

FIRST_INTERESTS: Final[Mapping[str, str]] = {
    "planning": "Planning and building",
    "traffic": "Roads and traffic",
    "schools": "Schools and kindergartens",
    "culture": "Culture and events",
    "nature": "Nature and outdoor life",
    "sports": "Sports and play",
    "health": "Health and care",
    "environment": "Climate and environment",
}


class NumberIsTaken(Conflict):
    """Another municipality bears this number."""


async def create_municipality(
    work: Work,
    number: str,
    name: Mapping[str, str],
    *,
    languages: Sequence[str] = ("nb", "nn", "en"),
    boundary: Mapping[str, Any] | None = None,
    contact: Mapping[str, Any] | None = None,
    timezone: str = "Europe/Oslo",
    srid: int = 25832,
    smallest_group: int = 5,
    age_of_consent: int = 15,
    interests: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Create the municipality that the unit of work is bound to: `work(system(uuid4()))`.

    `number` has four digits; `boundary` is GeoJSON in lon, lat; `srid` is the projected system of its part of the
    country (25832, 25833 or 25835); `interests` are labels by key, the usual ones where None. Whoever creates it
    publishes the first notices too (`consent.notices`).
    """
    _, created = await Municipality.get_or_create(
        number=number,
        defaults={
            "id": work.municipality,
            "name": dict(name),
            "languages": list(languages),
            "boundary": boundary,
            "contact": dict(contact or {}),
            "timezone": timezone,
            "srid": srid,
            "smallest_group": smallest_group,
            "age_of_consent": age_of_consent,
        },
    )
    if not created:
        raise NumberIsTaken()
    if interests is None:
        interests = {key: in_every_language(english) for key, english in FIRST_INTERESTS.items()}
    for key, label in interests.items():
        await add_interest(key, label)
