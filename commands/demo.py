"""The demo municipality: Sandefjord with its real border, three districts, a survey at its square, and its staff."""

import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from base.clock import at, now
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
from municipality.roles import ROLES, Role
from push.audiences import snapshot
from rehearsal.year.house import told
from rehearsal.year.journal import NAME as NAME_OF_JOURNAL
from rehearsal.year.journal import Journal
from surveys import drafts, launch
from surveys.forms.document import SurveyDocument

NUMBER = "3907"
NAME = {"nb": "Sandefjord", "nn": "Sandefjord", "en": "Sandefjord"}
LANGUAGES = ("nb", "nn", "en")
SQUARE = [10.2252, 59.1312]
A_YEAR = timedelta(days=360)


@dataclass(frozen=True, slots=True)
class Demo:
    """What is printed at the start: a sign-in link for each role that somebody has, with their name; and what of its
    year is filled in, where it was founded here.
    """

    number: str
    name: str
    sign_ins: Mapping[Role, tuple[str, str]]
    journal: Journal | None


def _file(name: str) -> bytes:
    return (files("commands") / "data" / name).read_bytes()


def _collection(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_file(name))
    return found


def lay_sketch(folder: Path) -> None:
    """Lay the sketch of the town where the web process looks for it: this installation's, and nobody else's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / f"{NUMBER}.geojson").write_bytes(_file("sandefjord-sketch.geojson"))


def border() -> dict[str, Any]:
    """Sandefjord's border (Kartverket, CC BY 4.0, simplified): GeoJSON, lon lat."""
    geometry: dict[str, Any] = _collection("sandefjord.geojson")["features"][0]["geometry"]
    return geometry


async def settle(settings: Settings, keys: KeyStore, *, with_a_year: bool) -> Demo:
    """Found the demo municipality where there is none yet; fresh sign-in links in any case.

    `with_a_year` keeps a journal beside the database in which it is founded, so that its year is filled in there, and
    nowhere else.
    """
    async with work(None):
        there = {town.number: town.id for town in await directory.list_municipalities()}
    if NUMBER not in there:
        say(f"founding the demo municipality {NAME['nb']} ({NUMBER}) …")
        there[NUMBER] = await _found(settings, keys, with_a_year=with_a_year)
    lay_sketch(settings.sketches_path)
    journal = Journal.read(settings.data_folder) if with_a_year else None
    if journal is not None and journal.municipality != there[NUMBER]:
        journal = None
    async with work(system(there[NUMBER])) as unit:
        return Demo(NUMBER, NAME["nb"], await _sign_ins(unit), journal)


async def _sign_ins(unit: Work) -> dict[Role, tuple[str, str]]:
    """For each role one who has it, rather one who has no other."""
    found: dict[Role, tuple[str, str]] = {}
    everybody = sorted(await StaffMember.filter(active=True).order_by("id"), key=lambda member: len(member.roles))
    for role in ROLES:
        member = next((one for one in everybody if role in one.roles), None)
        if member is not None:
            found[role] = (member.name, await access.sign_in_link(unit, member.id))
    return found


async def _found(settings: Settings, keys: KeyStore, *, with_a_year: bool) -> UUID:
    journal = Journal(settings.data_folder / NAME_OF_JOURNAL, uuid4(), now())
    async with work(system(journal.municipality)) as unit:
        with at(now() - A_YEAR) if with_a_year else nullcontext():
            await _begin(unit)
        await snapshot.take_snapshot(unit, settings.counted_after_days)
        await _ask_at_the_square(unit, keys, journal)
        if with_a_year:
            journal.save()
    return journal.municipality


async def _begin(unit: Work) -> None:
    """Its border, notices, districts and staff."""
    await create_municipality(
        unit,
        NUMBER,
        NAME,
        languages=LANGUAGES,
        boundary=border(),
        contact={"web": "https://www.sandefjord.kommune.no"},
    )
    await publish_first(unit)
    for member in told("staff").values():
        await add_member(member["name"], member["roles"])
    where = import_target(await directory.town(unit))
    await import_zones(unit, read_here(_file("districts.geojson"), ImportOptions("district"), where))


async def _ask_at_the_square(work: Work, keys: KeyStore, journal: Journal) -> None:
    """An open survey for whoever comes to the square, and the zone that invites them."""
    document = SurveyDocument.model_validate(_collection("square.json"))
    survey = await drafts.write(work, document)
    await launch.launch(work, survey, keys)
    square = {"type": "Circle", "center": SQUARE, "radius_m": 150}
    name = {"nb": "Torvet", "nn": "Torget", "en": "The square"}
    zone = await zones.draw(work, Zone(name=name, geometry=square, kind="trigger"))
    journal.made |= {"survey torvet": str(survey), "torvet": str(zone.id)}
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
