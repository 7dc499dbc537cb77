"""What a process remembers of consents, and how long it may trust that."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from base import clock
from base.database import work
from base.embedded import Server
from base.errors import ConsentRequired, Unauthorized
from base.queries import Query
from base.signals import Signals
from base.tenant import open_to_all
from base.tokens import digest
from consent import gate, notices
from consent.principals import Principals
from consent.purposes import LocationZones, PersonalFeed
from tests.town import Moves, Neighbour, Town, grant


@pytest_asyncio.fixture
async def signals(server: Server) -> AsyncIterator[Signals]:
    listening = Signals(server.url())
    yield listening
    await listening.stop()


@pytest_asyncio.fixture
async def elsewhere(signals: Signals) -> Principals:
    """The memory of another process, which is told over the database alone."""
    principals = Principals(signals)
    await signals.start()
    while not signals.known_at > 0:
        await asyncio.sleep(0.01)
    return principals


async def remembered(town: Town, principals: Principals, who: Neighbour) -> Principals:
    async with work(town.system) as unit:
        await principals.principal(unit, digest(who.token))
    assert principals.known(digest(who.token)) is not None
    return principals


async def forgotten(principals: Principals, who: Neighbour) -> float:
    """Seconds until the process had forgotten."""
    began = clock.monotonic()
    while principals.known(digest(who.token)) is not None:
        await asyncio.sleep(0.002)
        assert clock.monotonic() - began < 5
    return clock.monotonic() - began


async def test_who_is_remembered_needs_no_database(moves: Moves, town: Town, elsewhere: Principals) -> None:
    kari = await moves(consents=["location_zones"])
    await remembered(town, elsewhere, kari)
    await asyncio.sleep(0.7)  # Older than a permit may be: the heartbeat keeps it.
    async with work(open_to_all(town.municipality)) as unit:
        permit = await gate.require_device_permit(unit, elsewhere, digest(kari.token), LocationZones)
        permit.check()
        assert permit.resident == kari.id
        assert permit.valid_until <= clock.monotonic() + 0.5
        assert not unit.begun


async def test_a_withdrawal_is_heard_in_every_process(
    client: httpx.AsyncClient, moves: Moves, town: Town, elsewhere: Principals
) -> None:
    kari, ola = await moves(consents=["location_zones"]), await moves(consents=["location_zones"])
    await remembered(town, elsewhere, ola)
    await remembered(town, elsewhere, kari)
    await client.delete("/v1/me/consents/location_zones", headers=kari.headers)
    assert await forgotten(elsewhere, kari) < 0.5
    assert elsewhere.known(digest(ola.token)) is not None
    async with work(town.system) as unit:
        with pytest.raises(ConsentRequired):
            await gate.require_device_permit(unit, elsewhere, digest(kari.token), LocationZones)


async def test_the_process_that_withdrew_refuses_the_next_request(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves(consents=["location_zones"])
    body: dict[str, Any] = {"sent_at": clock.now().isoformat(), "fixes": [], "sightings": [], "state": None}
    for _ in range(5):
        assert (await client.post("/v1/presence", headers=kari.headers, json=body)).status_code == 200
        await grant(client, kari, "location_zones", granted=False)
        refused = await client.post("/v1/presence", headers=kari.headers, json=body)
        assert (refused.status_code, refused.json()["purpose"]) == (403, "location_zones")
        await grant(client, kari, "location_zones")


async def test_a_yes_counts_at_once_though_nobody_is_told(
    client: httpx.AsyncClient, moves: Moves, town: Town, elsewhere: Principals
) -> None:
    kari = await moves()
    await remembered(town, elsewhere, kari)
    await grant(client, kari, "location_zones")
    async with work(town.system) as unit:
        assert (
            await gate.require_device_permit(unit, elsewhere, digest(kari.token), LocationZones)
        ).resident == kari.id


@pytest.mark.parametrize("act", ["rotate", "sign out", "erase"])
async def test_a_token_that_is_nobodys_is_forgotten(
    client: httpx.AsyncClient, moves: Moves, town: Town, elsewhere: Principals, act: str
) -> None:
    kari = await moves(consents=["location_zones"])
    await remembered(town, elsewhere, kari)
    if act == "rotate":
        await client.post("/v1/me/token", headers=kari.headers)
    else:
        await client.delete("/v1/me/token" if act == "sign out" else "/v1/me", headers=kari.headers)
    assert await forgotten(elsewhere, kari) < 0.5
    async with work(town.system) as unit:
        with pytest.raises(Unauthorized):
            await elsewhere.principal(unit, digest(kari.token))


async def test_a_consent_that_lapses_is_not_remembered_past_its_end(
    moves: Moves, town: Town, elsewhere: Principals
) -> None:
    kari = await moves(consents=["personal_feed"])
    await remembered(town, elsewhere, kari)
    ends = clock.now().replace(year=clock.now().year + 1)
    async with work(town.system) as unit:
        notice = await notices.notice_in_force("personal_feed")
        await notices.publish(unit, "personal_feed", notice.texts, lapses_at=ends)
    await forgotten(elsewhere, kari)
    await remembered(town, elsewhere, kari)
    async with work(town.system) as unit:
        await gate.require_device_permit(unit, elsewhere, digest(kari.token), PersonalFeed)
        with clock.at(ends), pytest.raises(ConsentRequired):
            await gate.require_device_permit(unit, elsewhere, digest(kari.token), PersonalFeed)


async def test_without_a_heartbeat_the_memory_is_not_trusted(
    moves: Moves, town: Town, elsewhere: Principals, signals: Signals
) -> None:
    kari = await moves(consents=["location_zones"])
    await remembered(town, elsewhere, kari)
    await signals.stop()
    assert 0.2 < await forgotten(elsewhere, kari) <= 0.6
    async with work(town.system) as unit:
        permit = await gate.require_device_permit(unit, elsewhere, digest(kari.token), LocationZones)
        assert permit.valid_until <= clock.monotonic() + 0.5


async def test_what_was_missed_while_nobody_listened_is_not_believed(
    client: httpx.AsyncClient, moves: Moves, town: Town, elsewhere: Principals, signals: Signals
) -> None:
    kari = await moves(consents=["location_zones"])
    await remembered(town, elsewhere, kari)
    mended = asyncio.Event()
    signals.on_renewed(mended.set)
    assert await town.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where query like 'select 1' and usename = 'medvirk_app'"
    )
    await client.delete("/v1/me/consents/location_zones", headers=kari.headers)
    await asyncio.wait_for(mended.wait(), 5)
    await asyncio.sleep(0.2)
    assert elsewhere.known(digest(kari.token)) is None
    async with work(town.system) as unit:
        with pytest.raises(ConsentRequired):
            await gate.require_device_permit(unit, elsewhere, digest(kari.token), LocationZones)


async def test_what_was_read_before_a_withdrawal_is_not_remembered_after_it(
    client: httpx.AsyncClient, moves: Moves, town: Town, elsewhere: Principals
) -> None:
    kari = await moves(consents=["location_zones"])

    class Slow:
        """A unit of work whose answer is under way while the resident withdraws."""

        municipality = town.municipality

        async def fetch(self, query: Query, **named: object) -> list[Any]:
            async with work(town.system) as unit:
                rows = await unit.fetch(query, **named)
            await client.delete("/v1/me/consents/location_zones", headers=kari.headers)
            await asyncio.sleep(0.2)
            return rows

    await elsewhere.read(Slow(), digest(kari.token))  # type: ignore[arg-type]  # it stands in for a slow network
    assert elsewhere.known(digest(kari.token)) is None
