"""After twenty thousand reports (a million in the long form) nothing was written, and no log line has a coordinate."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.http.services import Services
from base.clock import now
from base.database import work
from base.embedded import Server
from benchmarks.load import load, request
from geofence import snapshots
from tests.geofence.ground import PROVE
from tests.geofence.test_over_http import KIOSK, MIDDLE, created, present, rule, seen, square
from tests.serving import web
from tests.town import Moves, Town

REPORTS = 1_000_000 if PROVE else 20_000


async def _written(town: Town) -> list[tuple[Any, ...]]:
    """What has been written, when every connection of the pool has said so."""
    barrier = asyncio.Barrier(8)

    async def flushed() -> None:
        async with work(town.system) as unit:
            await unit.fetchval("select pg_stat_force_next_flush()")
            await barrier.wait()

    await asyncio.gather(*(flushed() for _ in range(8)))
    await town.sql("select pg_stat_force_next_flush()")
    rows = await town.sql(
        "select relname, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_user_tables "
        "where relname not like 'pgqueuer%' order by relname"
    )
    return [tuple(row) for row in rows]


async def test_presence_writes_nothing_but_a_beacons_row_of_the_day(
    client: httpx.AsyncClient,
    town: Town,
    moves: Moves,
    server: Server,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    staff = await town.key("communications")
    zone = await square(client, staff)
    await rule(client, staff, on="enter", zone_id=zone["id"], once="daily")
    place = {"name": "Kiosk", "lat": MIDDLE[0], "lon": MIDDLE[1], "ibeacon": KIOSK}
    await created(client, "beacons", staff, place)
    people = [await moves(consents=["location_zones", "location_beacons"]) for _ in range(20)]
    before = await _written(town)
    wires = []
    for number in range(2_000):
        at = now().isoformat()
        north = 0 if number % 4 == 0 else 0.01 * (number % 7)  # Where the trigger fires, and where nothing does.
        fix = {"id": str(uuid4()), "lat": MIDDLE[0] + north, "lon": MIDDLE[1], "accuracy_m": 8, "at": at}
        heard = {"id": "s", "at": at, "rssi": -60, "ibeacon": KIOSK, "tlm": {"battery_mv": 2900}}
        body = {"sent_at": at, "fixes": [fix], "sightings": [heard] if number % 3 else [], "state": None}
        headers = {**people[number % 20].headers, "Content-Type": "application/json"}
        wires.append(request("POST", "/v1/presence", headers, json.dumps(body).encode()))
    with web(server, tmp_path / "keys", MEDVIRK_LOG_LEVEL="info") as address:
        port = int(address.rsplit(":", 1)[1])
        for _ in range(REPORTS // 20_000):
            got = await asyncio.to_thread(load, port, wires, 200, 16, 10)
            assert got.refused == 0
    changed = [
        (a[0], *(y - x for x, y in zip(b[1:], a[1:], strict=True)))
        for b, a in zip(before, await _written(town), strict=True)
        if a != b
    ]
    assert changed == [("beacon_health", 1, 0, 0)]
    lines = re.sub(r"\d{4}-\d\d-\d\d[T ][\d:.]+Z?", "(a time)", "".join(capfd.readouterr()))
    assert "/v1/presence" in lines
    for told in ("59.13", "10.22", *(str(who.id) for who in people), *(who.token for who in people)):
        assert told not in lines


async def test_a_process_forgets_each_minute_where_phones_have_called_from(
    client: httpx.AsyncClient, town: Town, moves: Moves, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    await square(client, await town.key("communications"))
    kari = await moves(consents=["location_zones"])
    assert (await present(client, kari, seen())).status_code == 200
    async with work(town.system) as unit:
        snapshot = await services.snapshots.of(unit)
    assert snapshot.watch_squares
    monkeypatch.setattr(snapshots, "AHEAD_S", 0.01)
    minutes = asyncio.create_task(services.snapshots.keep_ahead())
    async with asyncio.timeout(5):
        while snapshot.watch_squares or snapshot.cells:
            await asyncio.sleep(0.01)
    minutes.cancel()
