"""What the municipality must tell those concerned: once, by the road of all messages, and seen by no one else."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx

from api.http.services import Services
from base import clock
from base.clock import now
from base.database import work
from push.campaigns.inactivity_warning import warn_inactive
from push.campaigns.notices import send_notice
from push.delivery import policy
from push.delivery.policy import SendingPolicy
from push.delivery.tags import tag_key
from tests.push.crowd import NotingCourier, district, send_out, settle, states, withdraw
from tests.push.test_messages import follower
from tests.town import Town

TITLE, BODY = {"nb": "Data på avveie"}, {"nb": "Språkvalget ditt kan være sett av andre."}


async def told(town: Town, residents: list[UUID]) -> int:
    async with work(town.system) as unit:
        return await send_notice(
            unit,
            residents,
            title=TITLE,
            body=BODY,
            notice="breach",
            expires_at=now() + timedelta(days=9),
            importance="time_sensitive",
        )


async def the_only(town: Town) -> UUID:
    [campaign] = await town.sql("select id from campaign")
    found: UUID = campaign["id"]
    return found


async def test_a_notice_reaches_those_concerned_who_consent_and_nobody_else(town: Town) -> None:
    concerned = await settle(town.system, 3)
    await settle(town.system, 3)
    silent = await settle(town.system, 2, consents=["personal_feed"])
    assert await told(town, [*concerned, *silent]) == 3
    courier = NotingCourier()
    await withdraw(town.system, concerned[0])
    await send_out(town.system, await the_only(town), courier.couriers)
    assert {parcel.address for parcel in courier.parcels} == {f"address-{each}" for each in concerned[1:]}


async def test_a_notice_says_honestly_why_it_came(client: httpx.AsyncClient, services: Services, town: Town) -> None:
    resident, headers = await follower(town, await district(town.system))
    await told(town, [resident])
    await send_out(town.system, await the_only(town), NotingCourier().couriers, key=tag_key(services.keys))
    [message] = (await client.get("/v1/me/messages", headers=headers)).json()["items"]
    assert (message["title"], message["subject"]) == ("Data på avveie", None)
    assert message["why"]["reason"] == "breach"
    assert message["why"]["purposes"] == ["push_messages"]


async def test_a_notice_is_no_campaign_of_staff(client: httpx.AsyncClient, town: Town) -> None:
    await told(town, await settle(town.system, 3))
    staff, notice = await town.key("communications"), await the_only(town)
    assert (await client.get("/v1/staff/campaigns", headers=staff)).json()["items"] == []
    assert (await client.get(f"/v1/staff/campaigns/{notice}", headers=staff)).status_code == 404
    assert (await client.post(f"/v1/staff/campaigns/{notice}/recall", headers=staff)).status_code == 404


async def test_where_nobody_consents_nothing_is_left_behind(town: Town) -> None:
    assert await told(town, await settle(town.system, 3, consents=[])) == 0
    assert await town.sql("select from campaign") == []


async def test_a_notice_waits_for_the_morning(town: Town) -> None:
    async with work(town.system) as unit:
        await policy.change_policy(unit, SendingPolicy(quiet_from="22:00", quiet_to="07:00", per_day=1))
    residents = await settle(town.system, 3)
    with clock.at(datetime(2026, 12, 1, 23, tzinfo=ZoneInfo("Europe/Oslo"))):
        await told(town, residents)
        courier = NotingCourier()
        await send_out(town.system, await the_only(town), courier.couriers)
        assert courier.parcels == []
        assert await states(town.system, await the_only(town)) == {("deferred", "quiet_hours"): 3}


async def test_who_is_about_to_go_is_warned_once(town: Town) -> None:
    going = await settle(town.system, 3)
    await settle(town.system, 3)
    await town.sql("update resident set warned_on = current_date where id = any($1::uuid[])", going)
    async with work(town.system) as unit:
        assert await warn_inactive(unit, most=2) == 2
        assert await warn_inactive(unit, most=2) == 1
        assert await warn_inactive(unit) == 0
    rows = await town.sql("select d.resident_id, k.body from delivery d join campaign k on k.id = d.campaign_id")
    assert {row["resident_id"] for row in rows} == set(going)
    assert len(rows) == 3
    assert "23 days" in rows[0]["body"]
