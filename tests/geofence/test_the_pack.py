"""The pack of a town's zones is made once for all phones, off the event loop, and is never long out of date."""

import asyncio
import json
import time
from typing import Any
from uuid import UUID, uuid4

import pytest

from base import clock
from base.jws import jwks, verify
from base.keys import MemoryKeyStore
from geofence import zone_pack_cache as keeping
from geofence.engine.places import CompiledTrigger, CompiledZone
from geofence.engine.snapshot import PlacesSnapshot
from geofence.zone_pack import packed
from geofence.zone_pack_cache import LARGE, ZonePack, ZonePackCache

TOWN = UUID(int=3907)


def _snapshot(count: int) -> PlacesSnapshot:
    zones, triggers = list[CompiledZone](), list[CompiledTrigger]()
    for number in range(count):
        west, south = 10.0 + 0.003 * (number % 50), 59.0 + 0.003 * (number // 50)
        ring = [[west, south], [west + 0.001, south], [west + 0.001, south + 0.001], [west, south]]
        zones.append(
            CompiledZone(UUID(int=number + 1), "trigger", json.dumps({"type": "Polygon", "coordinates": [ring]}))
        )
        triggers.append(CompiledTrigger(UUID(int=number + 9), "enter", zones[-1].id, None, "survey", uuid4(), 4e9))
    return PlacesSnapshot(zones, (), triggers)


def _zones(pack: ZonePack, keys: MemoryKeyStore) -> list[str]:
    content = json.loads(verify(pack.text().decode(), jwks(keys), "medvirk-zones+jws"))
    return [zone["id"] for zone in content["zones"]]


async def test_phones_are_given_what_was_made_once(keys: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = list[int]()

    def counting(*given: Any, **named: Any) -> str:
        made.append(1)
        return packed(*given, **named)

    monkeypatch.setattr(keeping, "packed", counting)
    packs, snapshot = ZonePackCache(keys), _snapshot(20)
    found = await asyncio.gather(*(packs.of(TOWN, snapshot) for _ in range(50)))
    assert len(made) == 1
    assert len({id(pack) for pack in found}) == 1
    assert len(_zones(found[0], keys)) == 20


async def test_two_processes_give_the_same_bytes(keys: MemoryKeyStore) -> None:
    snapshot = _snapshot(20)
    one, two = await ZonePackCache(keys).of(TOWN, snapshot), await ZonePackCache(keys).of(TOWN, snapshot)
    assert one.text() == two.text()
    assert one.digest == two.digest


async def test_a_small_town_s_change_is_in_the_next_pack(keys: MemoryKeyStore) -> None:
    packs = ZonePackCache(keys)
    await packs.of(TOWN, _snapshot(3))
    assert len(_zones(await packs.of(TOWN, _snapshot(4)), keys)) == 4


async def test_in_a_large_town_nobody_waits_for_a_change_and_it_comes_soon(keys: MemoryKeyStore) -> None:
    packs, before, after = ZonePackCache(keys), _snapshot(LARGE), _snapshot(LARGE + 1)
    packs.laid_out(TOWN, before)
    first = await packs.of(TOWN, before)
    packs.laid_out(TOWN, after)
    began = time.perf_counter()
    assert await packs.of(TOWN, after) is first
    assert time.perf_counter() - began < 0.02
    for _ in range(200):
        await asyncio.sleep(0.05)
        if (await packs.of(TOWN, after)).digest != first.digest:
            break
    assert len(_zones(await packs.of(TOWN, after), keys)) == LARGE + 1


async def test_a_pack_that_nobody_asked_for_is_not_given_out_after_a_change(keys: MemoryKeyStore) -> None:
    packs, before, after = ZonePackCache(keys), _snapshot(LARGE), _snapshot(LARGE + 1)
    await packs.of(TOWN, before)
    packs._kept[TOWN].asked_at -= 2 * keeping.ASKED_FOR_S
    packs.laid_out(TOWN, after)
    assert len(_zones(await packs.of(TOWN, after), keys)) == LARGE + 1


async def test_each_hour_has_a_pack_of_its_own(keys: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    packs, snapshot = ZonePackCache(keys), _snapshot(3)
    first = await packs.of(TOWN, snapshot)
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at.replace(year=at.year + 1))
    later = await packs.of(TOWN, snapshot)
    assert later.digest != first.digest


async def test_a_pack_that_cannot_be_made_is_an_error_for_whoever_asked_and_for_no_one_later(
    keys: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs, snapshot = ZonePackCache(keys), _snapshot(3)

    def fails(*given: object, **named: object) -> str:
        raise OSError("no key")

    with monkeypatch.context() as broken:
        broken.setattr(keeping, "packed", fails)
        with pytest.raises(OSError, match="no key"):
            await packs.of(TOWN, snapshot)
    assert len(_zones(await packs.of(TOWN, snapshot), keys)) == 3
