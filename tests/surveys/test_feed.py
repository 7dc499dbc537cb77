"""The feed and what a place leads to: what concerns me, why, and no more of it when I say so."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from base import clock
from base.database import work
from geofence.engine.places import FiredTrigger
from surveys.invitations import compose
from tests.surveys.polling import SURVEY, L, Polling

TEXT = {"nb": "Bading frarådes", "en": "Do not bathe"}


async def test_without_the_consent_there_is_no_feed(polling: Polling) -> None:
    resident = await polling.moves()
    refused = await polling.client.get("/v1/feed", headers=resident.headers)
    assert (refused.status_code, refused.json()["purpose"]) == (403, "personal_feed")


async def test_the_feed_says_why_and_keeps_quiet_about_what_is_muted(polling: Polling) -> None:
    for _ in range(4):
        await polling.moves(consents=["personal_feed"], interests=["traffic"])
    cyclist = await polling.moves(consents=["personal_feed"], interests=["traffic"])
    gardener = await polling.moves(consents=["personal_feed"], interests=["nature"])
    all_of_us = await polling.launch()
    ours = await polling.launch({**SURVEY, "eligibility": {"kind": "interest", "interests": ["traffic"]}})
    item = await polling.client.post(
        "/v1/staff/information", headers=polling.staff, json={"title": TEXT, "body": TEXT, "interests": ["nature"]}
    )
    assert item.status_code == 201

    async def seen(headers: dict[str, str]) -> dict[str, str]:
        found = await polling.client.get("/v1/feed", headers=headers)
        assert all(e["why"]["purpose"] == "personal_feed" for e in found.json()["items"])
        return {e["id"]: e["why"]["interest"] or e["why"]["reason"] for e in found.json()["items"]}

    assert await seen(cyclist.headers) == {all_of_us: "everyone", ours: "traffic"}
    assert await seen(gardener.headers) == {all_of_us: "everyone", item.json()["id"]: "nature"}
    assert (await polling.client.post(f"/v1/feed/{ours}/mute", headers=cyclist.headers)).status_code == 204
    assert await seen(cyclist.headers) == {all_of_us: "everyone"}
    assert (await polling.client.post(f"/v1/feed/{uuid4()}/mute", headers=cyclist.headers)).status_code == 404


async def test_an_invitation_leads_only_to_what_is_open(polling: Polling) -> None:
    closes_at = datetime.now(UTC) + timedelta(hours=2)
    opened = await polling.launch({**SURVEY, "closes_at": closes_at.isoformat()})
    draft = await polling.write()
    item = await polling.client.post("/v1/staff/information", headers=polling.staff, json={"title": TEXT, "body": TEXT})
    later = (clock.now() + timedelta(days=3)).timestamp()
    leads: list[tuple[Literal["survey", "info"], str]] = [
        ("survey", draft),
        ("info", item.json()["id"]),
        ("survey", opened),
    ]
    fired = [
        FiredTrigger(uuid4(), kind, UUID(subject), "self_reported", clock.now().timestamp(), later)
        for kind, subject in leads
    ]
    async with work(polling.town.system) as unit:
        found = await compose(unit, fired, ["en"])
    assert [(i.kind, str(i.subject_id), i.title) for i in found] == [
        ("info", item.json()["id"], TEXT["en"]),
        ("survey", opened, L["en"]),
    ]
    assert found[1].expires_at == closes_at
    assert found[0].expires_at.timestamp() == later


async def test_information_is_corrected_and_taken_away(polling: Polling) -> None:
    path = "/v1/staff/information"
    item = (await polling.client.post(path, headers=polling.staff, json={"title": TEXT, "body": TEXT})).json()
    path = f"{path}/{item['id']}"
    again = await polling.client.put(path, headers=polling.staff, json={"title": L, "body": TEXT})
    assert (again.status_code, again.json()["title"]) == (200, L)
    assert (await polling.client.delete(path, headers=polling.staff)).status_code == 204
    assert (await polling.client.get(path, headers=polling.staff)).status_code == 404
