"""Staff try triggers on a track; phones that say nothing of where they are claim what they have matched."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from base.clock import now
from base.jws import verify
from tests.geofence.test_over_http import KIOSK, SQUARE, created, present, rule, seen, square
from tests.town import Moves, Town

THROUGH = {"type": "LineString", "coordinates": [[10.2150, 59.1306], [10.2239, 59.1306], [10.2239, 59.1307]]}
GPX = """<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1"><trk><trkseg>
<trkpt lat="59.1306" lon="10.2150"><time>2026-11-23T09:00:00Z</time></trkpt>
<trkpt lat="59.1306" lon="10.2239"><time>2026-11-23T09:10:00Z</time></trkpt>
<trkpt lat="59.1306" lon="10.2239"><time>2026-11-23T09:20:00Z</time></trkpt></trkseg></trk></gpx>"""


async def test_staff_see_what_a_track_would_fire_when_and_why(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    zone = await square(client, staff)
    enter = await rule(client, staff, on="enter", zone_id=zone["id"])
    dwell = await rule(client, staff, on="dwell", zone_id=zone["id"], dwell_s=300)
    noon = (now() + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    walked = await client.post(
        "/v1/staff/triggers/simulate", headers=staff, json={"track": THROUGH, "begins_at": noon.isoformat()}
    )
    assert walked.status_code == 200, walked.text
    assert [f["trigger_id"] for f in walked.json()["fired"]] == [enter["id"]]
    assert any(d["chance"] and d["chance"] > 0.9 and d["zone_id"] == zone["id"] for d in walked.json()["decisions"])
    driven = await client.post(
        "/v1/staff/triggers/simulate", headers=staff, json={"gpx": GPX, "begins_at": noon.isoformat()}
    )
    assert [f["trigger_id"] for f in driven.json()["fired"]] == [enter["id"], dwell["id"]]
    assert driven.json()["fired"][1]["at"] == (noon + timedelta(minutes=20)).isoformat().replace("+00:00", "Z")
    assert driven.json()["inside"] == [zone["id"]]


async def test_staff_try_a_zone_and_a_trigger_that_nobody_has_saved(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    noon = (now() + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    zone = {"id": str(uuid4()), "name": {"nb": "Torget"}, "geometry": SQUARE, "kind": "trigger"}
    action = {"kind": "info", "subject_id": str(uuid4())}
    draft = {"id": str(uuid4()), "on": "dwell", "dwell_s": 300, "zone_id": zone["id"], "action": action}
    draft["active_to"] = (noon + timedelta(days=9)).isoformat()
    body = {"gpx": GPX, "begins_at": noon.isoformat(), "zones": [zone], "triggers": [draft]}
    tried = await client.post("/v1/staff/triggers/simulate", headers=staff, json=body)
    assert tried.status_code == 200, tried.text
    assert [f["trigger_id"] for f in tried.json()["fired"]] == [draft["id"]]
    assert tried.json()["inside"] == [zone["id"]]
    hours = {**draft, "between": {"from": "20:00", "to": "21:00"}}
    closed = await client.post("/v1/staff/triggers/simulate", headers=staff, json={**body, "triggers": [hours]})
    assert closed.json()["fired"] == []
    assert any("outside its hours" in d["said"] for d in closed.json()["decisions"])
    for path in ("zones", "triggers"):
        assert (await client.get(f"/v1/staff/{path}", headers=staff)).json()["items"] == [], "nothing is kept of it"
    wrong: list[tuple[dict[str, Any], str]] = [
        ({**body, "zones": []}, "/triggers/0/zone_id"),
        ({**body, "triggers": [{**draft, "dwell_s": 0}]}, "/triggers/0/dwell_s"),
        ({**body, "zones": [{**zone, "geometry": {"type": "Point"}}]}, "/zones/0/geometry/type"),
        ({"sightings": [{"beacon_id": str(uuid4()), "rssi": -60, "at": noon.isoformat()}]}, "/sightings/0/beacon_id"),
    ]
    for sent, pointer in wrong:
        refused = await client.post("/v1/staff/triggers/simulate", headers=staff, json=sent)
        assert refused.status_code == 422, refused.text
        assert refused.json()["errors"][0]["pointer"] == pointer


async def test_staff_try_a_beacon_by_saying_when_it_is_heard(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    noon = (now() + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    spot = {"lat": 59.1306, "lon": 10.2239}
    kiosk = await created(client, "beacons", staff, {"name": "Kiosk", **spot, "ibeacon": KIOSK})
    key = {"identity_key": "0102030405060708090A111213141516", "rotation_exponent": 10}
    library = await created(client, "beacons", staff, {"name": "Bibliotek", **spot, "eddystone_eid": key})
    near = [await rule(client, staff, on="beacon", beacon_id=beacon["id"], dwell_s=60) for beacon in (kiosk, library)]
    sightings = [
        {"beacon_id": beacon["id"], "rssi": rssi, "at": (noon + timedelta(seconds=second)).isoformat()}
        for beacon, rssi in ((kiosk, -70), (library, -70))
        for second in (0, 50, 70)
    ]
    heard = await client.post("/v1/staff/triggers/simulate", headers=staff, json={"sightings": sightings})
    assert heard.status_code == 200, heard.text
    fired = {f["trigger_id"]: f["evidence"] for f in heard.json()["fired"]}
    # What a beacon always sends can be sent by anybody; only an id of its moment is evidence.
    assert fired == {near[0]["id"]: "self_reported", near[1]["id"]: "beacon"}
    assert {d["beacon_id"] for d in heard.json()["decisions"]} == {kiosk["id"], library["id"]}
    faint = [{**one, "rssi": -100} for one in sightings]
    far = await client.post("/v1/staff/triggers/simulate", headers=staff, json={"sightings": faint})
    assert far.json()["fired"] == []


async def test_why_a_rule_invites_or_not_is_said_at_each_step_in_the_reader_s_language(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff = {**await town.key("planner"), "Accept-Language": "nb"}
    zone = await square(client, staff)
    writer = await town.key("communications")
    weekends = await rule(client, writer, on="dwell", zone_id=zone["id"], dwell_s=300, weekdays=[6, 7])
    off = await rule(client, writer, on="enter", zone_id=zone["id"])
    await client.put(f"/v1/staff/triggers/{off['id']}/paused", headers=writer, json={"paused": True})
    monday = (now() + timedelta(days=7 - now().weekday())).replace(hour=12, minute=0, second=0, microsecond=0)

    async def said(begins: timedelta, trigger: str | None, language: str = "nb") -> list[str]:
        tried = await client.post(
            "/v1/staff/triggers/simulate",
            headers={**staff, "Accept-Language": language},
            json={"gpx": GPX, "begins_at": (monday + begins).isoformat()},
        )
        assert tried.status_code == 200, tried.text
        assert len(tried.json()["points"]) == 3
        return [one["said"] for one in tried.json()["decisions"] if one["trigger_id"] == trigger]

    assert await said(timedelta(), None) == ["Innenfor", "Innenfor"]
    assert await said(timedelta(), off["id"]) == ["Inviterer ikke: regelen er slått av"]
    waits = "Inviterer ikke: ikke der lenge nok ennå"
    assert await said(timedelta(), weekends["id"]) == [
        waits,
        "Inviterer ikke: utenom tidene og dagene i regelen",
    ]
    assert await said(timedelta(days=5), weekends["id"]) == [waits, "Inviterer"]
    assert (await said(timedelta(days=5), weekends["id"], "nn"))[0] == "Inviterer ikkje: ikkje der lenge nok enno"
    assert (await said(timedelta(days=5), weekends["id"], "en"))[1] == "invites"


async def test_on_a_track_the_beacons_are_heard_that_it_passes(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    spot = {"lat": 59.1306, "lon": 10.2239}
    kiosk = await created(client, "beacons", staff, {"name": "Kiosk", **spot, "ibeacon": KIOSK})
    near = await rule(client, staff, on="beacon", beacon_id=kiosk["id"])
    body = {"gpx": GPX, "begins_at": (now() + timedelta(days=1)).isoformat(), "hears": True}
    tried = await client.post("/v1/staff/triggers/simulate", headers=staff, json=body)
    assert [fired["trigger_id"] for fired in tried.json()["fired"]] == [near["id"]]
    deaf = await client.post("/v1/staff/triggers/simulate", headers=staff, json={**body, "hears": False})
    assert deaf.json()["fired"] == []


async def test_a_track_that_is_none_is_refused(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("planner")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({}, ""),
        ({"track": THROUGH, "gpx": GPX}, ""),
        ({"track": {"type": "Point", "coordinates": [10, 59]}}, "/track"),
        ({"track": {"type": "LineString", "coordinates": [[10, 99]]}}, "/track/coordinates/0"),
        (
            {"track": {"type": "Feature", "geometry": THROUGH, "properties": {"coordTimes": ["x"]}}},
            "/track/properties/coordTimes",
        ),
        (
            {"track": {"type": "Feature", "geometry": THROUGH, "properties": {"coordTimes": ["x"] * 3}}},
            "/track/properties/coordTimes/0",
        ),
        ({"gpx": "<gpx>"}, "/gpx"),
        ({"gpx": "<gpx/>"}, "/gpx"),
        ({"gpx": "<!DOCTYPE a [<!ENTITY b 'c'>]><gpx>&b;</gpx>"}, "/gpx"),
        ({"gpx": "<gpx><trkpt lat='a' lon='b'/></gpx>"}, "/gpx"),
    ]
    for body, pointer in wrong:
        refused = await client.post("/v1/staff/triggers/simulate", headers=staff, json=body)
        assert refused.status_code == 422, body
        assert refused.json()["errors"][0]["pointer"] == pointer


async def test_a_phone_that_keeps_its_position_to_itself_claims_and_is_invited_once(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff = await town.key("communications")
    zone = await square(client, staff)
    trigger = await rule(client, staff, on="dwell", zone_id=zone["id"], dwell_s=300, proof="claim")
    kari = await moves(consents=["location_zones"])
    path = f"/v1/triggers/{trigger['id']}/claims"
    told = await client.post(path, headers=kari.headers, json={"state": None})
    assert told.status_code == 200, told.text
    assert [f["trigger_id"] for f in told.json()["fired"]] == [trigger["id"]]
    assert told.json()["fired"][0]["evidence"] == "self_reported"
    again = await client.post(path, headers=kari.headers, json={"state": told.json()["state"]})
    assert again.json()["fired"] == []
    ola = await moves()
    assert (await client.post(path, headers=ola.headers, json={})).json()["purpose"] == "location_zones"
    assert (await client.post(path, headers=kari.headers, json={"state": "x"})).status_code == 422
    none = "/v1/triggers/3f1c1f0e-8f6b-4b0e-9f57-0c1a5d1f7a10/claims"
    assert (await client.post(none, headers=kari.headers, json={})).status_code == 404


async def test_a_trigger_that_asks_for_a_position_refuses_a_claim(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff = await town.key("communications")
    trigger = await rule(client, staff, on="enter", zone_id=(await square(client, staff))["id"], proof="position")
    kari = await moves(consents=["location_zones"])
    refused = await client.post(f"/v1/triggers/{trigger['id']}/claims", headers=kari.headers, json={})
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("not-entitled")
    assert len((await present(client, kari, seen())).json()["fired"]) == 1


async def test_the_pack_is_signed_and_says_where_but_not_what(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff = await town.key("communications")
    zone = await square(client, staff, open_hours={"mon": [{"from": "08:00", "to": "16:00"}]})
    await square(client, staff)
    trigger = await rule(client, staff, on="dwell", dwell_s=60, zone_id=zone["id"], proof="claim")
    kari = await moves()
    pack = await client.get("/v1/zones/pack", headers=kari.headers)
    assert pack.headers["content-type"] == "application/jose"
    keys = (await client.get("/.well-known/jwks.json")).json()
    content = json.loads(verify(pack.text, keys, "medvirk-zones+jws"))
    [shown] = content["zones"]
    assert shown["id"] == zone["id"]
    assert shown["geometry"] == SQUARE
    assert shown["open_hours"][0] == [[480, 960]]
    assert shown["triggers"][0]["id"] == trigger["id"]
    assert trigger["action"]["subject_id"] not in json.dumps(content)
    same = await client.get("/v1/zones/pack", headers={**kari.headers, "If-None-Match": pack.headers["etag"]})
    assert same.status_code == 304


async def test_a_trigger_is_switched_off_and_on_and_invites_once_all_the_same(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff = await town.key("communications")
    zone = await square(client, staff)
    trigger = await rule(client, staff, on="enter", zone_id=zone["id"], proof="claim")
    one = f"/v1/staff/triggers/{trigger['id']}"
    kari, ola = await moves(consents=["location_zones"]), await moves(consents=["location_zones"])
    met = (await present(client, kari, seen(200))).json()
    assert [f["trigger_id"] for f in met["fired"]] == [trigger["id"]]

    off = await client.put(f"{one}/paused", headers=staff, json={"paused": True})
    assert off.json() == {**trigger, "paused": True, "standing": "off"}
    assert (await present(client, ola, seen(60))).json()["fired"] == []
    claimed = await client.post(f"/v1/triggers/{trigger['id']}/claims", headers=ola.headers, json={"state": None})
    assert claimed.json()["fired"] == []
    pack = await client.get("/v1/zones/pack", headers=ola.headers)
    keys = (await client.get("/.well-known/jwks.json")).json()
    assert json.loads(verify(pack.text, keys, "medvirk-zones+jws"))["zones"] == []
    away = [seen(s, lat=59.15) for s in (150, 100, 60)]
    left = (await present(client, kari, *away, state=met["state"])).json()["state"]

    assert (await client.put(f"{one}/paused", headers=staff, json={"paused": False})).json() == trigger
    assert (await present(client, kari, seen(0), state=left)).json()["fired"] == []
    assert len((await present(client, await moves(consents=["location_zones"]), seen(0))).json()["fired"]) == 1
