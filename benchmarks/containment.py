"""Presence function by function: containment beside PostGIS, whole evaluations beside it too, and how they grow."""

import asyncio
import json
import math
import random
import threading
import time
from collections.abc import Sequence
from uuid import uuid4

import shapely

from base.keys import MemoryKeyStore
from benchmarks.postgis import Judge, judge
from benchmarks.presence import LAT, LON, STEP_LAT, STEP_LON, ring
from benchmarks.table import Row
from geofence.engine.observations import RawFix
from geofence.engine.places import CompiledTrigger, CompiledZone, On
from geofence.engine.presence import advance
from geofence.engine.sealed import Seal
from geofence.engine.snapshot import PlacesSnapshot
from geofence.snapshots import quietly
from tests.geofence.ground import BOTH, RESIDENT, TOWN

ZONES, POINTS, PHONES, STEPS = 10_000, 40_000, 2_000, 5
ACROSS, ALONG = 0.45, 0.23
"""How far the points of `anywhere` are spread, in degrees."""
STARTED = 1_800_000_000.0

Places = Sequence[tuple[float, float]]


def measure() -> list[Row]:
    """Function by function, in one process."""
    snapshot = town(ZONES)
    points = anywhere(POINTS)
    with judge() as found:
        postgis = _by_postgis(found, snapshot) if found else float("nan")
    bare_is = "PostGIS by pgbench: ST_Covers, GiST, 8 connections, all cores" if found else "PostGIS could not be had"
    contained = max(_contained(snapshot, points) for _ in range(3))
    one, dozen = max(whole(snapshot, homes(PHONES)) for _ in range(3)), max(_dozen() for _ in range(2))
    four = max(whole(snapshot, homes(PHONES), together=4) for _ in range(3))
    rows = [
        Row("plain containment, 10,000 zones", rate=contained, unit="/s", bare=postgis, bare_is=bare_is, aim="4"),
        Row(
            "whole evaluation, at most one zone near",
            rate=one,
            unit="/s",
            bare=postgis,
            bare_is=bare_is,
            aim="",
            also="aim 25,000/s; one process",
        ),
        Row(
            "the same, four fixes in a report",
            rate=four,
            unit="/s",
            bare=postgis,
            bare_is=bare_is,
            aim="",
            also="fixes a second; one process",
        ),
        Row(
            "whole evaluation, a dozen near",
            rate=dozen,
            unit="/s",
            bare=postgis,
            bare_is=bare_is,
            aim=">= 4000/s",
            also="three within 2.5 σ",
        ),
    ]
    rates = {count: max(whole(town(count), homes(PHONES)) for _ in range(2)) for count in (1_000, 100_000)}
    rows.append(
        Row(
            "whole evaluation, 100,000 zones",
            rate=rates[100_000],
            unit="/s",
            bare=rates[1_000],
            bare_is="1,000 zones, as dense",
            aim="~1",
        )
    )
    rows.append(_pause(snapshot))
    return rows


