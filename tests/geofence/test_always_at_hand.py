"""Zones are laid out before anybody asks, and those that are known serve while new ones are being laid out."""

import asyncio
import threading
from typing import Any

import httpx
import pytest

from base.clock import now
from base.database import work
from geofence import snapshots
from geofence.engine.eid import Rotor, eids
from geofence.snapshots import Snapshots
from tests.geofence.test_over_http import KIOSK, MIDDLE, created, rule, seen, square
from tests.geofence.test_over_http import present as present_at
from tests.town import Moves, Town


async def test_zones_are_laid_out_before_the_first_phone_asks(client: httpx.AsyncClient, town: Town) -> None:
    await square(client, await town.key("communications"))
    fresh = Snapshots()
    laying = asyncio.create_task(fresh.lay_out())
    await asyncio.sleep(0)
    assert not fresh.ready
    await laying
    assert fresh.ready
    assert [zones for zones, _, _ in fresh.sizes()] == [1]


async def test_a_process_is_not_ready_before_its_zones_are(client: httpx.AsyncClient, services: Any) -> None:
    services.snapshots.ready = False
    assert (await client.get("/readyz")).status_code == 503
    services.snapshots.ready = True
    assert (await client.get("/readyz")).status_code == 200


async def test_the_old_zones_serve_while_many_new_ones_are_laid_out(
    client: httpx.AsyncClient, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = await town.key("communications")
    await square(client, staff)
    known, finish = Snapshots(), threading.Event()
    async with work(town.system) as unit:
        before = await known.of(unit)
    read = snapshots._read

    async def slowly(unit: Any, old: Any) -> Any:
        build, _ = await read(unit, old)
        return (lambda: (finish.wait(20), build())[1]), False

    monkeypatch.setattr(snapshots, "_read", slowly)
    await square(client, staff)
    known.stale(town.municipality)
    async with work(town.system) as unit:
        for _ in range(3):
            assert await known.of(unit) is before
        newest = asyncio.create_task(known.of(unit, newest=True))
        await asyncio.sleep(0.05)
        assert not newest.done()
        finish.set()
        assert len((await newest).zones) == 2
        assert len((await known.of(unit)).zones) == 2


async def test_a_municipality_says_how_often_a_resident_may_be_asked_in_a_day(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff = await town.key("communications")
    zone = await square(client, staff)
    rules = [await rule(client, staff, on="enter", zone_id=zone["id"], priority=p) for p in (1, 5, 3)]
    assert (await client.get("/v1/staff/presence", headers=staff)).json() == {"per_day": 10}
    kept = await client.put("/v1/staff/presence", headers=staff, json={"per_day": 1})
    assert kept.json() == {"per_day": 1}
    kari = await moves(consents=["location_zones"])
    told = (await present_at(client, kari, seen(lat=MIDDLE[0]))).json()
    assert [f["trigger_id"] for f in told["fired"]] == [rules[1]["id"]], "the most important one alone"
    wrong = await client.put("/v1/staff/presence", headers=staff, json={"per_day": 0})
    assert wrong.json()["errors"][0]["pointer"] == "/per_day"
    planner = await town.key("planner")
    assert (await client.put("/v1/staff/presence", headers=planner, json={"per_day": 2})).status_code == 403
    [told_of] = [
        e
        for e in (await client.get("/v1/staff/audit", headers=await town.key("privacy_officer"))).json()["items"]
        if e["act"] == "change_presence_manners" and e["kind"] == "changed"
    ][:1]
    assert told_of


async def test_staff_beside_a_beacon_set_its_clock(client: httpx.AsyncClient, town: Town, moves: Moves) -> None:
    staff = await town.key("communications")
    key = {"identity_key": "0102030405060708090a111213141516", "rotation_exponent": 10, "clock_offset": 0}
    place = {"name": "Kiosk", "lat": MIDDLE[0], "lon": MIDDLE[1]}
    beacon = await created(client, "beacons", staff, {**place, "eddystone_eid": key})
    await rule(client, staff, on="beacon", beacon_id=beacon["id"])
    rotor = Rotor(0, bytes.fromhex("0102030405060708090a111213141516"), 10, 0, 0)
    sent = eids(rotor, [rotor.period(now().timestamp() - 3 * 86_400)])[0].hex()  # It stood still for three days.
    liv = await moves(consents=["location_beacons"])
    heard = {"id": "s", "at": now().isoformat(), "rssi": -60, "eddystone_eid": {"eid": sent}}
    assert (await present_at(client, liv, sightings=[heard])).json()["fired"] == []
    path = f"/v1/staff/beacons/{beacon['id']}/scan"
    scanned = await client.post(path, headers=staff, json={"eid": sent})
    assert scanned.status_code == 200, scanned.text
    assert abs(scanned.json()["clock_offset"] + 3 * 86_400) < 1_024
    again = {**heard, "id": "s2", "at": now().isoformat()}
    [fired] = (await present_at(client, liv, sightings=[again])).json()["fired"]
    assert fired["evidence"] == "beacon"
    stranger = await client.post(path, headers=staff, json={"eid": "00" * 8})
    assert stranger.json()["errors"][0]["pointer"] == "/eid"
    still = await created(client, "beacons", staff, {**place, "ibeacon": KIOSK})
    none = await client.post(f"/v1/staff/beacons/{still['id']}/scan", headers=staff, json={"eid": sent})
    assert none.status_code == 422
