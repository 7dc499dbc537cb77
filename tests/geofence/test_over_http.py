"""A resident's phone and the staff's console, over HTTP, against a real database."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from api.residents.presence import PresenceAnswer
from base.clock import now
from geofence.engine.eid import Rotor, eids
from tests.town import Moves, Neighbour, Town, found_town, grant

SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[10.2229, 59.1301], [10.2249, 59.1301], [10.2249, 59.1311], [10.2229, 59.1311], [10.2229, 59.1301]]
    ],
}
MIDDLE = (59.1306, 10.2239)
KIOSK = {"uuid": "f7826da6-4fa2-4e98-8024-bc5b71e0893e", "major": 3907, "minor": 1}


async def created(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], body: dict[str, Any]
) -> dict[str, Any]:
    answer = await client.post(f"/v1/staff/{path}", headers=headers, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def news(client: httpx.AsyncClient, headers: dict[str, str]) -> str:
    body = {"title": {"nb": "Torget bygges om"}, "body": {"nb": "Hva synes du?"}}
    return str((await created(client, "information", headers, body))["id"])


async def square(client: httpx.AsyncClient, headers: dict[str, str], **more: Any) -> dict[str, Any]:
    return await created(
        client, "zones", headers, {"name": {"nb": "Torget"}, "geometry": SQUARE, "kind": "trigger", **more}
    )


async def rule(client: httpx.AsyncClient, headers: dict[str, str], **more: Any) -> dict[str, Any]:
    body = {
        "active_to": (now() + timedelta(days=30)).isoformat(),
        "action": {"kind": "info", "subject_id": await news(client, headers)},
        **more,
    }
    return await created(client, "triggers", headers, body)


def seen(seconds_ago: float = 0, lat: float = MIDDLE[0], lon: float = MIDDLE[1], **more: Any) -> dict[str, Any]:
    at = (now() - timedelta(seconds=seconds_ago)).isoformat()
    return {"id": str(uuid4()), "lat": lat, "lon": lon, "accuracy_m": 8, "at": at, **more}


async def present(
    client: httpx.AsyncClient, who: Neighbour, *fixes: dict[str, Any], state: str | None = None, **more: Any
) -> httpx.Response:
    body = {"sent_at": now().isoformat(), "fixes": list(fixes), "sightings": [], "state": state, **more}
    return await client.post("/v1/presence", headers=who.headers, json=body)


async def test_a_resident_walks_into_a_zone_stays_and_is_invited(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff = await town.key("communications")
    zone = await square(client, staff)
    enter = await rule(client, staff, on="enter", zone_id=zone["id"])
    dwell = await rule(client, staff, on="dwell", zone_id=zone["id"], dwell_s=300)
    kari = await moves(consents=["location_zones"])

    first = await present(client, kari, seen(400))
    assert first.status_code == 200, first.text
    told = first.json()
    assert told["inside"] == [zone["id"]]
    assert [f["trigger_id"] for f in told["fired"]] == [enter["id"]]
    assert told["fired"][0]["title"] == "Torget bygges om"
    assert told["fired"][0]["evidence"] == "self_reported"
    assert told["regions"][0]["zone_id"] == zone["id"]
    assert 40 < told["next_boundary_m"] < 70
    assert len(told["state"]) < 4096
    # It is put together as bytes: they are what the documented shape would have given.
    assert json.loads(PresenceAnswer.model_validate_json(first.content).model_dump_json()) == told
    nowhere = (await present(client, kari, state=told["state"])).json()
    assert nowhere.keys() == told.keys()

    later = (await present(client, kari, seen(60), state=told["state"])).json()
    assert [f["trigger_id"] for f in later["fired"]] == [dwell["id"]]
    again = (await present(client, kari, seen(0), state=later["state"])).json()
    assert again["fired"] == []


async def test_without_consent_presence_is_refused_and_names_the_purpose(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    ola = await moves()
    refused = await present(client, ola, seen())
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("/problems/consent-required")
    assert refused.json()["purpose"] == "location_zones"
    heard = {"id": "s", "at": now().isoformat(), "rssi": -60, "ibeacon": KIOSK}
    assert (await present(client, ola, sightings=[heard])).json()["purpose"] == "location_beacons"

    await grant(client, ola, "location_zones")
    state = (await present(client, ola, seen(30))).json()["state"]
    await grant(client, ola, "location_zones", granted=False)
    assert (await present(client, ola, seen(), state=state)).status_code == 403


async def test_a_beacon_is_heard_with_and_without_a_position(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff = await town.key("communications")
    beacon = await created(
        client, "beacons", staff, {"name": "Kiosk", "lat": MIDDLE[0], "lon": MIDDLE[1], "ibeacon": KIOSK}
    )
    assert beacon["ibeacon"] == KIOSK
    near = await rule(client, staff, on="beacon", beacon_id=beacon["id"])
    heard = {"id": "s", "at": now().isoformat(), "rssi": -60, "ibeacon": KIOSK}
    liv = await moves(consents=["location_beacons"])
    told = await present(client, liv, sightings=[heard])
    assert [f["trigger_id"] for f in told.json()["fired"]] == [near["id"]]
    assert told.json()["regions"] == []
    assert (await present(client, liv, seen())).json()["purpose"] == "location_zones"


async def test_a_strangers_or_damaged_state_is_refused_and_null_starts_again(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    kari, ola = await moves(consents=["location_zones"]), await moves(consents=["location_zones"])
    state = (await present(client, kari, seen(9))).json()["state"]
    for odd in (state[:-1] + ("A" if state[-1] != "A" else "B"), state[:40], "", "æ", "x" * 5_000):
        refused = await present(client, kari, seen(), state=odd)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "/state"
    assert (await present(client, ola, seen(), state=state)).status_code == 422
    assert (await present(client, kari, seen())).status_code == 200


async def test_what_is_wrong_with_a_report_is_said_field_by_field(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    kari = await moves(consents=["location_zones", "location_beacons"])
    late = await present(client, kari, seen(-3600))
    assert late.json()["errors"][0]["pointer"] == "/fixes/0/at"
    assert (await present(client, kari, seen(lat=91))).json()["errors"][0]["pointer"] == "/fixes/0/lat"
    assert (await present(client, kari, seen(speed=3))).json()["errors"][0]["pointer"] == "/fixes/0/speed"
    nameless = {"id": "s", "at": now().isoformat(), "rssi": -60}
    assert (await present(client, kari, sightings=[nameless])).json()["errors"][0]["pointer"] == "/sightings/0"


async def test_what_leads_nowhere_now_may_fire_once_it_does(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff = await town.key("communications")
    zone = await square(client, staff)
    tomorrow = {"title": {"nb": "Snart"}, "body": {"nb": "…"}, "published_at": (now() + timedelta(days=1)).isoformat()}
    item = (await created(client, "information", staff, tomorrow))["id"]
    await rule(client, staff, on="dwell", dwell_s=10, zone_id=zone["id"], action={"kind": "info", "subject_id": item})
    kari = await moves(consents=["location_zones"])
    told = (await present(client, kari, seen(100), seen(50))).json()
    assert told["fired"] == []
    await town.sql("update information set published_at = now() - interval '1 minute'")
    assert len((await present(client, kari, seen(0), state=told["state"])).json()["fired"]) == 1


async def test_a_redrawn_or_removed_zone_counts_at_once(client: httpx.AsyncClient, town: Town, moves: Moves) -> None:
    staff = await town.key("communications")
    kari = await moves(consents=["location_zones"])
    assert (await present(client, kari, seen())).json()["inside"] == []
    zone = await square(client, staff)
    assert (await present(client, kari, seen())).json()["inside"] == [zone["id"]]
    away = {
        "name": {"nb": "Torget"},
        "kind": "trigger",
        "geometry": {"type": "Circle", "center": [10.3, 59.2], "radius_m": 50},
    }
    moved = await client.put(f"/v1/staff/zones/{zone['id']}", headers=staff, json=away)
    assert moved.status_code == 200, moved.text
    told = (await present(client, kari, seen())).json()
    assert told["inside"] == []
    assert told["regions"][0]["radius_m"] == 50.0
    assert (await client.delete(f"/v1/staff/zones/{zone['id']}", headers=staff)).status_code == 204
    assert (await present(client, kari, seen())).json()["regions"] == []
    assert (await client.get(f"/v1/staff/zones/{zone['id']}", headers=staff)).status_code == 404


async def test_too_many_reports_a_minute_are_asked_to_wait(
    client: httpx.AsyncClient, town: Town, moves: Moves, services: Any
) -> None:
    kari = await moves(consents=["location_zones"])
    services.settings = services.settings.model_copy(update={"presence_per_minute": 3})
    answers = [(await present(client, kari, seen())).status_code for _ in range(5)]
    assert answers.count(200) <= 6
    assert 429 in answers


async def test_another_towns_zones_do_not_exist(client: httpx.AsyncClient, town: Town, moves: Moves) -> None:
    staff = await town.key("communications")
    zone = await square(client, staff)
    other = await found_town(town.superuser, "3911")
    theirs = await other.key("admin")
    for method in ("GET", "DELETE"):
        assert (await client.request(method, f"/v1/staff/zones/{zone['id']}", headers=theirs)).status_code == 404
    assert (await client.get("/v1/staff/zones", headers=theirs)).json()["items"] == []


async def test_a_rotating_id_is_evidence_in_its_own_time_only(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff = await town.key("communications")
    key = {"identity_key": "0102030405060708090a111213141516", "rotation_exponent": 10, "clock_offset": 0}
    place = {"name": "Kiosk", "lat": MIDDLE[0], "lon": MIDDLE[1]}
    beacon = await created(client, "beacons", staff, {**place, "eddystone_eid": key})
    await rule(client, staff, on="beacon", beacon_id=beacon["id"])
    liv = await moves(consents=["location_beacons"])
    rotor = Rotor(0, bytes.fromhex(key["identity_key"]), 10, 0, 0)  # type: ignore[arg-type]  # it is text

    def heard(seconds_ago: float) -> dict[str, Any]:
        sent = eids(rotor, [rotor.period(now().timestamp() - seconds_ago)])[0].hex()
        return {"id": "s", "at": now().isoformat(), "rssi": -60, "eddystone_eid": {"eid": sent}}

    assert (await present(client, liv, sightings=[heard(86_400)])).json()["fired"] == []
    [fired] = (await present(client, liv, sightings=[heard(0)])).json()["fired"]
    assert fired["evidence"] == "beacon"


async def test_a_beacons_health_is_kept_once_a_day_and_says_nothing_of_who_heard_it(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff = await town.key("communications")
    place = {"name": "Kiosk", "lat": MIDDLE[0], "lon": MIDDLE[1]}
    beacon = await created(client, "beacons", staff, {**place, "ibeacon": KIOSK})
    for who in [await moves(consents=["location_beacons"]) for _ in range(3)]:
        tlm = {"battery_mv": 2950, "temperature_c": -4.5}
        heard = {"id": "s", "at": now().isoformat(), "rssi": -60, "ibeacon": KIOSK, "tlm": tlm}
        assert (await present(client, who, sightings=[heard])).status_code == 200
    [day] = (await client.get(f"/v1/staff/beacons/{beacon['id']}/health", headers=staff)).json()["items"]
    assert (day["battery_mv"], day["temperature_c"]) == (2950, -4.5)
    assert "resident_id" not in (await town.sql("select * from beacon_health"))[0]