def town(count: int) -> PlacesSnapshot:
    """So many zones of 48 corners, each with two triggers, always as far from one another."""
    side = max(int(math.sqrt(count)), 1)
    zones, triggers = list[CompiledZone](), list[CompiledTrigger]()
    for number in range(count):
        corners = ring(LON + STEP_LON * (number % side), LAT + STEP_LAT * (number // side), 60.0)
        zone = CompiledZone(uuid4(), "trigger", json.dumps({"type": "Polygon", "coordinates": [corners]}), changed=1.0)
        zones.append(zone)
        triggers += [_trigger(zone, "enter", 0), _trigger(zone, "dwell", 120)]
    return quietly(lambda: PlacesSnapshot(zones, (), triggers))


def _trigger(zone: CompiledZone, on: On, dwell_s: int) -> CompiledTrigger:
    return CompiledTrigger(
        uuid4(),
        on=on,
        zone_id=zone.id,
        beacon_id=None,
        kind="survey",
        subject_id=uuid4(),
        active_to=STARTED + 1e7,
        dwell_s=dwell_s,
    )


def anywhere(count: int) -> Places:
    """Points all over the zones of `town(ZONES)`."""
    draw = random.Random(3907)
    return [(LON + draw.random() * ACROSS, LAT + draw.random() * ALONG) for _ in range(count)]


def homes(count: int) -> Places:
    """Where phones are: among the first thousand zones."""
    draw = random.Random(1)
    return [(LON + draw.random() * STEP_LON * 31, LAT + draw.random() * STEP_LAT * 31) for _ in range(count)]


def containing(snapshot: PlacesSnapshot, x: float, y: float) -> list[int]:
    """The zones that hold the point, whatever its accuracy; a point on a border is in."""
    return [i for i in snapshot.around(x, y) if shapely.intersects_xy(snapshot.areas[i], x, y)]


def _contained(snapshot: PlacesSnapshot, points: Places) -> float:
    began = time.perf_counter()
    for lon, lat in points:
        containing(snapshot, *snapshot.metres(lon, lat))
    return len(points) / (time.perf_counter() - began)


def whole(snapshot: PlacesSnapshot, places: Places, together: int = 1) -> float:
    """Unseal, evaluate fixes (probability, hysteresis, dwell, triggers), seal: for each phone, a minute apart; fixes a
    second. `together` fixes come in one report, each a quarter of a minute after the other."""
    seal, draw = Seal(MemoryKeyStore()), random.Random(2)
    states: list[str | None] = [None] * len(places)
    taken = 0.0
    for step in range(STEPS):
        at = STARTED + 60 * step
        reports = [
            [
                RawFix(f"{n}-{step}-{k}", lat + draw.gauss(0, 1e-4), lon + draw.gauss(0, 2e-4), draw.uniform(5, 25), t)
                for k, t in enumerate(at - 15 * ago for ago in reversed(range(together)))
            ]
            for n, (lon, lat) in enumerate(places)
        ]
        began = time.perf_counter()
        for number, fixes in enumerate(reports):
            sealed = states[number]
            state = None if sealed is None else seal.unseal(sealed, RESIDENT, TOWN, at=at)
            outcome = advance(BOTH, state, fixes, (), snapshot, sent_at=at, received_at=at)
            states[number] = seal.seal(outcome.state, RESIDENT, TOWN, at=at)
        taken += time.perf_counter() - began
    return len(places) * STEPS * together / taken


def _dozen() -> float:
    """Each place lies in twelve zones: nine whose borders are far, three within 2.5 σ."""
    zones, triggers = list[CompiledZone](), list[CompiledTrigger]()
    places: list[tuple[float, float]] = []
    for number in range(400):
        lon, lat = LON + STEP_LON * 3 * (number % 20), LAT + STEP_LAT * 3 * (number // 20)
        places.append((lon, lat))
        for layer in range(12):
            reach = 25.0 + layer if layer < 3 else 150.0 + 20 * layer
            geometry = json.dumps({"type": "Polygon", "coordinates": [ring(lon, lat, reach)]})
            zone = CompiledZone(uuid4(), "trigger", geometry)
            zones.append(zone)
            triggers += [_trigger(zone, "enter", 0), _trigger(zone, "dwell", 120)]
    return whole(quietly(lambda: PlacesSnapshot(zones, (), triggers)), places * 3)


def _pause(snapshot: PlacesSnapshot) -> Row:
    """How long the event loop stands still while a snapshot of 10,000 zones is built in a thread."""

    async def pauses(seconds: float, meanwhile: bool) -> float:
        stop, late = time.perf_counter() + seconds, list[float]()
        building = threading.Thread(
            target=quietly, args=(lambda: PlacesSnapshot(snapshot.zones, (), tuple(snapshot.triggers.values())),)
        )
        if meanwhile:
            building.start()
        while time.perf_counter() < stop or building.is_alive():
            asked = time.perf_counter()
            await asyncio.sleep(0.001)
            late.append(time.perf_counter() - asked - 0.001)
        late.sort()
        return late[int(len(late) * 0.999)] * 1000

    idle, busy = asyncio.run(pauses(4, False)), asyncio.run(pauses(4, True))
    return Row(
        "event loop's p99.9 pause while rebuilding", rate=busy, unit="ms", bare=idle, bare_is="idle", aim="+20 ms"
    )


def _by_postgis(found: Judge, snapshot: PlacesSnapshot) -> float:
    """The same zones, and points of the same box, each a question of its own, asked by pgbench."""
    areas = [(zone.id, shapely.to_wkb(area)) for zone, area in zip(snapshot.zones, snapshot.areas, strict=True)]
    asyncio.run(found.lay_out(areas))
    west, south = snapshot.metres(LON, LAT)
    east, north = snapshot.metres(LON + ACROSS, LAT + ALONG)
    return found.questions_per_s(west, south, east, north)
