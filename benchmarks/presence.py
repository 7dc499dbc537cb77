"""`POST /v1/presence` over 10,000 zones, authenticated and consented: against an echo that parses the same body."""

import asyncio
import json
import math
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from uuid import UUID

import httpx

from base.embedded import Server
from benchmarks.load import Load, load, request
from benchmarks.table import Row
from benchmarks.town import people, pool, settle, stage, web, zones
from rehearsal.ports import free_port

ZONES, RESIDENTS, REQUESTS, ROUNDS, CONNECTIONS = 10_000, 200, 3000, 7, 16
CORNERS, RADIUS_M = 48, 60.0
LON, LAT, STEP_LON, STEP_LAT = 9.9, 59.0, 0.0045, 0.0023
CROWD_LON, PLACES = 10.6, 100


def measure() -> list[Row]:
    """Each answered by one process, in turn, over as many connections; the medians of some rounds after one to warm up.

    In each round every third phone is where nobody has called from before, and the others are where somebody has.
    """
    with stage() as (server, keys):
        tokens = asyncio.run(_settled(server))
        with web(server, keys) as address, echo() as echoing:
            port, rounds = int(address.rsplit(":", 1)[1]), list[tuple[Load, Load, Load]]()
            for number in range(ROUNDS + 1):
                near, dozen = _requests(tokens, _anywhere, number), _requests(tokens, _among_a_dozen, number)
                rounds.append((_load(echoing, near), _load(port, near), _load(port, dozen)))
    plain, near_by, crowded = zip(*rounds[1:], strict=True)
    return [
        _row("POST /v1/presence, at most one zone near", near_by, plain, "0.3 (C)"),
        _row("POST /v1/presence, a dozen zones near", crowded, plain, "0.15 (C)"),
    ]


def _load(port: int, wires: list[bytes]) -> Load:
    return load(port, wires, 200, CONNECTIONS, sleepless=True)


def _row(what: str, got: Sequence[Load], plain: Sequence[Load], aim: str) -> Row:
    p50, p99 = median(one.p50_ms for one in got), median(one.p99_ms for one in got)
    also = f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, {sum(one.refused for one in got)} refused; 10,000 zones"
    rate, bare = median(one.per_s for one in got), median(one.per_s for one in plain)
    return Row(
        what, rate=rate, unit="/s", bare=bare, bare_is="an echo that parses the body with pydantic", aim=aim, also=also
    )


def _anywhere(draw: random.Random) -> tuple[float, float]:
    return LON + draw.random() * 0.4, LAT + draw.random() * 0.2


def _among_a_dozen(draw: random.Random) -> tuple[float, float]:
    """At one of a hundred places that lie in twelve zones each, three of whose borders are near."""
    place = draw.randrange(PLACES)
    return CROWD_LON + 0.02 * (place % 10) + draw.gauss(0, 1e-4), LAT + 0.01 * (place // 10) + draw.gauss(0, 5e-5)


async def _settled(server: Server) -> list[str]:
    async with pool(server):
        municipality: UUID = await settle()
        side = int(math.sqrt(ZONES))
        await zones(
            municipality,
            [ring(LON + STEP_LON * (n % side), LAT + STEP_LAT * (n // side), RADIUS_M) for n in range(ZONES)]
            + [
                ring(CROWD_LON + 0.02 * (n % 10), LAT + 0.01 * (n // 10), 27.0 if layer < 3 else 120.0 + 20 * layer)
                for n in range(PLACES)
                for layer in range(12)
            ],
        )
        return await people(municipality, RESIDENTS, ["location_zones"])


def ring(lon: float, lat: float, radius_m: float) -> list[tuple[float, float]]:
    """A ring of 48 corners, not quite round, as drawn zones are."""
    draw = random.Random(f"{lon} {lat}")
    corners = []
    for corner in range(CORNERS):
        reach = radius_m * draw.uniform(0.85, 1.0) / 111_320
        turn = 2 * math.pi * corner / CORNERS
        corners.append((lon + reach * math.cos(turn) / math.cos(math.radians(lat)), lat + reach * math.sin(turn)))
    return [*corners, corners[0]]


def _requests(tokens: list[str], where: Callable[[random.Random], tuple[float, float]], round_: int = 0) -> list[bytes]:
    known, new = random.Random(7), random.Random(f"round {round_}")
    now = datetime.now(UTC).isoformat()
    wires = []
    for number in range(REQUESTS):
        lon, lat = where(new if number % 3 == 0 else known)
        fix = {
            "id": str(number),
            "lat": lat,
            "lon": lon,
            "accuracy_m": new.uniform(5, 25),
            "at": now,
        }
        body = json.dumps({"sent_at": now, "fixes": [fix], "sightings": [], "state": None}).encode()
        headers = {"Authorization": f"Bearer {tokens[number % len(tokens)]}", "Content-Type": "application/json"}
        wires.append(request("POST", "/v1/presence", headers, body))
    return wires


@contextmanager
def echo() -> Iterator[int]:
    """A process that parses the body with pydantic and says how much there was: the bare limit; its port."""
    port = free_port()
    with subprocess.Popen([sys.executable, "-m", "benchmarks.echo", str(port)]) as running:
        try:
            for _ in range(100):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/")
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield port
        finally:
            running.terminate()
