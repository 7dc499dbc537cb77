"""The demo municipality: Sandefjord with its real border, three districts, a survey at its square, and one at work."""

import json
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from typing import Any
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work, work
from base.jobs import system
from base.keys import KeyStore
from base.settings import Settings
from commands.process import say
from consent.notices import publish_first
from geofence import triggers, zones
from geofence.imports.features import ImportOptions
from geofence.imports.file_reading import read_here
from geofence.imports.zone_import import import_target, import_zones
from geofence.models import Trigger, Zone
from municipality import access, directory
from municipality.founding import create_municipality
from municipality.members import add_member
from municipality.models import StaffMember
from push.audiences import snapshot
from surveys import drafts, launch
from surveys.forms.document import SurveyDocument

NUMBER = "3907"
NAME = {"nb": "Sandefjord", "nn": "Sandefjord", "en": "Sandefjord"}
LANGUAGES = ("nb", "nn", "en")
SQUARE = [10.2252, 59.1312]


@dataclass(frozen=True, slots=True)
class Demo:
    """What is printed at the start."""

    number: str
    name: str
    sign_in: str


def _file(name: str) -> bytes:
    return (files("commands") / "data" / name).read_bytes()


def _collection(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_file(name))
    return found


def border() -> dict[str, Any]:
    """Sandefjord's border (Kartverket, CC BY 4.0, simplified): GeoJSON, lon lat."""
    geometry: dict[str, Any] = _collection("sandefjord.geojson")["features"][0]["geometry"]
    return geometry


async def settle(settings: Settings, keys: KeyStore) -> Demo:
    """Found the demo municipality where there is none yet; a fresh sign-in link in any case."""
    async with work(None) as unit:
        there = {town.number: town.id for town in await directory.list_municipalities()}
    if NUMBER not in there:
        say(f"founding the demo municipality {NAME['nb']} ({NUMBER}) …")
    municipality = there.get(NUMBER) or await _found(settings, keys)
    async with work(system(municipality)) as unit:
        member = await StaffMember.filter(active=True).order_by("id").first()
        assert member is not None
        link = await access.sign_in_link(unit, member.id)
    return Demo(NUMBER, NAME["nb"], link)


async def _found(settings: Settings, keys: KeyStore) -> UUID:
    municipality = uuid4()
    async with work(system(municipality)) as unit:
        await create_municipality(
            unit,
            NUMBER,
            NAME,
            languages=LANGUAGES,
            boundary=border(),
            contact={"web": "https://www.sandefjord.kommune.no"},
        )
        await publish_first(unit)
        await add_member("Demo", ["admin"])
        where = import_target(await directory.town(unit))
        await import_zones(unit, read_here(_file("districts.geojson"), ImportOptions("district"), where))
        await snapshot.take_snapshot(unit, settings.counted_after_days)
        await _ask_at_the_square(unit, keys)
    return municipality


async def _ask_at_the_square(work: Work, keys: KeyStore) -> None:
    """An open survey for whoever comes to the square, and the zone that invites them."""
    document = SurveyDocument.model_validate(_collection("square.json"))
    survey = await drafts.write(work, document)
    await launch.launch(work, survey, keys)
    square = {"type": "Circle", "center": SQUARE, "radius_m": 150}
    name = {"nb": "Torvet", "nn": "Torget", "en": "The square"}
    zone = await zones.draw(work, Zone(name=name, geometry=square, kind="trigger"))
    await triggers.set_up(
        work,
        Trigger(
            zone_id=zone.id,
            rule={
                "on": "enter",
                "dwell_s": 0,
                "between": None,
                "active_from": None,
                "once": "P7D",
                "proof": "position",
                "priority": 0,
            },
            active_to=now() + timedelta(days=365),
            subject_kind="survey",
            subject_id=survey,
        ),
    )
