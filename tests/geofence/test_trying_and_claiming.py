"""Staff try triggers on a track; phones that say nothing of where they are claim what they have matched."""

import json
from datetime import timedelta
from typing import Any

import httpx

from base.clock import now
from base.jws import verify
from tests.geofence.test_over_http import SQUARE, present, rule, seen, square
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
