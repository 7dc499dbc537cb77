"""Districts, places, beacons and what they lead to; and how the beacons fared."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from geofence import beacon_health, beacons, triggers, zones
from geofence.models import Beacon, Trigger, TriggerRule, Zone
from rehearsal.year.house import ZONE, House, Step, told

_IBEACON = bytes.fromhex("5a4bcfce174e4bacac814b1ee2e8d3c7") + b"\0\1"


def steps() -> list[Step]:
    """What was drawn, put up and set up, and the beacons' days."""
    town = told("places")
    return [
        Step("districts", -359, _districts),
        *(Step(f"place {key}", one["day"], partial(_draw, key, one)) for key, one in town["places"].items()),
        *(Step(f"beacon {key}", -76, partial(_put_up, key, one)) for key, one in town["beacons"].items()),
        *(Step(f"trigger {n}", one["day"], partial(_lead, n, one)) for n, one in enumerate(town["triggers"])),
        Step("beacons were heard", -0.5, _were_heard),
    ]


async def _districts(house: House) -> None:
    for key, one in told("places")["districts"].items():
        if await house.there(key, Zone):
            continue
        imported = one.get("imported")
        if imported is not None:
            async with house.by_anybody(house.moment(-359)):
                named = {zone.name["nb"]: zone.id for zone in await Zone.filter(kind="district").only("id", "name")}
            house.note(key, named[imported])
            continue
        shape = {"type": "Polygon", "coordinates": [[*one["corners"], one["corners"][0]]]}
        within = house.made(one["within"])
        async with house.by_staff("ellen", house.moment(-359, "13:20"), "draw_zone", "created") as unit:
            district = Zone(name=one["name"], geometry=shape, kind="district", parent_id=within)
            house.note(key, (await zones.draw(unit, district)).id)


async def _draw(key: str, one: Mapping[str, Any], house: House) -> None:
    if await house.there(key, Zone):
        return
    circle = {"type": "Circle", "center": one["center"], "radius_m": one["radius_m"]}
    sensitive = one.get("sensitive", False)
    who, at = "amir" if sensitive else "ellen", house.moment(one["day"], "13:20")
    async with house.by_staff(who, at, "draw_zone", "created") as unit:
        zone = Zone(name=one["name"], geometry=circle, kind="trigger", sensitive=sensitive)
        house.note(key, (await zones.draw(unit, zone)).id)


async def _put_up(key: str, one: Mapping[str, Any], house: House) -> None:
    if await house.there(f"beacon {key}", Beacon):
        return
    lon, lat = one["at"]
    async with house.by_staff("ellen", house.moment(-76, "14:00"), "put_up_beacon", "created") as unit:
        within = one.get("within")
        beacon = Beacon(
            name=one["name"],
            lat=lat,
            lon=lon,
            zone_id=None if within is None else house.made(within),
            protocol="ibeacon",
            identity=_IBEACON + int(one["minor"]).to_bytes(2),
        )
        house.note(f"beacon {key}", (await beacons.put_up(unit, beacon)).id)


_KINDS = {"survey": "survey", "hearing": "hearing", "news": "info"}


async def _lead(number: int, one: Mapping[str, Any], house: House) -> None:
    key = f"trigger {number}"
    if await house.there(key, Trigger):
        return
    kind, subject = _subject(house, one["to"])
    rule: TriggerRule = {
        "on": one["on"],
        "dwell_s": one.get("dwell_s", 0),
        "between": one.get("between"),
        "active_from": None,
        "once": one["once"],
        "proof": "beacon" if one["on"] == "beacon" else "position",
        "priority": 0,
    }
    async with house.by_staff("kari", house.moment(one["day"], "09:40"), "set_up_trigger", "created") as unit:
        place, beacon = one.get("place"), one.get("beacon")
        trigger = Trigger(
            zone_id=None if place is None else house.made(place),
            beacon_id=None if beacon is None else house.made(f"beacon {beacon}"),
            rule=rule,
            active_to=house.moment(180),
            subject_kind=kind,
            subject_id=subject,
        )
        house.note(key, (await triggers.set_up(unit, trigger)).id)


def _subject(house: House, key: str) -> tuple[Any, UUID]:
    return next(
        (said, house.made(f"{ours} {key}")) for ours, said in _KINDS.items() if f"{ours} {key}" in house.journal.made
    )


async def _were_heard(house: House) -> None:
    """Each beacon's telemetry day by day, with a battery that fades."""
    today = house.journal.founded.astimezone(ZONE).date()
    for key, one in told("places")["beacons"].items():
        dice = house.dice(f"heard {key}")
        first, last = one.get("first_heard", -75), one.get("last_heard", -1)
        full, now = one["battery_mv"]
        async with house.by_anybody(house.moment(-0.5)) as unit:
            for day in range(first, last + 1):
                if dice.random() < 0.12:
                    continue
                left = full + (now - full) * (day - first) / max(1, last - first)
                await beacon_health.heard_on(
                    unit,
                    house.made(f"beacon {key}"),
                    today + timedelta(days=day),
                    battery_mv=round(left + dice.gauss(0, 6)),
                    temperature_c=round(9 + 7 * dice.random(), 1),
                )
