"""A hearing in each state: written, published, spoken to, decided, archived."""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from base import clock
from base.database import work
from consent.gate import require_permit
from consent.purposes import PersonalFeed
from rehearsal.year.house import House, Step, told
from rehearsal.year.paper import one_page
from rehearsal.year.people import Dweller, dwellers
from rehearsal.year.polling import hand_in
from surveys import feed
from surveys.box import closing, shaking
from surveys.errors import SurveyIsClosed
from surveys.hearings import archive, documents, hearings, statements
from surveys.hearings.models import Hearing, HearingDocument, Statement
from surveys.survey import read

_AUTHOR = "jonas"


def steps() -> list[Step]:
    """Each hearing's life, in parts that can be cut off."""
    found: list[Step] = []
    for key, one in told("hearings").items():
        found.append(Step(f"write hearing {key}", one["day"] - 3, partial(_write, key, one)))
        if one["state"] == "draft":
            continue
        found.append(Step(f"publish hearing {key}", one["day"], partial(_publish, key, one)))
        end = min(one["deadline"], -0.2)
        for place, said in enumerate(one["statements"]):
            day = one["day"] + (end - one["day"]) * (place + 1) / (len(one["statements"]) + 1)
            found.append(Step(f"statement {place} in {key}", day, partial(_state, f"{key} {place}", one, said, day)))
        found.append(Step(f"opinions in {key}", (one["day"] + end) / 2, partial(_opinions, key, one)))
        if one["state"] in ("decided", "archived", "closed"):
            found.append(Step(f"count hearing {key}", one["deadline"] + 1, partial(_count, key, one)))
        if one["state"] in ("decided", "archived"):
            found.append(Step(f"decide hearing {key}", one["deadline"] + 21, partial(_decide, key, one)))
        if one["state"] == "archived":
            found.append(Step(f"archive hearing {key}", one["deadline"] + 24, partial(_archive, key, one)))
    return found


def _written(house: House, one: Mapping[str, Any]) -> dict[str, Any]:
    words = ("title", "summary", "case_reference", "plan_id", "legal_basis", "unit")
    return {
        **{name: one[name] for name in words if name in one},
        "links": [],
        "areas": [str(area) for area in house.many(one.get("areas", ()))],
        "interests": list(one.get("interests", ())),
    }


async def _write(key: str, one: Mapping[str, Any], house: House) -> None:
    name, at = f"hearing {key}", house.moment(one["day"] - 3, "11:10")
    if not await house.there(name, Hearing):
        async with house.by_staff(_AUTHOR, at, "create_hearing", "created") as unit:
            deadline = house.moment(one["deadline"], "12:00").date()
            house.note(name, await hearings.write(unit, _written(house, one), deadline))
    async with house.by_staff(_AUTHOR, at, "add_hearing_document", "created", house.made(name)):
        if not await HearingDocument.exists(hearing_id=house.made(name)):
            page = one_page(one["document"], [one["summary"]["nb"], f"Sak {one['case_reference']}"])
            await documents.add(house.made(name), f"{one['document']}.pdf", page)


async def _publish(key: str, one: Mapping[str, Any], house: House) -> None:
    hearing = house.made(f"hearing {key}")
    async with house.by_staff(_AUTHOR, house.moment(one["day"], "08:30"), "launch_hearing", about=hearing) as unit:
        if (await hearings.read(hearing)).state == "draft":
            await hearings.publish(unit, hearing, house.keys)


async def _state(name: str, one: Mapping[str, Any], said: Mapping[str, Any], day: float, house: House) -> None:
    hearing = house.made(f"hearing {name.split()[0]}")
    if not await house.there(f"statement {name}", Statement):
        async with house.by_anybody(house.moment(day, "21:15")):
            given = await statements.give(hearing, said["kind"], said["name"], said["body"])
            house.note(f"statement {name}", given.id)
    if "decided" not in said:
        return
    async with house.by_staff(_AUTHOR, house.moment(day + 1, "10:20"), "moderate_statement", about=hearing):
        because = said.get("because")
        made = house.made(f"statement {name}")
        await statements.moderate(hearing, made, refused_because=because, name_withheld=None)


async def _opinions(key: str, one: Mapping[str, Any], house: House) -> None:
    """Anonymous opinions by ballot; those who gave one follow the hearing."""
    hearing = house.made(f"hearing {key}")
    async with work(house.system):
        asked = await read(hearing)
    day = (one["day"] + min(one["deadline"], -0.2)) / 2
    for who, opinion in zip(_speaking(house, key, one["day"]), one["opinions"], strict=False):
        try:
            await hand_in(house, asked, who, {"opinion": opinion}, day=day, kind="hearing")
        except SurveyIsClosed:
            return
        async with house.by_resident(house.journal.tokens[str(who.number)], house.moment(day, "19:40")) as (unit, me):
            await feed.follow(await require_permit(unit, me, PersonalFeed), hearing, True)


def _speaking(house: House, key: str, before: float) -> list[Dweller]:
    joined = [each for each in dwellers() if each.day < before and "personal_feed" in each.consents]
    house.dice(f"who speaks in {key}").shuffle(joined)
    return joined


async def _count(key: str, one: Mapping[str, Any], house: House) -> None:
    """The box of the opinions closes with the deadline."""
    hearing = house.made(f"hearing {key}")
    with clock.at(house.moment(one["deadline"] + 1, "00:05")):
        async with work(house.system) as unit:
            await closing.close_if_open(unit, hearing)
        await shaking.count_and_forget(house.municipality, hearing, house.keys)


async def _decide(key: str, one: Mapping[str, Any], house: House) -> None:
    hearing = house.made(f"hearing {key}")
    async with house.by_staff(_AUTHOR, house.moment(one["deadline"] + 21, "14:30"), "publish_outcome", about=hearing):
        await hearings.decide(hearing, {"decision": one["decision"], "response": one["response"]})


async def _archive(key: str, one: Mapping[str, Any], house: House) -> None:
    hearing, at = house.made(f"hearing {key}"), house.moment(one["deadline"] + 24, "09:15")
    async with house.by_staff(_AUTHOR, at, "note_archive_receipt", "changed", hearing) as unit:
        package = await archive.package(unit, hearing)
        await archive.acknowledge(unit, hearing, one["receipt"], hashlib.sha256(package).digest())
