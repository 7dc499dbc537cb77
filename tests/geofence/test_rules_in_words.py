"""Staff read their rules as sentences, find them, and hear what one would be before it is saved."""

from datetime import timedelta
from typing import Any

import httpx

from base.clock import now
from tests.geofence.test_over_http import KIOSK, MIDDLE, SQUARE, created, news, rule, square
from tests.town import Town


async def _found(client: httpx.AsyncClient, headers: dict[str, str], query: str = "") -> list[dict[str, Any]]:
    answer = await client.get(f"/v1/staff/triggers?{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_rules_are_listed_as_sentences_and_found_by_place_and_title(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff = {**await town.key("planner"), "Accept-Language": "nn"}
    writer = await town.key("communications")
    item = await news(client, writer)
    action = {"kind": "info", "subject_id": item}
    zone = await square(client, writer, name={"nb": "Torvet"})
    kiosk = {"name": "Kiosken", "lat": MIDDLE[0], "lon": MIDDLE[1], "ibeacon": KIOSK}
    beacon = await created(client, "beacons", writer, kiosk)
    there = await rule(client, writer, on="enter", zone_id=zone["id"], action=action)
    near = await rule(client, writer, on="beacon", beacon_id=beacon["id"], action=action)

    said = {one["id"]: one["sentence"] for one in await _found(client, staff)}
    assert said[there["id"]].startswith("Når nokon kjem til Torvet, vis «Torget bygges om», éin gong.")
    assert said[near["id"]].startswith("Når nokon er nær sendaren Kiosken, vis «Torget bygges om», éin gong.")
    assert [one["id"] for one in await _found(client, staff, "q=kiosk")] == [near["id"]]
    assert [one["id"] for one in await _found(client, staff, "q=TORVET")] == [there["id"]]
    assert len(await _found(client, staff, "q=bygges+om")) == 2
    assert await _found(client, staff, "q=ingenting") == []
    assert [one["id"] for one in await _found(client, staff, f"place_id={beacon['id']}")] == [near["id"]]
    [shown] = await _found(client, staff, "q=torvet&geometry=true")
    assert shown["geometry"] == SQUARE
    assert shown["standing"] == "live"

    off = await client.put(f"/v1/staff/triggers/{there['id']}/paused", headers=staff, json={"paused": True})
    assert off.json()["standing"] == "off"
    assert [one["id"] for one in await _found(client, staff, "state=off")] == [there["id"]]
    assert [one["id"] for one in await _found(client, staff, "state=on")] == [near["id"]]
    assert await _found(client, staff, "state=over") == []

    await client.delete(f"/v1/staff/information/{item}", headers=writer)
    assert {one["standing"] for one in await _found(client, staff)} == {"gone"}


async def test_a_rule_is_said_before_it_is_saved_and_not_kept(client: httpx.AsyncClient, town: Town) -> None:
    staff = {**await town.key("communications"), "Accept-Language": "nb"}
    zone, item = await square(client, staff), await news(client, staff)
    body = {
        "on": "dwell",
        "zone_id": zone["id"],
        "dwell_s": 3600,
        "weekdays": [6, 7],
        "active_to": (now() + timedelta(days=9)).isoformat(),
        "action": {"kind": "info", "subject_id": item},
    }
    said = await client.post("/v1/staff/triggers/sentence", headers=staff, json=body)
    assert said.json()["sentence"].startswith("Når noen kommer til Torget og blir der i 1 time i helgene, vis «Torget")
    assert await _found(client, staff) == []
    wrong = await client.post("/v1/staff/triggers/sentence", headers=staff, json={**body, "weekdays": []})
    assert wrong.json()["errors"][0]["pointer"] == "/weekdays"


async def test_planners_choose_among_everything_that_a_rule_can_lead_to(client: httpx.AsyncClient, town: Town) -> None:
    planner, writer = await town.key("planner"), await town.key("communications")
    item = await news(client, writer)
    hearing = {
        "title": {"nb": "Torget"},
        "summary": {"nb": "Nytt dekke"},
        "deadline": "2027-12-01",
        "case_reference": "26/1",
    }
    draft = await created(client, "hearings", writer, hearing)
    launched = await client.get("/v1/staff/subjects", headers=planner)
    assert [one["id"] for one in launched.json()["items"]] == [item]
    every = await client.get("/v1/staff/subjects?drafts=true", headers=planner)
    assert {one["id"] for one in every.json()["items"]} == {item, draft["id"]}


async def test_a_page_of_many_rules_stays_small_and_leads_to_the_next(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    zone = await square(client, staff, name={"nb": "Badeparken ved sjøen", "en": "The bath park by the sea"})
    await rule(client, staff, on="dwell", dwell_s=300, zone_id=zone["id"], weekdays=[1, 2, 3, 4, 5], once="P7D")
    await town.sql(
        "insert into trigger (id, municipality_id, zone_id, rule, active_to, subject_kind, subject_id, changed_at) "
        "select gen_random_uuid(), municipality_id, zone_id, rule, active_to, subject_kind, subject_id, changed_at "
        "from trigger, generate_series(1, 120)"
    )
    first = await client.get("/v1/staff/triggers", headers=staff)
    assert len(first.content) < 100_000
    seen, following = len(first.json()["items"]), first.json()["next"]
    while following:
        page = (await client.get(f"/v1/staff/triggers?cursor={following}", headers=staff)).json()
        seen, following = seen + len(page["items"]), page["next"]
    assert seen == 121
