"""The demo municipality: Sandefjord with its real border, a few districts, and somebody who works there."""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from uuid import UUID, uuid4

from base.database import work
from base.jobs import system
from base.keys import KeyStore
from base.settings import Settings
from consent.notices import publish_first
from municipality import access, directory
from municipality.founding import found
from municipality.members import add_member

NUMBER = "3907"
NAME = {"nb": "Sandefjord", "nn": "Sandefjord", "en": "Sandefjord"}
LANGUAGES = ("nb", "nn", "en")


@dataclass(frozen=True, slots=True)
class Demo:
    """What is printed at the start."""

    number: str
    name: str
    sign_in: str


def border() -> dict[str, Any]:
    """Sandefjord's border (Kartverket, CC BY 4.0, simplified): GeoJSON, lon lat."""
    collection = json.loads((files("commands") / "data" / "sandefjord.geojson").read_text(encoding="utf-8"))
    geometry: dict[str, Any] = collection["features"][0]["geometry"]
    return geometry


async def settle(settings: Settings, keys: KeyStore) -> Demo:
    """Found the demo municipality where there is none yet; a fresh sign-in link in any case."""
    async with work(None) as unit:
        there = {town.number: town.id for town in await directory.list_municipalities(unit)}
    municipality = there.get(NUMBER) or await _found()
    async with work(system(municipality)) as unit:
        member = await unit.fetchval("select id from staff_member where active order by id limit 1")
        link = await access.sign_in_link(unit, member)
    return Demo(NUMBER, NAME["nb"], link)


async def _found() -> UUID:
    municipality = uuid4()
    async with work(system(municipality)) as unit:
        await found(
            unit,
            NUMBER,
            NAME,
            languages=LANGUAGES,
            boundary=border(),
            contact={"web": "https://www.sandefjord.kommune.no"},
        )
        await publish_first(unit)
        await add_member(unit, "Demo", ["admin"])
    return municipality
