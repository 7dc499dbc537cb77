"""What woke me, why, and how I hear no more of it; and that it takes two to wake everybody."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx

from api.http.services import Services
from base import clock
from base.clock import now
from base.database import work
from push.audiences.audience import Audience
from push.campaigns import campaigns
from push.delivery import policy
from push.delivery.policy import SendingPolicy
from push.delivery.tags import tag_key
from residents.registration import register
from tests.push.crowd import NotingCourier, consent, district, draft, launched, send_out, settle, states, withdraw
from tests.town import Town

OSLO = ZoneInfo("Europe/Oslo")


async def follower(town: Town, area: UUID) -> tuple[UUID, dict[str, str]]:
    """A resident with a token and a device, who follows a district."""
    async with work(town.system) as unit:
        registered = await register(unit, "nb", "android", "1.0")
    for purpose in ("push_messages", "personal_feed"):
        await consent(town.system, [registered.id], purpose)
    await town.sql(
        "insert into push_address select gen_random_uuid(), c.municipality_id, c.resident_id, c.id, 'fcm_token', "
        "'address-' || c.resident_id, 'nb', 'Europe/Oslo', '1.0', current_date "
        "from credential c where resident_id = $1",
        registered.id,
    )
    await town.sql(
        "insert into resident_area values (gen_random_uuid(), $1, $2, $3)", town.municipality, registered.id, area
    )
    return registered.id, {"Authorization": f"Bearer {registered.token}"}


async def sent_about(town: Town, services: Services, area: UUID, subject: UUID, **changes: Any) -> NotingCourier:
    courier = NotingCourier()
    written = draft(Audience(areas=(area,)), subject_kind="survey", subject_id=subject, **changes)
    campaign = await launched(town.system, written)
    await send_out(town.system, campaign, courier.couriers, key=tag_key(services.keys))
    return courier


async def test_the_app_finds_the_message_by_what_woke_it_and_why_it_came(
    client: httpx.AsyncClient, services: Services, town: Town
) -> None:
    area, subject = await district(town.system), uuid4()
    resident, headers = await follower(town, area)
    await settle(town.system, 6, areas=[area])
    courier = await sent_about(town, services, area, subject)
    woken = next(parcel.tag for parcel in courier.parcels if parcel.address == f"address-{resident}")
    [message] = (await client.get("/v1/me/messages", headers=headers)).json()["items"]
    assert message["tags"] == [woken]
    assert message["title"] == "Ny park i sentrum"
    assert message["subject"] == {"kind": "survey", "id": str(subject)}
    receipts = message["why"].pop("receipts")
    assert set(receipts) == {"push_messages", "personal_feed"}
    assert message["why"] == {
        "reason": "area",
        "areas": [str(area)],
        "interests": [],
        "purposes": ["push_messages", "personal_feed"],
    }


async def test_a_muted_subject_is_heard_of_no_more(client: httpx.AsyncClient, services: Services, town: Town) -> None:
    area, subject = await district(town.system), uuid4()
    resident, headers = await follower(town, area)
    await settle(town.system, 6, areas=[area])
    await sent_about(town, services, area, subject)
    [message] = (await client.get("/v1/me/messages", headers=headers)).json()["items"]
    assert (await client.post(f"/v1/me/messages/{message['id']}/mute", headers=headers)).status_code == 204
    assert (await client.get("/v1/me/messages", headers=headers)).json()["items"] == []
    reminder = await sent_about(town, services, area, subject)
    assert len(reminder.parcels) == 6
    assert f"address-{resident}" not in {parcel.address for parcel in reminder.parcels}
    other = await sent_about(town, services, area, uuid4())
    assert len(other.parcels) == 7


async def test_a_recalled_message_is_gone_and_a_strangers_is_not_mine(
    client: httpx.AsyncClient, services: Services, town: Town
) -> None:
    area = await district(town.system)
    _, headers = await follower(town, area)
    await settle(town.system, 6, areas=[area])
    await sent_about(town, services, area, uuid4())
    [message] = (await client.get("/v1/me/messages", headers=headers)).json()["items"]
    async with work(town.system) as unit:
        await campaigns.recall(unit, UUID(message["id"]))
    assert (await client.get("/v1/me/messages", headers=headers)).json()["items"] == []
    _, stranger = await follower(town, await district(town.system))
    assert (await client.post(f"/v1/me/messages/{message['id']}/mute", headers=stranger)).status_code == 404


async def test_messages_need_the_consent_they_came_by(client: httpx.AsyncClient, town: Town) -> None:
    resident, headers = await follower(town, await district(town.system))
    await withdraw(town.system, resident)
    assert (await client.get("/v1/me/messages", headers=headers)).status_code == 403


async def test_a_digest_is_found_by_what_woke_the_phone(
    client: httpx.AsyncClient, services: Services, town: Town
) -> None:
    area = await district(town.system)
    resident, headers = await follower(town, area)
    await settle(town.system, 6, areas=[area])
    await town.sql("update resident set digest = 'daily' where id = $1", resident)
    tags = []
    for hour in (9, 11):
        with clock.at(datetime(2026, 12, 1, hour, tzinfo=OSLO)):
            campaign = await launched(town.system, draft(Audience(areas=(area,)), expires_at=now() + timedelta(days=9)))
        with clock.at(datetime(2026, 12, 1, 17, tzinfo=OSLO)):
            courier = NotingCourier()
            await send_out(town.system, campaign, courier.couriers, key=tag_key(services.keys))
            tags += [parcel.tag for parcel in courier.parcels if parcel.address == f"address-{resident}"]
            items = (await client.get("/v1/me/messages", headers=headers)).json()["items"]
    assert len(set(tags)) == 1
    assert [each["tags"] for each in items] == [[tags[0]], [tags[0]]]


async def test_an_emergency_takes_two(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 6)
    writer, other = await town.member("communications"), await town.member("communications")
    alarm = {
        "audience": {},
        "title": {"nb": "Kok vannet"},
        "body": {"nb": "Vannet er forurenset."},
        "expires_at": (now() + timedelta(days=1)).isoformat(),
        "importance": "emergency",
    }
    written = (await client.post("/v1/staff/campaigns", headers=writer, json=alarm)).json()
    one = f"/v1/staff/campaigns/{written['id']}"
    asked = (await client.post(f"{one}/launch", headers=writer)).json()
    assert (asked["state"], asked["waits_for_approval"]) == ("draft", True)
    assert (await client.post(f"{one}/launch", headers=other)).json()["state"] == "launched"


async def test_a_key_is_no_second_person_whoever_holds_it(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 6)
    kari, per, key = await town.member("communications"), await town.member("admin"), await town.key("admin")
    alarm = {
        "audience": {},
        "title": {"nb": "Kok vannet"},
        "body": {"nb": "Vannet er forurenset."},
        "expires_at": (now() + timedelta(days=1)).isoformat(),
        "importance": "emergency",
    }

    async def stands_after(writer: dict[str, str], *asked: dict[str, str]) -> list[str]:
        written = (await client.post("/v1/staff/campaigns", headers=writer, json=alarm)).json()
        one = f"/v1/staff/campaigns/{written['id']}/launch"
        return [(await client.post(one, headers=each)).json()["state"] for each in asked]

    another = await town.key("communications")
    assert await stands_after(kari, key, kari, another, per) == ["draft", "draft", "draft", "launched"]
    assert await stands_after(key, key, another, kari, kari, key, per) == [*["draft"] * 5, "launched"]
    assert await stands_after(key, per, kari) == ["draft", "launched"]


async def test_a_municipality_can_want_two_for_everything(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 6)
    async with work(town.system) as unit:
        await policy.change_policy(unit, SendingPolicy(second_person=True))
    writer, other = await town.member("communications"), await town.member("communications")
    plain = {
        "audience": {},
        "title": {"nb": "Ny park"},
        "body": {"nb": "Kom og se."},
        "expires_at": (now() + timedelta(days=1)).isoformat(),
    }
    written = (await client.post("/v1/staff/campaigns", headers=writer, json=plain)).json()
    one = f"/v1/staff/campaigns/{written['id']}"
    assert (await client.post(f"{one}/launch", headers=writer)).json()["state"] == "draft"
    # Whoever changes it has written it: the first may now agree.
    await client.put(one, headers=other, json=plain)
    assert (await client.post(f"{one}/launch", headers=other)).json()["state"] == "draft"
    assert (await client.post(f"{one}/launch", headers=writer)).json()["state"] == "launched"
    assert await states(town.system, UUID(written["id"])) == {}
