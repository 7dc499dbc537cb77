"""Only those who consent are pushed, and what becomes of each message is known."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from base import clock
from base.clock import now
from base.database import work
from push.audiences.audience import Audience
from push.audiences.counting import AudienceTooSmall
from push.campaigns import campaigns, freezing
from push.campaigns.preview import preview
from push.campaigns.progress import progress_of
from push.couriers.courier import WakeUp
from push.couriers.outcomes import CourierReply, ReplyCode
from push.delivery import recall
from tests.push.crowd import NotingCourier, create, district, draft, launched, send_out, settle, states, withdraw
from tests.town import Town


def reached(courier: NotingCourier) -> set[UUID]:
    return {UUID(parcel.address.removeprefix("address-")) for parcel in courier.parcels}


async def test_everyone_who_consents_is_pushed_once(town: Town) -> None:
    residents = await settle(town.system, 50)
    await settle(town.system, 7, consents=["personal_feed"])
    campaign = await launched(town.system)
    courier = NotingCourier()
    await send_out(town.system, campaign, courier.couriers)
    assert reached(courier) == set(residents)
    assert len(courier.parcels) == 50
    assert len({parcel.tag for parcel in courier.parcels}) == 50
    assert await states(town.system, campaign) == {("sent", None): 50}


async def test_a_withdrawn_resident_is_never_pushed(town: Town) -> None:
    residents = await settle(town.system, 20)
    await withdraw(town.system, residents[0])
    campaign = await launched(town.system)
    courier = NotingCourier()
    await send_out(town.system, campaign, courier.couriers)
    assert reached(courier) == set(residents[1:])


async def test_a_resident_who_withdraws_between_launch_and_delivery_is_never_pushed(town: Town) -> None:
    residents = await settle(town.system, 20)
    campaign = await launched(town.system)
    await withdraw(town.system, residents[0])
    courier = NotingCourier()
    await send_out(town.system, campaign, courier.couriers)
    assert reached(courier) == set(residents[1:])
    assert await states(town.system, campaign) == {("sent", None): 19, ("withheld", "withdrawn"): 1}


async def test_a_resident_who_withdraws_while_the_worker_holds_the_message_is_not_pushed(town: Town) -> None:
    residents = await settle(town.system, 20)
    campaign = await launched(town.system)
    withdrawn: list[UUID] = []

    async def dawdle(parcel: WakeUp) -> None:
        if not withdrawn:
            last = next(each for each in residents if parcel.address != f"address-{each}")
            withdrawn.append(last)
            await withdraw(town.system, last)
            await asyncio.sleep(0.6)

    courier = NotingCourier(before=dawdle)
    await send_out(town.system, campaign, courier.couriers, tasks=1, concurrency=1)
    assert reached(courier) == set(residents) - set(withdrawn)
    assert await states(town.system, campaign) == {("sent", None): 19, ("withheld", "withdrawn"): 1}


async def test_withdrawing_removes_the_address_at_once(town: Town) -> None:
    residents = await settle(town.system, 2)
    await withdraw(town.system, residents[0])
    assert [row["resident_id"] for row in await town.sql("select resident_id from push_address")] == residents[1:]


async def test_those_who_follow_a_district_are_meant_only_with_a_feed_of_their_own(town: Town) -> None:
    parent = await district(town.system)
    child = await district(town.system, parent)
    followers = await settle(town.system, 6, areas=[child])
    await settle(town.system, 5, areas=[child], consents=["push_messages"])
    await settle(town.system, 5)
    campaign = await launched(town.system, draft(Audience(areas=(parent,))))
    courier = NotingCourier()
    await send_out(town.system, campaign, courier.couriers)
    assert reached(courier) == set(followers)


async def test_interests_and_languages_narrow_an_audience(town: Town) -> None:
    meant = await settle(town.system, 6, interests=["culture"], language="en")
    await settle(town.system, 6, interests=["culture"])
    await settle(town.system, 6, interests=["sports"], language="en")
    async with work(town.system) as unit:
        await unit.execute(
            "insert into interest (id, municipality_id, key, label) values (gen_random_uuid(), $1, 'culture', '{}') "
            "on conflict do nothing",
            town.municipality,
        )
    campaign = await launched(town.system, draft(Audience(interests=("culture",), languages=("en",))))
    courier = NotingCourier()
    await send_out(town.system, campaign, courier.couriers)
    assert reached(courier) == set(meant)


async def test_dead_addresses_are_removed(town: Town) -> None:
    await settle(town.system, 6)
    campaign = await launched(town.system)
    await send_out(town.system, campaign, NotingCourier(answer=CourierReply(ReplyCode.UNREGISTERED)).couriers)
    assert await town.sql("select from push_address") == []
    assert await states(town.system, campaign) == {("gone", "unregistered"): 6}


async def test_an_address_that_was_replaced_meanwhile_is_not_removed(town: Town) -> None:
    await settle(town.system, 5)
    campaign = await launched(town.system)

    async def replace(parcel: WakeUp) -> None:
        await town.sql("update push_address set address = 'fresh' where address = $1", parcel.address)

    courier = NotingCourier(before=replace, answer=CourierReply(ReplyCode.UNREGISTERED))
    await send_out(town.system, campaign, courier.couriers, concurrency=1, tasks=1)
    assert len(await town.sql("select from push_address where address = 'fresh'")) == 5


async def test_a_resident_without_a_device_is_counted_as_withheld(town: Town) -> None:
    await settle(town.system, 5)
    await settle(town.system, 10, address=None)
    campaign = await launched(town.system)
    await send_out(town.system, campaign, NotingCourier().couriers)
    async with work(town.system) as unit:
        stands = await progress_of(unit, await campaigns.read(campaign))
    assert (stands.audience, stands.counts["sent"], stands.counts["withheld"]) == (15, 5, 10)
    assert stands.reasons == {"no_address": 10}
    assert stands.first_s is not None
    assert stands.p95_s is not None
    assert 0 <= stands.first_s <= stands.p95_s < 60


async def test_a_resident_with_two_devices_is_pushed_on_both_and_counted_once(town: Town) -> None:
    residents = await settle(town.system, 5)
    async with work(town.system) as unit:
        await unit.execute(
            "with d as (insert into credential select gen_random_uuid(), municipality_id, resident_id, "
            "sha256(id::text::bytea), 'ios', '1.0', issued_on from credential returning id, resident_id) "
            "insert into push_address select gen_random_uuid(), a.municipality_id, a.resident_id, d.id, a.kind, "
            "a.address || '-second', a.locale, a.timezone, a.app_version, a.changed_on "
            "from push_address a join d using (resident_id)"
        )
    campaign = await launched(town.system)
    courier = NotingCourier()
    await send_out(town.system, campaign, courier.couriers)
    assert len(courier.parcels) == 2 * len(residents)
    async with work(town.system) as unit:
        stands = await progress_of(unit, await campaigns.read(campaign))
    assert (stands.audience, stands.counts["sent"]) == (5, 5)


async def test_a_recalled_campaign_sends_nothing_more(town: Town) -> None:
    await settle(town.system, 10)
    campaign = await launched(town.system)

    async def recall(parcel: WakeUp) -> None:
        if not courier.parcels:
            async with work(town.system) as unit:
                await campaigns.recall(unit, campaign)
            await asyncio.sleep(0.6)

    courier = NotingCourier(before=recall)
    await send_out(town.system, campaign, courier.couriers, tasks=1, concurrency=1)
    assert courier.parcels == []
    assert await states(town.system, campaign) == {("recalled", None): 10}


async def test_what_phones_show_of_a_recalled_message_is_removed_by_its_tag(town: Town) -> None:
    residents = await settle(town.system, 10)
    campaign = await launched(town.system)
    courier = NotingCourier()
    await send_out(town.system, campaign, courier.couriers)
    shown = {parcel.address: parcel.tag for parcel in courier.parcels}
    async with work(town.system) as unit:
        await campaigns.recall(unit, campaign)
    await withdraw(town.system, residents[0])
    courier.parcels.clear()
    assert await recall.remove_from_phones(town.municipality, campaign, courier.couriers, b"k" * 32) == 9
    assert all(parcel.takes_back for parcel in courier.parcels)
    del shown[f"address-{residents[0]}"]
    assert {parcel.address: parcel.tag for parcel in courier.parcels} == shown


async def test_nothing_is_sent_after_its_deadline(town: Town) -> None:
    await settle(town.system, 10)
    campaign = await launched(town.system)
    courier = NotingCourier()
    with clock.at(now() + timedelta(days=3)):
        await send_out(town.system, campaign, courier.couriers)
    assert courier.parcels == []
    assert await states(town.system, campaign) == {("expired", None): 10}


async def test_a_message_for_tomorrow_waits(town: Town) -> None:
    await settle(town.system, 10)
    campaign = await launched(town.system, draft(send_at=now() + timedelta(days=1)))
    courier = NotingCourier()
    await send_out(town.system, campaign, courier.couriers)
    assert courier.parcels == []
    with clock.at(now() + timedelta(days=1, minutes=1)):
        await send_out(town.system, campaign, courier.couriers)
    assert len(courier.parcels) == 10


async def test_a_burdened_courier_is_left_alone_and_nothing_is_lost(town: Town) -> None:
    await settle(town.system, 30)
    campaign = await launched(town.system)
    courier = NotingCourier(answer=CourierReply(ReplyCode.UNAVAILABLE, retry_after_s=30))
    await send_out(town.system, campaign, courier.couriers, tasks=1, concurrency=1)
    assert len(courier.parcels) == 5
    assert sum((await states(town.system, campaign)).values()) == 30
    courier.answer = CourierReply(ReplyCode.ACCEPTED)
    with clock.at(now() + timedelta(minutes=2)):
        await send_out(town.system, campaign, courier.couriers)
    assert await states(town.system, campaign) == {("sent", None): 30}


async def test_apples_failing_credential_stops_apples_phones_alone(town: Town) -> None:
    await settle(town.system, 10, platform="ios")
    await settle(town.system, 10, platform="android")
    campaign = await launched(town.system)

    class HalfBroken(NotingCourier):
        async def send(self, permit: object, parcel: WakeUp) -> CourierReply:
            self.parcels.append(parcel)
            return CourierReply(ReplyCode.THIRD_PARTY_AUTH_ERROR if parcel.platform == "ios" else ReplyCode.ACCEPTED)

    courier = HalfBroken()
    pace = await send_out(town.system, campaign, courier.couriers, tasks=1, concurrency=1)
    assert pace.blocked_routes() == ["fcm_token/ios"]
    assert (await states(town.system, campaign))["sent", None] == 10
    assert sum(parcel.platform == "ios" for parcel in courier.parcels) == 1


async def test_a_message_to_fewer_than_k_is_not_launched(town: Town) -> None:
    await settle(town.system, 4)
    await settle(town.system, 4, address=None)
    async with work(town.system) as unit:
        campaign = await create(unit)
    with pytest.raises(AudienceTooSmall):
        async with work(town.system) as unit:
            await campaigns.launch(unit, campaign)
    async with work(town.system) as unit:
        assert (await campaigns.read(campaign)).state == "draft"


async def test_a_preview_rounds_and_hides(town: Town) -> None:
    area = await district(town.system)
    await settle(town.system, 12, areas=[area])
    await settle(town.system, 3, areas=[area], language="en")
    await settle(town.system, 8, areas=[area], address=None)
    await settle(town.system, 6, areas=[area], consents=["personal_feed"])
    async with work(town.system) as unit:
        seen = await preview(unit, Audience(areas=(area,)))
    assert seen.reached == 15
    assert seen.by_language == {"nb": 15}  # The three are counted as the others are: else ten would tell how few.
    assert seen.by_area == {area: 15}
    assert (seen.without_address, seen.without_consent) == (10, 5)


async def test_an_audience_is_frozen_once(town: Town) -> None:
    await settle(town.system, 6)
    campaign = await launched(town.system)
    await settle(town.system, 6)
    async with work(town.system) as unit:
        assert await freezing.freeze(unit, campaign) == 0
    assert sum((await states(town.system, campaign)).values()) == 6


async def test_a_town_s_first_large_audience_is_known_to_the_planner_before_anybody_claims(town: Town) -> None:
    """Claims of it were looked for as if it had one delivery: seconds for each few hundred messages."""
    await settle(town.system, 300)
    await launched(town.system)
    known = await town.sql(
        "select most_common_vals::text from pg_stats where tablename = 'delivery' and attname = 'municipality_id'"
    )
    assert str(town.municipality) in known[0][0]
