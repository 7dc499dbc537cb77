"""Founding: a municipality comes into being, with its languages, its border and the topics of its residents."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from base.database import Work
from base.errors import Conflict
from municipality.interests import add_interest

FIRST_INTERESTS: Final[Mapping[str, Mapping[str, str]]] = {
    "planning": {"nb": "Plan og bygg", "nn": "Plan og bygg", "en": "Planning and building"},
    "traffic": {"nb": "Vei og trafikk", "nn": "Veg og trafikk", "en": "Roads and traffic"},
    "schools": {"nb": "Skole og barnehage", "nn": "Skule og barnehage", "en": "Schools and kindergartens"},
    "culture": {"nb": "Kultur og arrangementer", "nn": "Kultur og arrangement", "en": "Culture and events"},
    "nature": {"nb": "Natur og friluftsliv", "nn": "Natur og friluftsliv", "en": "Nature and outdoor life"},
    "sports": {"nb": "Idrett og lek", "nn": "Idrett og leik", "en": "Sports and play"},
    "health": {"nb": "Helse og omsorg", "nn": "Helse og omsorg", "en": "Health and care"},
    "environment": {"nb": "Klima og miljø", "nn": "Klima og miljø", "en": "Climate and environment"},
}


class NumberIsTaken(Conflict):
    """Another municipality bears this number."""


async def found(
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
    interests: Mapping[str, Mapping[str, str]] = FIRST_INTERESTS,
) -> None:
    """Found the municipality that the unit of work is bound to: `work(system(uuid4()))`.

    `number` has four digits; `boundary` is GeoJSON in lon, lat; `srid` is the projected system of its part of the
    country (25832, 25833 or 25835). Whoever founds it publishes the first notices too (`consent.notices`).
    """
    added = await work.execute(
        "insert into municipality (id, number, name, languages, timezone, srid, boundary, contact, smallest_group, "
        "age_of_consent, settings) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '{}') "
        "on conflict (number) do nothing",
        work.municipality,
        number,
        json.dumps(dict(name)),
        json.dumps(list(languages)),
        timezone,
        srid,
        None if boundary is None else json.dumps(boundary),
        json.dumps(dict(contact or {})),
        smallest_group,
        age_of_consent,
    )
    if not added:
        raise NumberIsTaken()
    for key, label in interests.items():
        await add_interest(work, key, label)
