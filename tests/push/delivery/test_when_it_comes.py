"""What cannot go now is put off, never dropped: quiet hours, caps, digests, over the real database."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx

from base import clock
from base.database import work
from push.audiences.audience import Audience
from push.campaigns import campaigns
from push.campaigns.preview import preview
from push.campaigns.progress import progress_of
from push.delivery import policy
from push.delivery.policy import SendingPolicy
from tests.push.crowd import NotingCourier, draft, launched, send_out, settle, states
from tests.town import Town, night

OSLO = ZoneInfo("Europe/Oslo")
EVENING = datetime(2026, 12, 1, 22, 0, tzinfo=OSLO)
MORNING = datetime(2026, 12, 2, 7, 0, tzinfo=OSLO)
NIGHT = SendingPolicy(quiet_from="21:00", quiet_to="07:00")


async def behave(town: Town, how: SendingPolicy) -> None:
    async with work(town.system) as unit:
        await policy.change_policy(unit, how)


async def test_nobody_is_woken_at_night_and_everybody_hears_in_the_morning(town: Town) -> None:
    await behave(town, NIGHT)
    await settle(town.system, 8)
    courier = NotingCourier()
    with clock.at(EVENING):
        campaign = await launched(town.system)
        await send_out(town.system, campaign, courier.couriers)
    assert courier.parcels == []
    assert await states(town.system, campaign) == {("deferred", "quiet_hours"): 8}
    with clock.at(MORNING - timedelta(seconds=1)):
        await send_out(town.system, campaign, courier.couriers)
    assert courier.parcels == []
    with clock.at(MORNING):
        await send_out(town.system, campaign, courier.couriers)
    assert await states(town.system, campaign) == {("sent", None): 8}


async def test_a_residents_own_quiet_hours_hold_where_their_phone_is(town: Town) -> None:
    here, abroad = await settle(town.system, 1), await settle(town.system, 1)
    await settle(town.system, 5)
    await town.sql("update resident set quiet_from = '21:00', quiet_to = '07:00' where id = any($1)", here + abroad)
    await town.sql("update push_address set timezone = 'America/New_York' where resident_id = any($1)", abroad)
    courier = NotingCourier()
    with clock.at(EVENING):
        campaign = await launched(town.system)
        await send_out(town.system, campaign, courier.couriers)
    assert len(courier.parcels) == 6
    assert {parcel.address for parcel in courier.parcels}.isdisjoint({f"address-{here[0]}"})


async def test_an_emergency_wakes_and_what_is_pressing_does_not(town: Town) -> None:
    await behave(town, NIGHT)
    await settle(town.system, 6)
    pressing, emergency = NotingCourier(), NotingCourier()
    with clock.at(EVENING):
        for importance, courier in (("time_sensitive", pressing), ("emergency", emergency)):
            campaign = await launched(town.system, draft(importance=importance))
            await send_out(town.system, campaign, courier.couriers)
    assert (len(pressing.parcels), len(emergency.parcels)) == (0, 6)


async def test_a_message_that_would_only_come_after_its_deadline_expires_and_is_counted(town: Town) -> None:
    await behave(town, NIGHT)
    await settle(town.system, 6)
    courier = NotingCourier()
    with clock.at(EVENING):
        campaign = await launched(town.system, draft(expires_at=EVENING + timedelta(hours=2)))
        await send_out(town.system, campaign, courier.couriers)
    with clock.at(MORNING):
        await send_out(town.system, campaign, courier.couriers)
    assert courier.parcels == []
    assert await states(town.system, campaign) == {("expired", "quiet_hours"): 6}


async def test_nobody_gets_more_than_the_cap_and_the_rest_comes_later(town: Town) -> None:
    await behave(town, SendingPolicy(per_day=2))
    await settle(town.system, 6)
    noon = datetime(2026, 12, 1, 12, 0, tzinfo=OSLO)
    courier = NotingCourier()
    made = []
    for hour in range(3):
        with clock.at(noon + timedelta(hours=hour)):
            made.append(await launched(town.system))
            await send_out(town.system, made[-1], courier.couriers)
    assert len(courier.parcels) == 12
    assert await states(town.system, made[2]) == {("deferred", "cap"): 6}
    with clock.at(noon + timedelta(days=1)):
        await send_out(town.system, made[2], courier.couriers)
    assert await states(town.system, made[2]) == {("sent", None): 6}


async def test_who_asked_for_a_digest_is_told_of_all_at_once(town: Town) -> None:
    reader = await settle(town.system, 1)
    await settle(town.system, 5)
    await town.sql("update resident set digest = 'daily' where id = $1", reader[0])
    courier = NotingCourier()
    made = []
    for hour in (9, 11):
        with clock.at(datetime(2026, 12, 1, hour, tzinfo=OSLO)):
            made.append(await launched(town.system))
            await send_out(town.system, made[-1], courier.couriers)
    assert len(courier.parcels) == 10
    with clock.at(datetime(2026, 12, 1, 17, tzinfo=OSLO)):
        for campaign in made:
            await send_out(town.system, campaign, courier.couriers)
    told = [parcel for parcel in courier.parcels if parcel.address == f"address-{reader[0]}"]
    assert len(told) == 2
    assert len({parcel.tag for parcel in told}) == 1
    assert len({parcel.tag for parcel in courier.parcels}) == 11


async def test_a_preview_says_whom_quiet_hours_would_keep_waiting(town: Town) -> None:
    sleeping = await settle(town.system, 10)
    await settle(town.system, 15)
    await town.sql("update resident set quiet_from = '21:00', quiet_to = '07:00' where id = any($1)", sleeping)
    await night(town)
    with clock.at(EVENING):
        async with work(town.system) as unit:
            assert (await preview(unit, Audience())).waiting["quiet_hours"] == 10
            await policy.change_policy(unit, NIGHT)
            assert (await preview(unit, Audience())).waiting["quiet_hours"] == 25


async def test_staff_set_when_the_municipality_is_quiet(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    wanted = {
        "quiet_hours": {"from": "21:00", "to": "07:00"},
        "per_day": 2,
        "per_week": None,
        "second_person": True,
        "per_topic_per_week": 1,
        "encrypted": True,
    }
    assert (await client.put("/v1/staff/manners", headers=staff, json=wanted)).json() == wanted
    assert (await client.get("/v1/staff/manners", headers=staff)).json() == wanted
    for wrong in ({"quiet_hours": {"from": "21:00", "to": "21:00"}}, {"per_day": 0}, {"quiet_hours": {"from": "9"}}):
        assert (await client.put("/v1/staff/manners", headers=staff, json=wrong)).status_code == 422


async def test_counters_show_what_is_put_off(town: Town) -> None:
    await behave(town, NIGHT)
    await settle(town.system, 15)
    with clock.at(EVENING):
        campaign = await launched(town.system)
        await send_out(town.system, campaign, NotingCourier().couriers)
        async with work(town.system) as unit:
            stands = await progress_of(unit, await campaigns.read(campaign))
    assert (stands.audience, stands.counts["deferred"], stands.reasons) == (15, 15, {"quiet_hours": 15})
