"""Staff draw zones, import them, put up beacons and set triggers; what cannot be is said field by field."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from base.clock import now
from tests.geofence.test_over_http import KIOSK, SQUARE, created, news, rule, square
from tests.town import Moves, Town, night

DISTRICT = {"name": {"nb": "Sentrum"}, "geometry": SQUARE, "kind": "district"}
BORDERS = Path(__file__).parents[1] / "data" / "municipalities.geojson"


async def test_a_zone_comes_back_as_it_was_drawn(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("planner")
    hours = {"mon": [{"from": "08:00", "to": "16:00"}]}
    zone = await square(client, staff, open_hours=hours, active_from="2026-01-01T00:00:00Z")
    assert zone["geometry"] == SQUARE
    assert zone["open_hours"] == hours
    assert (await client.get(f"/v1/staff/zones/{zone['id']}", headers=staff)).json() == zone
    assert (await client.get("/v1/staff/zones?kind=trigger", headers=staff)).json() == {"items": [zone], "next": None}
    assert (await client.get("/v1/staff/zones?kind=district", headers=staff)).json()["items"] == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": {"en": "The square"}}, "/name/nb"),
        ({"geometry": {"type": "Point", "coordinates": [10, 59]}}, "/geometry/type"),
        ({"geometry": {"type": "Circle", "center": [10.2, 59.1], "radius_m": 20}}, "/geometry"),
        ({"geometry": {"type": "Circle", "center": [59.1, 10.2], "radius_m": 50}}, "/geometry/center"),
        ({"geometry": {"type": "Polygon", "coordinates": [[[10.2, 59.1]]]}}, "/geometry/coordinates/0"),
        ({"kind": "square"}, "/kind"),
        ({"parent_id": "3f1c1f0e-8f6b-4b0e-9f57-0c1a5d1f7a10"}, "/parent_id"),
        ({"open_hours": {"mon": [{"from": "8", "to": "16:00"}]}}, "/open_hours/mon/0/from"),
        ({"active_from": "2027-01-01T00:00:00Z", "active_to": "2026-01-01T00:00:00Z"}, "/active_to"),
        ({"active_to": "9999-12-31T23:59:59-12:00"}, "/active_to"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_a_zone_that_cannot_be_is_refused_by_field(
    client: httpx.AsyncClient, town: Town, change: dict[str, Any], pointer: str
) -> None:
    body = {"name": {"nb": "Torget"}, "geometry": SQUARE, "kind": "trigger", **change}
    refused = await client.post("/v1/staff/zones", headers=await town.key("communications"), json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer


async def test_districts_nest_and_a_zone_in_use_stays(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    district = {"name": {"nb": "Sentrum"}, "geometry": SQUARE, "kind": "district"}
    outer = await created(client, "zones", staff, district)
    inner = await created(client, "zones", staff, {**district, "parent_id": outer["id"]})
    circle = await client.put(
        f"/v1/staff/zones/{outer['id']}", headers=staff, json={**district, "parent_id": inner["id"]}
    )
    assert circle.json()["errors"][0]["pointer"] == "/parent_id"
    assert (await client.delete(f"/v1/staff/zones/{outer['id']}", headers=staff)).status_code == 409
    assert (await client.delete(f"/v1/staff/zones/{inner['id']}", headers=staff)).status_code == 204
    assert (await client.delete(f"/v1/staff/zones/{outer['id']}", headers=staff)).status_code == 204


async def test_real_borders_are_imported_and_each_mending_is_told(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    collection = json.loads(BORDERS.read_text())
    whole = len(collection["features"])
    collection["features"] += [
        {"type": "Feature", "properties": {"name": "Bow"}, "geometry": _polygon([0, 0], [1, 1], [1, 0], [0, 1])},
        {"type": "Feature", "properties": {}, "geometry": SQUARE},
        {"type": "Feature", "properties": {"name": "Nothing"}, "geometry": None},
        {
            "type": "Feature",
            "properties": {"name": "Small", "kind": "trigger"},
            "geometry": _polygon([0, 0], [0.01, 0], [0, 0.01]),
        },
        "nonsense",
    ]
    report = await client.post("/v1/staff/zones/import", headers=staff, json=collection)
    assert report.status_code == 200, report.text
    told = report.json()
    assert told["created"] == whole
    assert len(told["repaired"]) >= 5
    assert "self-intersection" in told["repaired"][0]["note"]
    assert [r["index"] for r in told["refused"]] == [whole + i for i in range(5)]
    listed = await client.get("/v1/staff/zones?limit=5", headers=staff)
    assert len(listed.json()["items"]) == 5
    rest = await client.get(f"/v1/staff/zones?limit=100&cursor={listed.json()['next']}", headers=staff)
    assert len(rest.json()["items"]) == whole - 5


def _polygon(*corners: list[float]) -> dict[str, Any]:
    ring = [[10.2 + x / 100, 59.1 + y / 100] for x, y in (*corners, corners[0])]
    return {"type": "Polygon", "coordinates": [ring]}


async def test_beacons_of_every_kind_come_back_and_none_twice(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    place = {"name": "Biblioteket", "lat": 59.13, "lon": 10.22}
    kinds: list[dict[str, Any]] = [
        {"ibeacon": KIOSK},
        {"altbeacon": {"id1": KIOSK["uuid"], "id2": 1, "id3": 2}},
        {"eddystone_uid": {"namespace": "00112233445566778899", "instance": "aabbccddeeff"}},
        {
            "eddystone_eid": {
                "identity_key": "0102030405060708090a111213141516",
                "rotation_exponent": 10,
                "clock_offset": -5,
            }
        },
    ]
    for kind in kinds:
        made = await created(client, "beacons", staff, {**place, **kind})
        shown = {k: made[k] for k in kind}
        if "eddystone_eid" in kind:
            assert "0102030405060708090a" not in json.dumps(made)
            assert shown == {"eddystone_eid": {"rotation_exponent": 10, "clock_offset": -5}}
        else:
            assert shown == kind
        assert (await client.post("/v1/staff/beacons", headers=staff, json={**place, **kind})).status_code == 409
        one = f"/v1/staff/beacons/{made['id']}"
        moved = await client.put(one, headers=staff, json={**place, **kind, "lat": 59.2})
        assert moved.json()["lat"] == 59.2
    assert len((await client.get("/v1/staff/beacons", headers=staff)).json()["items"]) == 4
    assert (await client.delete(one, headers=staff)).status_code == 204
    assert (await client.delete(one, headers=staff)).status_code == 404
    both = await client.post("/v1/staff/beacons", headers=staff, json={**place, **kinds[0], **kinds[1]})
    assert both.status_code == 422


async def test_a_trigger_that_cannot_be_is_refused_by_field(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    zone = await square(client, staff)
    district = await square(client, staff, kind="district")
    item = await news(client, staff)
    good: dict[str, Any] = {
        "on": "dwell",
        "zone_id": zone["id"],
        "dwell_s": 60,
        "active_to": (now() + timedelta(days=9)).isoformat(),
        "action": {"kind": "info", "subject_id": item},
    }
    missing = "3f1c1f0e-8f6b-4b0e-9f57-0c1a5d1f7a10"
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"zone_id": None}, "/zone_id"),
        ({"zone_id": missing}, "/zone_id"),
        ({"zone_id": district["id"]}, "/zone_id"),
        ({"beacon_id": missing}, "/beacon_id"),
        ({"on": "beacon"}, "/zone_id"),
        ({"dwell_s": 0}, "/dwell_s"),
        ({"once": "weekly"}, "/once"),
        ({"proof": "beacon"}, "/proof"),
        ({"active_to": "2020-01-01T00:00:00Z"}, "/active_to"),
        ({"active_to": "2100-01-01T00:00:00Z"}, "/active_to"),
        ({"between": {"from": "25:00", "to": "26:00"}}, "/between/from"),
        ({"weekdays": []}, "/weekdays"),
        ({"weekdays": [1, 8]}, "/weekdays/1"),
        ({"weekdays": ["mon"]}, "/weekdays/0"),
        ({"action": {"kind": "survey", "subject_id": item}}, "/action/subject_id"),
    ]
    for change, pointer in wrong:
        refused = await client.post("/v1/staff/triggers", headers=staff, json={**good, **change})
        assert refused.status_code == 422, change
        assert refused.json()["errors"][0]["pointer"] == pointer
    made = await created(
        client,
        "triggers",
        staff,
        {**good, "once": "P7D", "between": {"from": "22:00", "to": "06:00"}, "weekdays": [5, 1, 5]},
    )
    assert made["weekdays"] == [1, 5]
    one = f"/v1/staff/triggers/{made['id']}"
    assert (await client.get(one, headers=staff)).json() == made
    assert (await client.put(one, headers=staff, json=good)).json()["once"] == "ever"
    assert (await client.delete(one, headers=staff)).status_code == 204
    assert (await client.get("/v1/staff/triggers", headers=staff)).json()["items"] == []
    await rule(client, staff, on="exit", zone_id=zone["id"])


async def test_only_staff_come_in_here(client: httpx.AsyncClient, town: Town) -> None:
    for path in ("zones", "beacons", "triggers"):
        assert (await client.get(f"/v1/staff/{path}")).status_code == 401


async def test_a_file_of_beacons_is_registered_line_by_line(client: httpx.AsyncClient, town: Town) -> None:
    staff = {**await town.key("communications"), "Content-Type": "text/csv"}
    lines = [
        "name;lat;lon;uuid;major;minor;namespace;instance",
        f"Kiosk;59,13;10.22;{KIOSK['uuid']};3907;1;;",
        "Torg;59.13;10.22;;;;00112233445566778899;aabbccddeeff",
        f"Igjen;59.13;10.22;{KIOSK['uuid']};3907;1;;",
        "Ingen;59.13;10.22;;;;;",
        f"Paris;48.8;2.3;{KIOSK['uuid']};3907;2;;",
    ]
    told = await client.post("/v1/staff/beacons/import", headers=staff, content="\n".join(lines).encode())
    assert told.status_code == 200, told.text
    assert told.json()["created"] == 2
    assert [r["index"] for r in told.json()["refused"]] == [2, 3, 4]
    nonsense = await client.post("/v1/staff/beacons/import", headers=staff, content=b"\xff\xfe")
    assert nonsense.status_code == 422


async def test_a_norwegian_spreadsheet_s_file_is_judged_line_by_line_before_it_is_taken_in(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff = {**await town.key("planner"), "Content-Type": "text/csv", "Accept-Language": "nb"}
    lines = [
        "Navn;Breddegrad;Lengdegrad;UUID;Major;Minor;Navnerom;Instans",
        f"Bølgen;59,13;10,22;{KIOSK['uuid']};3907;1;;",
        f"Kiosken;59,13;10,22;{KIOSK['uuid']};70000;x;;",
        f"Igjen;59,13;10,22;{KIOSK['uuid']};3907;1;;",
        ";;;;;;;",
        "Torget;59,13;10,22;;;;zz;aabbccddeeff",
        f"Paris;48,8;2,3;{KIOSK['uuid']};3907;2;;",
    ]
    for content in ("\ufeff" + "\r\n".join(lines)).encode(), "\n".join(lines).encode("cp1252"):
        judged = await client.post("/v1/staff/beacons/import?dry_run=true", headers=staff, content=content)
        assert judged.status_code == 200, judged.text
        report = judged.json()
        assert (report["created"], report["dry_run"]) == (1, True)
        assert [(one["line"], [error["column"] for error in one["errors"]]) for one in report["refused"]] == [
            (3, ["Major", "Minor"]),
            (4, [None]),
            (6, ["Navnerom"]),
            (7, ["Lengdegrad"]),
        ]
        assert report["refused"][0]["errors"][0]["detail"] == "Dette kan være høyst 65535."
        assert report["refused"][1]["reason"] == "En sender med denne koden er registrert allerede."
        assert report["refused"][3]["reason"] == "Lengdegrad: Dette ligger utenfor Norge."
        assert (await client.get("/v1/staff/beacons", headers=staff)).json()["items"] == []
    taken = await client.post("/v1/staff/beacons/import", headers=staff, content=content)
    assert taken.json() == {**report, "dry_run": False}
    [kept] = (await client.get("/v1/staff/beacons?q=bølg", headers=staff)).json()["items"]
    assert (kept["name"], kept["lat"]) == ("Bølgen", 59.13)


@pytest.mark.parametrize(
    ("language", "begins"),
    [
        ("nb", "\ufeffnavn;breddegrad;lengdegrad;område-id;uuid;major;minor;"),
        ("nn", "\ufeffnamn;breiddegrad;lengdegrad;område-id;uuid;major;minor;"),
        ("en", "\ufeffname,latitude,longitude,zone_id,uuid,major,minor,"),
    ],
)
async def test_the_file_of_beacons_opens_in_the_reader_s_spreadsheet_and_comes_in_again(
    client: httpx.AsyncClient, town: Town, language: str, begins: str
) -> None:
    staff = {**await town.key("communications"), "Accept-Language": language}
    body = {"name": "=Kiosken; ute", "lat": 59.1311, "lon": 10.2166, "ibeacon": KIOSK}
    kiosk = await created(client, "beacons", staff, body)
    uid = {"namespace": "00112233445566778899", "instance": "aabbccddeeff"}
    await created(client, "beacons", staff, {"name": "Torget", "lat": 59.13, "lon": 10.22, "eddystone_uid": uid})
    file = await client.get("/v1/staff/beacons/file", headers=staff)
    assert file.text.startswith(begins)
    assert ("59,1311;10,2166" if language != "en" else "59.1311,10.2166") in file.text
    assert "'=Kiosken" in file.text, "no spreadsheet takes a name for a formula"
    for one in (await client.get("/v1/staff/beacons", headers=staff)).json()["items"]:
        await client.delete(f"/v1/staff/beacons/{one['id']}", headers=staff)
    csv = {**staff, "Content-Type": "text/csv"}
    again = await client.post("/v1/staff/beacons/import", headers=csv, content=file.content)
    assert again.json() == {"created": 2, "refused": [], "dry_run": False}
    items = (await client.get("/v1/staff/beacons?q=Kiosken", headers=staff)).json()["items"]
    assert [(one["ibeacon"], one["lat"]) for one in items] == [(kiosk["ibeacon"], kiosk["lat"])]


async def test_a_beacon_says_when_it_was_heard_how_it_is_and_what_it_serves(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff = {**await town.key("planner"), "Accept-Language": "nb"}
    place = {"lat": 59.13, "lon": 10.22}
    told: dict[str, dict[str, Any]] = {}
    for number, name in enumerate(("Ny", "Frisk", "Trøtt", "Taus")):
        told[name] = await created(
            client, "beacons", staff, {"name": name, **place, "ibeacon": {**KIOSK, "minor": number}}
        )
        assert told[name]["condition"] == "never"
    today = now().date()
    for name, days_ago, battery in (
        ("Frisk", 1, 2950),
        ("Trøtt", 3, None),
        ("Trøtt", 5, 2210),
        ("Trøtt", 90, 2990),
        ("Taus", 20, 2900),
    ):
        await town.sql(
            "insert into beacon_health (id, municipality_id, beacon_id, day, battery_mv) "
            "select gen_random_uuid(), municipality_id, id, $2, $3 from beacon where id = $1",
            told[name]["id"],
            today - timedelta(days=days_ago),
            battery,
        )
    served = await rule(client, await town.key("communications"), on="beacon", beacon_id=told["Frisk"]["id"])
    items = {one["name"]: one for one in (await client.get("/v1/staff/beacons", headers=staff)).json()["items"]}
    assert {name: one["condition"] for name, one in items.items()} == {
        "Ny": "never",
        "Frisk": "well",
        "Trøtt": "dying",
        "Taus": "silent",
    }
    assert items["Trøtt"]["battery_mv"] == 2210
    assert items["Trøtt"]["last_heard"] == (today - timedelta(days=3)).isoformat()
    [shown] = items["Frisk"]["triggers"]
    assert shown["id"] == served["id"]
    assert shown["sentence"].startswith("Når noen er nær senderen Frisk, vis «Torget bygges om», én gang.")
    assert items["Trøtt"]["triggers"] == []


async def test_whoever_follows_a_district_that_goes_follows_another(
    client: httpx.AsyncClient, moves: Moves, town: Town
) -> None:
    staff = await town.key("planner")

    async def district(**more: object) -> str:
        return str((await created(client, "zones", staff, {**DISTRICT, **more}))["id"])

    async def followed() -> list[str]:
        areas: list[str] = (await client.get("/v1/me", headers=kari.headers)).json()["areas"]
        return areas

    town_whole = await district()
    part = await district(parent_id=town_whole)
    kari = await moves(consents=["personal_feed"], areas=[part])
    assert (await client.delete(f"/v1/staff/zones/{part}", headers=staff)).status_code == 204
    assert await followed() == [town_whole]
    refused = await client.delete(f"/v1/staff/zones/{town_whole}", headers=staff)
    assert refused.status_code == 409
    assert "replaced_by" in refused.json()["detail"]
    assert await followed() == [town_whole]
    other = await district()
    for nothing in (town_whole, str(uuid4())):
        wrong = await client.delete(f"/v1/staff/zones/{town_whole}?replaced_by={nothing}", headers=staff)
        assert wrong.status_code == 422
    gone = await client.delete(f"/v1/staff/zones/{town_whole}?replaced_by={other}", headers=staff)
    assert gone.status_code == 204
    assert await followed() == [other]


async def test_a_district_that_stood_for_a_night_needs_an_heir_whether_or_not_it_is_followed(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff = await town.key("planner")
    today, old = [(await created(client, "zones", staff, DISTRICT))["id"] for _ in range(2)]
    assert (await client.delete(f"/v1/staff/zones/{today}", headers=staff)).status_code == 204
    await night(town)
    assert (await client.delete(f"/v1/staff/zones/{old}", headers=staff)).status_code == 409
