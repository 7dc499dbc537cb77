"""The first acts: a municipality with its districts, and people who move in."""

import random
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rehearsal.people import Person, residents
from rehearsal.phone import Phone
from rehearsal.scene import Scene, each
from rehearsal.stage import NAME, NUMBER

NEXT_TOWN = "3909"
QUIET_ALL_DAY = {"from": "00:00", "to": "23:59"}


async def import_borders(scene: Scene, collection: dict[str, Any], source: str) -> None:
    """Staff import the borders of municipalities; each becomes a district that residents can follow."""
    story = scene.story
    story.act("Districts from real borders")
    story.tell(f"{NAME} ({NUMBER}) has just been founded. Staff import {source}.")
    report = await scene.stage.staff.expect(200, "POST", "/v1/staff/zones/import?kind=district", collection)
    story.count(report["created"], "districts imported")
    story.count(len(report["repaired"]), "of them with a note: what was set right, or lies outside the municipality")
    story.count(len(report["refused"]), "refused")
    refused = {line["index"] for line in report["refused"]}
    taken = [feature for index, feature in enumerate(collection["features"]) if index not in refused]
    numbers = {number_of(feature): UUID(zone) for feature, zone in zip(taken, report["zones"], strict=True)}
    scene.home, scene.next_town = numbers[NUMBER], numbers.get(NEXT_TOWN)
    story.stored("the borders, which everybody may see", "nothing of anybody: nobody lives here yet")


def number_of(feature: Mapping[str, Any]) -> str:
    """The number of the municipality that a border is of; empty where it does not say."""
    return str((feature.get("properties") or {}).get("kommunenummer", ""))


async def move_in(scene: Scene, dice: random.Random) -> None:
    """Residents register and choose, each purpose by itself."""
    story, stage = scene.story, scene.stage
    people = residents(dice)
    story.act(f"{len(people)} residents move in")
    scene.phones = [Phone(person, stage.nobody, stage.door) for person in people]
    answers = await each(scene.phones, lambda phone: _settle(scene, phone))
    given = Counter(purpose for person in people for purpose in person.consents)
    story.count(len(people), "residents registered, without name, number or e-mail")
    story.count(given["personal_feed"], f"let their districts choose what concerns them; most follow {NAME}")
    story.count(given["location_zones"], "let the app ask at places")
    story.count(given["push_messages"], "want to be woken by messages")
    story.count(sum(not person.consents for person in people), "want none of it, and miss nothing on the website")
    devices = Counter(answers)
    story.count(devices["kept"], "devices can be woken")
    story.count(devices["refused"], "apps tried to leave an address without that consent: 403 consent-required")
    story.stored(
        "a random id, the hash of a token, language, platform, the chosen districts, an address to wake a device by, "
        "and each yes or no in an append-only ledger under a pseudonym",
        "who they are, where they live, where they are",
    )


async def _settle(scene: Scene, phone: Phone) -> str:
    person = phone.person
    await phone.join()
    for purpose in person.consents:
        await phone.choose(purpose, True)
    if (district := _follows(scene, person)) is not None:
        await phone.tell_about_me(areas=[str(district)])
    if person.asleep:
        await phone.tell_about_me(quiet_hours=QUIET_ALL_DAY)
    if "push_messages" not in person.consents and person.number % 20:
        return "not tried"
    if not person.has_device:
        return "none"
    reply = await phone.can_be_woken()
    return "kept" if reply.status == 200 else "refused" if reply.status == 403 else f"answered {reply.status}"


def _follows(scene: Scene, person: Person) -> UUID | None:
    if person.follows == "next town":
        return scene.next_town
    return scene.home if person.follows == "home" else None
