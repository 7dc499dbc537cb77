"""A sensitive place, and what overlaps one, invites nobody until the privacy officer says yes, however it came."""

import json
from typing import Any

import httpx
import pytest

from base.database import work
from geofence.approvals import waiting_places
from geofence.imports.features import ImportOptions
from geofence.imports.file_reading import read_here
from geofence.imports.zone_import import import_target, import_zones
from municipality.directory import town as directory
from tests.geofence.test_over_http import KIOSK, MIDDLE, created, present, rule, seen, square
from tests.geofence.test_zone_lists import moved, zone
from tests.town import Moves, Town

IMPORT = "/v1/staff/zones/import?kind=trigger"
HALF_OVER = 0.001


def clinic(**more: Any) -> dict[str, Any]:
    return zone("Legevakten", sensitive=True, **more)


def collection(name: str, geometry: dict[str, Any]) -> dict[str, Any]:
    feature = {"type": "Feature", "properties": {"name": name}, "geometry": geometry}
    return {"type": "FeatureCollection", "features": [feature]}


async def answered(
    client: httpx.AsyncClient, who: dict[str, str], zone_id: str, approved: bool, reason: str | None = None
) -> httpx.Response:
    body = {"approved": approved, "reason": reason}
    return await client.put(f"/v1/staff/zones/{zone_id}/approval", headers=who, json=body)


async def state(client: httpx.AsyncClient, staff: dict[str, str], zone_id: str) -> str | None:
    found: str | None = (await client.get(f"/v1/staff/zones/{zone_id}", headers=staff)).json()["approval"]
    return found


