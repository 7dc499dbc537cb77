"""Staff's counts are made at night, of those who have been here for some days, and nobody is in them."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.clock import now
from base.database import work
from push.audiences import snapshot
from push.audiences.audience import Audience
from push.audiences.coarsening import Traits, coarsened
from push.campaigns.preview import preview
from tests.push.crowd import NotingCourier, district, draft, launched, send_out, settle, withdraw
from tests.town import Moves, Town, night

K = 5


async def asked(client: httpx.AsyncClient, town: Town, **audience: object) -> dict[str, object]:
    answer = await client.post("/v1/staff/audiences/preview", headers=await town.key("communications"), json=audience)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


async def test_before_the_first_night_everything_counts_from_tomorrow(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    for _ in range(6):
        await moves(consents=["push_messages"])
    seen = await asked(client, town)
    assert (seen["counted_on"], seen["reached"], seen["without_address"]) == (None, "<5", "<5")
    staff = await town.key("communications")
    expires_at = (now() + timedelta(days=1)).isoformat()
    body = {"audience": {}, "title": {"nb": "T"}, "body": {"nb": "B"}, "expires_at": expires_at}
    campaign = (await client.post("/v1/staff/campaigns", headers=staff, json=body)).json()["id"]
    refused = await client.post(f"/v1/staff/campaigns/{campaign}/launch", headers=staff)
    assert refused.status_code == 409
    assert "counted at night" in refused.json()["detail"]


async def test_who_registered_lately_is_not_counted_and_gets_messages_all_the_same(town: Town) -> None:
    at_home = await settle(town.system, 20)
    new = await settle(town.system, 10)
    await town.sql("update resident set registered_on = current_date - 3 where id = any($1::uuid[])", at_home)
    await night(town, after_days=3)
    async with work(town.system) as unit:
        seen = await preview(unit, Audience())
    assert (seen.reached, seen.counted_after_days) == (20, 3)
    courier = NotingCourier()
    await send_out(town.system, await launched(town.system), courier.couriers)
    assert len(courier.parcels) == len(at_home) + len(new)


async def test_what_changes_today_counts_from_tomorrow_and_is_heeded_at_once(
    client: httpx.AsyncClient, town: Town
) -> None:
    around, small = await district(town.system), await district(town.system)
    await settle(town.system, 20, areas=[around])
    followers = await settle(town.system, 10, areas=[small])
    before = await asked(client, town, areas=[str(around)])
    await withdraw(town.system, *followers)
    await town.sql("update zone set parent_id = $1 where id = $2", around, small)
    drawn_today = await district(town.system, parent=around)
    assert await asked(client, town, areas=[str(around)]) == before
    seen = await asked(client, town, areas=[str(around), str(drawn_today)])
    assert (seen["reached"], seen["counted_from_tomorrow"]) == (20, [str(drawn_today)])
    courier = NotingCourier()
    await send_out(town.system, await launched(town.system, draft(Audience(areas=(around,)))), courier.couriers)
    assert {UUID(parcel.address.removeprefix("address-")) for parcel in courier.parcels}.isdisjoint(followers)
    await night(town)
    assert (await asked(client, town, areas=[str(around)]))["without_consent"] == 10


async def test_a_count_is_made_once_a_day_whoever_comes_first(town: Town) -> None:
    await settle(town.system, 10)
    await town.sql("update audience_snapshot set counted_on = current_date - 1")

    async def worker() -> bool:
        async with work(town.system) as unit:
            return await snapshot.take_snapshot(unit, 0)

    assert sorted(await asyncio.gather(worker(), worker(), worker())) == [False, False, True]
    assert len(await town.sql("select from audience_snapshot")) == 1
    assert [row["counted"] for row in await town.sql("select counted from audience_snapshot")] == [10]


class Killed(Exception):
    """The worker falls."""


async def test_a_count_that_is_not_finished_leaves_the_last_one(town: Town) -> None:
    await settle(town.system, 10)
    before = await town.sql("select id from audience_snapshot_trait order by id")
    with pytest.raises(Killed):
        async with work(town.system) as unit:
            await snapshot.take_snapshot(unit, 0, again=True)
            raise Killed
    assert before
    assert await town.sql("select id from audience_snapshot_trait order by id") == before


async def test_no_row_of_the_count_leads_to_anybody(town: Town) -> None:
    residents = await settle(town.system, 30)
    area = await district(town.system)
    await town.sql(
        "insert into resident_area select gen_random_uuid(), municipality_id, id, $2 from resident "
        "where id = any($1::uuid[])",
        residents[:4],
        area,
    )
    await town.sql("update resident set quiet_from = '03:33', quiet_to = '04:44' where id = $1", residents[0])
    await night(town)
    rows = await town.sql("select value, holders from audience_snapshot_trait order by trait, value")
    everything = "".join(row["value"] for row in rows)
    assert not [resident for resident in residents if str(resident) in everything]
    assert str(area) not in everything, "what four follow is not written down"
    assert "03:33" not in everything
    assert {"reached", "follows", "nb"} <= {row["value"] for row in rows}


async def test_an_erased_resident_is_gone_from_the_next_count(client: httpx.AsyncClient, town: Town) -> None:
    residents = await settle(town.system, 20)
    await town.sql("delete from resident where id = any($1::uuid[])", residents[:10])
    assert (await asked(client, town))["reached"] == 20
    await night(town)
    assert (await asked(client, town))["reached"] == 10


async def test_a_preview_asks_as_much_however_many_messages_there_were(town: Town) -> None:
    await settle(town.system, 30)
    asked_of: list[int] = []
    for _ in range(2):
        count = 0

        def note(_: object) -> None:
            nonlocal count
            count += 1

        async with work(town.system) as unit:
            (await unit.connection()).add_query_logger(note)
            await preview(unit, Audience())
            (await unit.connection()).remove_query_logger(note)
        asked_of.append(count)
        for _ in range(8):
            await launched(town.system)
        await night(town)
    assert asked_of[0] == asked_of[1]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(5, 250), st.integers(1, 12))
def test_no_trait_of_a_group_rests_on_fewer_than_k(seed: int, residents: int, traits: int) -> None:
    """Whatever the town: of each status, how many have a trait is none, or k, or more; totals nearly stay."""
    dice = np.random.default_rng(seed)
    flags = dice.random((residents, traits)) < dice.random(traits) ** 2
    kinds = np.minimum(dice.geometric(0.5, (residents, 2)) - 1, 6)
    strata = dice.integers(0, 3, residents)
    kept, found = coarsened(strata, Traits(flags, kinds), K, np.random.default_rng())
    for stratum in range(3):
        theirs = strata == stratum
        number = int(theirs.sum())
        assert (number < K) == (not np.isin(np.flatnonzero(theirs), kept).any())
        if number < K:
            continue
        for before, after in zip(flags[theirs].sum(0), found.flags[theirs].sum(0), strict=True):
            assert abs(int(before) - int(after)) < 2 * K
            assert after == 0 or after >= K
            assert after == number or number - after >= K
        for c in range(2):
            counts = np.bincount(found.kinds[theirs, c])
            assert not [n for n in counts if 0 < n < K]


async def test_nobody_is_counted_by_a_town_next_door(town: Town) -> None:
    await settle(town.system, 10)
    other = Town(uuid4(), "9999", town.superuser)
    async with work(other.system) as unit:
        assert await unit.fetch("select from audience_snapshot_trait") == []
        assert await snapshot.newest_snapshot() is None
