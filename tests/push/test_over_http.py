"""Devices and campaigns as the app and the staff meet them."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from base.clock import now
from base.database import work
from base.keys import MemoryKeyStore
from push.campaigns import trial
from push.delivery.policy import SendingPolicy, change_policy
from push.jobs import jobs
from residents.registration import link, register
from tests.push.crowd import NotingCourier, consent, district, settle, withdraw
from tests.town import Town

DEVICE = {
    "address_kind": "fcm_token",
    "address": "a-token",
    "locale": "nb-NO",
    "timezone": "Europe/Oslo",
    "app_version": "1.4.0",
}


KEYS = {  # The receiver of RFC 8291, section 5.
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


def message(**changes: Any) -> dict[str, Any]:
    return {
        "audience": {"areas": [], "interests": [], "languages": []},
        "title": {"nb": "Hva skal skje med torget?"},
        "body": {"nb": "Si hva du mener."},
        "expires_at": (now() + timedelta(days=3)).isoformat(),
        **changes,
    }


async def newcomer(town: Town, *purposes: str) -> tuple[UUID, dict[str, str]]:
    async with work(town.system) as unit:
        registered = await register(unit, "nb", "android", "1.0")
    for purpose in purposes:
        await consent(town.system, [registered.id], purpose)
    return registered.id, {"Authorization": f"Bearer {registered.token}"}


async def test_a_device_is_kept_only_with_consent(client: httpx.AsyncClient, town: Town) -> None:
    resident, headers = await newcomer(town)
    refused = await client.put("/v1/me/device", headers=headers, json=DEVICE)
    assert (refused.status_code, refused.json()["purpose"]) == (403, "push_messages")
    await consent(town.system, [resident], "push_messages")
    kept = await client.put("/v1/me/device", headers=headers, json=DEVICE)
    assert kept.status_code == 200, kept.text
    assert "address" not in kept.json()
    assert len(await town.sql("select from push_address")) == 1
    await withdraw(town.system, resident)
    assert await town.sql("select from push_address") == []


async def test_a_device_has_one_address_and_an_address_one_device(client: httpx.AsyncClient, town: Town) -> None:
    _, first = await newcomer(town, "push_messages")
    other, second = await newcomer(town, "push_messages")
    for address in ("old", "new"):
        await client.put("/v1/me/device", headers=first, json={**DEVICE, "address": address})
    assert [row["address"] for row in await town.sql("select address from push_address")] == ["new"]
    await client.put("/v1/me/device", headers=second, json={**DEVICE, "address": "new"})
    assert [row["resident_id"] for row in await town.sql("select resident_id from push_address")] == [other]


async def test_a_device_can_be_forgotten(client: httpx.AsyncClient, town: Town) -> None:
    _, headers = await newcomer(town, "push_messages")
    await client.put("/v1/me/device", headers=headers, json=DEVICE)
    assert (await client.delete("/v1/me/device", headers=headers)).status_code == 204
    assert (await client.delete("/v1/me/device", headers=headers)).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Europe/Sandefjord"),
        ("timezone", "../etc"),
        ("address", "with space"),
        ("address", "a\0b"),
        ("address_kind", "pigeon"),
        ("locale", "norsk!"),
    ],
)
async def test_a_device_that_makes_no_sense_is_refused_by_name(
    client: httpx.AsyncClient, town: Town, field: str, value: str
) -> None:
    _, headers = await newcomer(town, "push_messages")
    refused = await client.put("/v1/me/device", headers=headers, json={**DEVICE, field: value})
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [f"/{field}"]
    assert value not in refused.text


async def test_staff_see_whom_a_message_would_reach(client: httpx.AsyncClient, town: Town) -> None:
    area = await district(town.system)
    await settle(town.system, 12, areas=[area])
    await settle(town.system, 6, areas=[area], language="pl")
    staff = await town.key("communications")
    seen = await client.post(
        "/v1/staff/audiences/preview",
        headers=staff,
        json={"areas": [str(area)], "interests": [], "languages": []},
    )
    assert seen.status_code == 200, seen.text
    answer = seen.json()
    assert answer["reached"] == 20
    assert answer["by_language"] == {"nb": 10, "pl": 5}
    assert answer["by_reason"] == [{"reason": "area", "area": str(area), "interest": None, "reached": 20}]
    assert answer["languages_missing"] == ["pl"]


async def test_an_unknown_district_is_named(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    audience = {"areas": [str(uuid4())], "interests": ["nothing"], "languages": []}
    refused = await client.post("/v1/staff/audiences/preview", headers=staff, json=audience)
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/areas/0", "/interests/0"]


async def test_a_campaign_from_draft_to_recalled(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 6)
    staff = await town.key("communications")
    written = await client.post("/v1/staff/campaigns", headers=staff, json=message())
    assert written.status_code == 201, written.text
    one = f"/v1/staff/campaigns/{written.json()['id']}"
    changed = await client.put(one, headers=staff, json=message(title={"nb": "Torget"}))
    assert changed.json()["title"] == {"nb": "Torget"}
    launched = await client.post(f"{one}/launch", headers=staff)
    assert (launched.status_code, launched.json()["state"]) == (202, "launched")
    assert (await client.post(f"{one}/launch", headers=staff)).status_code == 409
    assert (await client.put(one, headers=staff, json=message())).status_code == 409
    assert (await client.delete(one, headers=staff)).status_code == 409
    assert (await client.post(f"{one}/recall", headers=staff)).json()["state"] == "recalled"
    assert (await client.post(f"{one}/recall", headers=staff)).status_code == 409
    assert [each["id"] for each in (await client.get("/v1/staff/campaigns", headers=staff)).json()["items"]] == [
        written.json()["id"]
    ]


async def test_a_draft_can_be_thrown_away(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    written = await client.post("/v1/staff/campaigns", headers=staff, json=message())
    one = f"/v1/staff/campaigns/{written.json()['id']}"
    assert (await client.post(f"{one}/recall", headers=staff)).status_code == 409
    assert (await client.delete(one, headers=staff)).status_code == 204
    assert (await client.get(one, headers=staff)).status_code == 404


async def test_campaigns_come_in_pages(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    ids = [(await client.post("/v1/staff/campaigns", headers=staff, json=message())).json()["id"] for _ in range(5)]
    first = (await client.get("/v1/staff/campaigns?limit=3", headers=staff)).json()
    rest = (await client.get(f"/v1/staff/campaigns?limit=3&cursor={first['next']}", headers=staff)).json()
    assert [each["id"] for each in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None


async def test_too_few_is_a_conflict_and_stays_a_draft(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 4)
    staff = await town.key("communications")
    one = (
        f"/v1/staff/campaigns/{(await client.post('/v1/staff/campaigns', headers=staff, json=message())).json()['id']}"
    )
    assert (await client.post(f"{one}/launch", headers=staff)).status_code == 409
    assert (await client.get(one, headers=staff)).json()["state"] == "draft"


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "0001-01-01T00:00:00+14:00"},
        {"expires_at": "9999-12-31T23:59:59-12:00"},
        {"expires_at": "2030-01-01T00:00:00"},
        {"send_at": (now() + timedelta(days=30)).isoformat()},
        {"title": {}},
        {"title": {"nb": "a\0b"}},
        {"surprise": 1},
    ],
)
async def test_a_message_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, town: Town, changes: dict[str, Any]
) -> None:
    staff = await town.key("communications")
    assert (await client.post("/v1/staff/campaigns", headers=staff, json=message(**changes))).status_code == 422


async def test_planners_do_not_send(client: httpx.AsyncClient, town: Town) -> None:
    planner = await town.key("planner")
    assert (await client.post("/v1/staff/campaigns", headers=planner, json=message())).status_code == 403


async def test_staff_try_a_message_on_their_own_phone(client: httpx.AsyncClient, town: Town, tmp_path: Path) -> None:
    resident, headers = await newcomer(town)
    staff = await town.key("communications")
    one = (
        f"/v1/staff/campaigns/{(await client.post('/v1/staff/campaigns', headers=staff, json=message())).json()['id']}"
    )

    async def attempt() -> httpx.Response:
        async with work(town.system):
            code = (await link(resident)).code
        return await client.post(f"{one}/test", headers=staff, json={"code": code})

    assert (await attempt()).status_code == 403
    await consent(town.system, [resident], "push_messages")
    assert (await attempt()).status_code == 409
    await client.put("/v1/me/device", headers=headers, json=DEVICE)
    tried = await attempt()
    assert (tried.status_code, tried.json()) == (202, {"devices": 1, "not_set_up": 1})
    courier = NotingCourier()
    await trial.send_trial(town.municipality, UUID(one.rsplit("/", 1)[-1]), resident, courier.couriers, b"k" * 32)
    assert [parcel.address for parcel in courier.parcels] == ["a-token"]
    assert courier.parcels[0].payload is None
    async with work(town.system) as unit:
        await change_policy(unit, SendingPolicy(encrypted=True))
    device = {**DEVICE, "keys": KEYS}
    assert (await client.put("/v1/me/device", headers=headers, json=device)).status_code == 200
    await trial.send_trial(town.municipality, UUID(one.rsplit("/", 1)[-1]), resident, courier.couriers, b"k" * 32)
    assert b"Hva skal skje med torget?" in (courier.parcels[1].payload or b"")
    assert "push.try" in {job.name for job in jobs(MemoryKeyStore(), courier.couriers)}
    assert (await client.post(f"{one}/test", headers=staff, json={"code": "AAAA-AAAA-AAAA"})).status_code == 422