async def test_a_sensitive_place_is_silent_until_the_officer_says_yes(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff, officer = await town.key("communications"), await town.key("privacy_officer")
    place = await created(client, "zones", staff, clinic())
    assert place["approval"] == "waiting"
    enter = await rule(client, staff, on="enter", zone_id=place["id"])
    kari = await moves(consents=["location_zones"])

    async def fired() -> tuple[list[str], list[str]]:
        told = (await present(client, kari, seen())).json()
        return told["inside"], [one["trigger_id"] for one in told["fired"]]

    assert await fired() == ([], [])
    pack = await client.get("/v1/zones/pack", headers=kari.headers)
    assert place["id"] not in pack.text
    assert (await answered(client, staff, place["id"], True)).status_code == 403
    no = await answered(client, officer, place["id"], False)
    assert [one["pointer"] for one in no.json()["errors"]] == ["/reason"]
    said = await answered(client, officer, place["id"], False, "For nær inngangen.")
    assert (said.json()["approval"], said.json()["reason"]) == ("refused", "For nær inngangen.")
    assert await fired() == ([], [])
    assert (await answered(client, officer, place["id"], True, "Avklart.")).json()["approval"] == "approved"
    assert await fired() == ([place["id"]], [enter["id"]])
    await answered(client, officer, place["id"], False, "Likevel ikke.")
    assert await fired() == ([], [])
    kept = await town.sql("select detail from audit_entry where act = 'decide_sensitive_place' order by at")
    assert [json.loads(row["detail"]) for row in kept] == [
        {"approved": False, "reason": "For nær inngangen."},
        {"approved": True, "reason": "Avklart."},
        {"approved": False, "reason": "Likevel ikke."},
    ]


async def test_a_place_over_a_sensitive_one_waits_however_it_came(client: httpx.AsyncClient, town: Town) -> None:
    staff, officer = await town.key("planner"), await town.key("privacy_officer")
    await created(client, "zones", staff, clinic())
    beside = await created(client, "zones", staff, zone("Ved siden av", geometry=moved(0.002)))
    drawn = await created(client, "zones", staff, zone("Tegnet", geometry=moved(HALF_OVER)))
    district = await created(client, "zones", staff, zone("Bydelen", kind="district"))
    assert (beside["approval"], drawn["approval"], district["approval"]) == (None, "waiting", None)
    own = await created(client, "zones", officer, zone("Ombudets", geometry=moved(HALF_OVER / 2)))
    assert own["approval"] == "waiting"

    file = collection("Fra fil", moved(HALF_OVER, 0.0001))
    tried = (await client.post(IMPORT + "&dry_run=true", headers=staff, json=file)).json()
    brought = (await client.post(IMPORT, headers=staff, json=file)).json()
    for told in (tried, brought):
        assert "until the privacy officer says yes" in told["features"][0]["said"][0]
    assert await state(client, staff, brought["zones"][0]) == "waiting"

    async with work(town.system) as unit:  # As the command line imports.
        target = import_target(await directory(unit))
        raw = json.dumps(collection("Fra kommandolinjen", moved(-HALF_OVER))).encode()
        outcome = await import_zones(unit, read_here(raw, ImportOptions(kind="trigger"), target))
        names = [one.name["nb"] for one in await waiting_places(10)]
    assert await state(client, staff, str(outcome.zones[0])) == "waiting"
    assert names == ["Legevakten", "Tegnet", "Ombudets", "Fra fil", "Fra kommandolinjen"]
    assert await state(client, staff, beside["id"]) is None


async def test_marking_a_place_lets_those_wait_that_overlap_it_until_the_mark_is_gone(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff, officer = await town.key("communications"), await town.key("privacy_officer")
    there = await square(client, staff)
    trigger = await rule(client, staff, on="enter", zone_id=there["id"])
    kari = await moves(consents=["location_zones"])
    assert [one["trigger_id"] for one in (await present(client, kari, seen())).json()["fired"]] == [trigger["id"]]
    marked = await created(client, "zones", staff, clinic(geometry=moved(HALF_OVER)))
    assert await state(client, staff, there["id"]) == "waiting"
    assert (await present(client, kari, seen())).json()["inside"] == []
    await answered(client, officer, there["id"], True)
    assert (await present(client, kari, seen())).json()["inside"] == [there["id"]]
    one = f"/v1/staff/zones/{marked['id']}"
    assert (await client.put(one, headers=staff, json=clinic(geometry=moved(0.01)))).status_code == 200
    assert await state(client, staff, there["id"]) is None
    assert (await client.put(one, headers=staff, json=clinic(geometry=moved(HALF_OVER)))).status_code == 200
    assert await state(client, staff, there["id"]) == "waiting"
    assert (await client.delete(one, headers=staff)).status_code == 204
    assert await state(client, staff, there["id"]) is None
    assert (await present(client, kari, seen())).json()["inside"] == [there["id"]]


async def test_once_decided_a_mark_is_taken_off_by_the_officer_alone_and_a_new_shape_asks_again(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff, officer = await town.key("communications"), await town.key("privacy_officer")
    place = await created(client, "zones", staff, clinic())
    one = f"/v1/staff/zones/{place['id']}"
    assert (await client.put(one, headers=staff, json=zone("Legevakten"))).json()["approval"] is None
    assert (await client.put(one, headers=staff, json=clinic())).json()["approval"] == "waiting"
    await answered(client, officer, place["id"], True)
    renamed = {**clinic(), "name": {"nb": "Legevakta"}}
    assert (await client.put(one, headers=staff, json=renamed)).json()["approval"] == "approved"
    for answer in (await client.put(one, headers=staff, json=zone("x")), await client.delete(one, headers=staff)):
        assert answer.status_code == 403
        assert "Privacy officer" in answer.json()["detail"]
    moved_on = await client.put(one, headers=staff, json=clinic(geometry=moved(0.0001)))
    assert moved_on.json()["approval"] == "waiting"
    assert (await client.delete(one, headers=staff)).status_code == 403
    assert (await client.put(one, headers=officer, json=zone("x"))).json()["approval"] is None
    assert (await answered(client, officer, place["id"], True)).status_code == 409
    assert (await client.delete(one, headers=staff)).status_code == 204


async def test_a_beacon_within_a_place_that_waits_is_silent_too(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff, officer = await town.key("communications"), await town.key("privacy_officer")
    hanging = {"name": "Kiosk", "lat": MIDDLE[0], "lon": MIDDLE[1], "ibeacon": KIOSK}
    beacon = await created(client, "beacons", staff, hanging)
    heard_one = await rule(client, staff, on="beacon", beacon_id=beacon["id"])
    place = await created(client, "zones", staff, clinic())
    kari = await moves(consents=["location_zones", "location_beacons"])

    async def fired() -> list[str]:
        at = seen()["at"]
        heard = [{"id": f"{n}", "at": at, "rssi": -55, "tx_power": -59, "ibeacon": KIOSK} for n in range(3)]
        told = await present(client, kari, seen(), sightings=heard)
        return [one["trigger_id"] for one in told.json()["fired"]]

    assert await fired() == []
    await answered(client, officer, place["id"], True)
    assert await fired() == [heard_one["id"]]


async def test_a_drawing_is_told_which_sensitive_places_it_overlaps(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("planner")
    place = await created(client, "zones", staff, clinic())
    for body, told in (
        (zone("A", geometry=moved(HALF_OVER)), [place["id"]]),
        (zone("A", geometry=moved(0.002)), []),
        (zone("A", kind="district"), []),
    ):
        looked = await client.post("/v1/staff/zones/check", headers=staff, json=body)
        assert [one["id"] for one in looked.json()["sensitive"]] == told


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", "Rollen din gir ikke tilgang til dette. Dette kan gjøres av en med en av disse rollene: "),
        ("nn", "Rolla di gir ikkje tilgang til dette. Dette kan gjerast av ein med ei av desse rollene: "),
        ("en", "Your role does not allow this. Those who can have one of these roles: "),
    ],
)
async def test_who_may_not_is_told_who_may(client: httpx.AsyncClient, town: Town, language: str, said: str) -> None:
    staff = {**await town.key("planner"), "Accept-Language": language}
    place = await created(client, "zones", staff, clinic())
    refused = await answered(client, staff, place["id"], True)
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith(said)
    assert len(refused.json()["detail"]) > len(said) + 10
