"""What became of a message is known for good: by platform and reason, adding up, and when its deliveries are gone."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from base.database import work
from commands.retention import CLEARINGS
from consent.retention import clear
from push.campaigns import campaigns, progress, scheduling
from push.campaigns.progress import STATES
from push.couriers.courier import WakeUp
from push.couriers.outcomes import CourierReply, ReplyCode
from tests.push.crowd import NotingCourier, launched, send_out, settle
from tests.town import Town


async def told(client: httpx.AsyncClient, town: Town, campaign: UUID) -> dict[str, Any]:
    staff = await town.key("communications")
    one = (await client.get(f"/v1/staff/campaigns/{campaign}", headers=staff)).json()
    [listed] = (await client.get("/v1/staff/campaigns", headers=staff)).json()["items"]
    moving = {"counted_at"}
    assert {k: v for k, v in one.items() if k not in moving} == {k: v for k, v in listed.items() if k not in moving}
    answer: dict[str, Any] = one
    return answer


async def ended(town: Town, campaign: UUID) -> None:
    async with work(town.system) as unit:
        await scheduling.continue_or_finish(unit, campaign, 0, 0)


class NoIphones(NotingCourier):
    """Android's phones are reached, Apple's addresses are all dead."""

    async def send(self, permit: object, parcel: WakeUp) -> CourierReply:
        self.parcels.append(parcel)
        return CourierReply(ReplyCode.UNREGISTERED if parcel.platform == "ios" else ReplyCode.ACCEPTED)


async def test_totals_outlive_the_deliveries_they_were_counted_from(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 30)
    await settle(town.system, 10, platform="ios")
    await settle(town.system, 10, address=None)
    campaign = await launched(town.system)
    await send_out(town.system, campaign, NoIphones().couriers)
    await ended(town, campaign)
    before = await told(client, town, campaign)
    assert (before["audience_size"], before["sent"], before["gone"], before["withheld"]) == (50, 30, 10, 10)
    assert before["by_platform"]["android"]["sent"] == 30
    assert before["by_platform"]["ios"]["gone"] == 10
    assert before["addresses_pruned"] == 10
    assert before["reasons"] == {"no_address": 10, "unregistered": 10}
    assert before["state"] == "done"
    await town.sql("update campaign set settled_at = settled_at - interval '31 days'")
    async with work(town.system) as unit:
        assert (await clear(unit, CLEARINGS))["delivery"] == 50
    after = await told(client, town, campaign)
    assert after == {**before, "counted_at": after["counted_at"]}
    assert after["first_after_s"] is not None


async def test_what_is_not_counted_for_good_is_not_cleared(town: Town) -> None:
    await settle(town.system, 6)
    campaign = await launched(town.system)
    await send_out(town.system, campaign, NotingCourier().couriers)
    await town.sql("update delivery set done_at = done_at - interval '90 days'")
    async with work(town.system) as unit:
        assert (await clear(unit, CLEARINGS))["delivery"] == 0


async def test_a_large_audience_is_not_counted_anew_by_whoever_looks(
    client: httpx.AsyncClient, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "COUNTED_LIVE", 10)
    await settle(town.system, 20)
    campaign = await launched(town.system)
    fresh = await told(client, town, campaign)
    assert (fresh["queued"], fresh["sent"], fresh["counted_at"]) == (20, "<5", None)
    await send_out(town.system, campaign, NotingCourier().couriers)
    assert (await told(client, town, campaign))["queued"] == 20
    async with work(town.system) as unit:
        await progress.count_if_due(unit, await campaigns.read(campaign))
    assert (await told(client, town, campaign))["sent"] == 20


async def test_counters_add_up_when_residents_leave_and_when_it_is_recalled(
    client: httpx.AsyncClient, town: Town
) -> None:
    residents = await settle(town.system, 40)
    campaign = await launched(town.system)
    await town.sql("delete from resident where id = any($1::uuid[])", residents[:10])
    staff = await town.key("communications")
    await client.post(f"/v1/staff/campaigns/{campaign}/recall", headers=staff)
    stands = await told(client, town, campaign)
    assert sum(n for state in STATES if (n := stands[state]) != "<5") == stands["audience_size"] == 40
    assert (stands["recalled"], stands["withheld"], stands["reasons"]["left"]) == (30, 10, 10)
    async with work(town.system) as unit:
        assert await progress.settle_ended(unit) == 1
        assert await progress.settle_ended(unit) == 0
    assert (await told(client, town, campaign))["recalled"] == 30


async def test_few_are_not_shown_by_platform_or_reason(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 20)
    await settle(town.system, 2, platform="ios")
    campaign = await launched(town.system)
    await send_out(town.system, campaign, NoIphones().couriers)
    await ended(town, campaign)
    stands = await told(client, town, campaign)
    assert list(stands["by_platform"]) == ["android"]
    assert (stands["gone"], stands["reasons"], stands["addresses_pruned"]) == ("<5", {}, "<5")


async def test_a_number_of_none_is_not_told_from_a_number_of_few(client: httpx.AsyncClient, town: Town) -> None:
    stands = []
    for dead in (0, 1, 4):
        await town.sql("delete from resident")
        await settle(town.system, 30)
        await settle(town.system, dead, platform="ios")
        campaign = await launched(town.system)
        await send_out(town.system, campaign, NoIphones().couriers)
        await ended(town, campaign)
        staff = await town.key("communications")
        answer = (await client.get(f"/v1/staff/campaigns/{campaign}", headers=staff)).json()
        stands.append({name: answer[name] for name in (*STATES, "reasons", "by_platform", "addresses_pruned")})
    assert stands[0] == stands[1] == stands[2]


async def test_two_messages_to_the_same_residents_can_be_rounded_differently(town: Town) -> None:
    """So that another number does not say that there are other residents; one message always says the same."""
    await settle(town.system, 32)
    said = []
    for _ in range(24):
        campaign = await launched(town.system)
        async with work(town.system) as unit:
            seen = [(await progress.progress_of(unit, await campaigns.read(campaign))).audience for _ in range(2)]
        assert seen[0] == seen[1]
        said.append(seen[0])
    assert set(said) == {30, 35}


async def test_a_list_of_messages_takes_as_many_statements_as_one(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    await settle(town.system, 20)

    async def statements(number: int) -> int:
        counted = 0

        def note(query: object) -> None:
            nonlocal counted
            counted += 1

        for _ in range(number):
            await launched(town.system)
        async with work(town.system) as unit:
            (await unit.connection()).add_query_logger(note)
            try:
                found = await campaigns.page(None, 100)
                await progress.progress_of_each(unit, found)
            finally:
                (await unit.connection()).remove_query_logger(note)
        return counted

    assert await statements(2) == await statements(12)
    assert len((await client.get("/v1/staff/campaigns?limit=100", headers=staff)).json()["items"]) == 14
