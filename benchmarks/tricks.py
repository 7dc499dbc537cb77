"""What each trick beside Starlette and uvicorn gives: `python -m benchmarks.tricks [trick…]`.

A web process as it is and one in which one trick is replaced by what the libraries do answer the same requests in
turn, ten paired rounds on presence and on an endpoint that reads a row. What is compared is the processor's time that
a process took, which others on the machine disturb less than they do the clock; the median of the pairs' ratios is
printed. Nothing in the product knows of this: the second process is patched as it starts (`--serve TRICK`).
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import structlog
from prometheus_client import Counter, Histogram
from starlette.responses import Response

from api.http import fast_path, wrapper
from base.embedded import Server, die_with_parent
from benchmarks.load import load, request
from benchmarks.presence import LAT, LON, RADIUS_M, STEP_LAT, STEP_LON, ring
from benchmarks.town import people, pool, settle, stage, zones
from commands import main as program
from commands import wire
from rehearsal.ports import free_port
from tests.serving import environment

ROUNDS, REQUESTS, CONNECTIONS, SIDE, RESIDENTS = 10, 1500, 16, 30, 100


def _plain_response(body: bytes, status: int, media_type: str | None, headers: Mapping[str, str]) -> Response:
    return Response(body, status, {"cache-control": "no-store", **headers}, media_type)


def _plain_line() -> None:
    log = structlog.get_logger("api.http.wrapper")

    def answered(method: str, route: str, status: int, ms: float) -> None:
        log.info("answered", method=method, route=route, status=status, ms=ms)

    _patch(wrapper, "answered", answered)


def _plain_counts() -> None:
    counted = Counter("plain_requests", "Requests answered", ["method", "route", "status"])
    seconds = Histogram("plain_request_seconds", "Seconds to answer", ["method", "route"])

    def observe(method: str, route: str, status: int, taken_s: float) -> None:
        counted.labels(method, route, str(status)).inc()
        seconds.labels(method, route).observe(taken_s)

    _patch(wrapper, "observe", observe)


def _patch(where: Any, name: str, value: Any) -> None:
    setattr(where, name, value)


WITHOUT: Mapping[str, Callable[[], None]] = {
    "finder": lambda: _patch(fast_path.Finder, "find", lambda self, scope: None),
    "response": lambda: _patch(wrapper, "Ready", _plain_response),
    "log line": _plain_line,
    "one write": lambda: _patch(wire, "OneWrite", lambda transport, asked: transport),
    "counts": _plain_counts,
    "headers": lambda: _patch(fast_path.QuickHeaders, "get", Mapping.get),
}


@contextmanager
def _serving(trick: str, server: Server, keys: Path) -> Iterator[tuple[int, int]]:
    """A web process that writes its log lines, as in operation; its port and process id."""
    port = free_port()
    more = {"MEDVIRK_PORT": str(port), "MEDVIRK_LOG_LEVEL": "info", "MEDVIRK_LOG_FORMAT": "json"}
    command = [sys.executable, "-m", "benchmarks.tricks", "--serve", trick]
    with subprocess.Popen(
        command, env=dict(environment(server, keys, **more)), preexec_fn=die_with_parent, stderr=subprocess.DEVNULL
    ) as running:
        try:
            for _ in range(600):
                try:
                    if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200:
                        break
                except httpx.TransportError:
                    pass
                time.sleep(0.1)
            yield port, running.pid
        finally:
            running.terminate()


async def _settled(server: Server) -> list[str]:
    async with pool(server):
        municipality = await settle()
        spots = [(LON + STEP_LON * (n % SIDE), LAT + STEP_LAT * (n // SIDE)) for n in range(SIDE * SIDE)]
        await zones(municipality, [ring(lon, lat, RADIUS_M) for lon, lat in spots])
        return await people(municipality, RESIDENTS, ["location_zones"])


def _requests(tokens: list[str]) -> Mapping[str, list[bytes]]:
    draw, now, presence, mine = random.Random(7), datetime.now(UTC).isoformat(), [], []
    for number in range(REQUESTS):
        lon, lat = LON + draw.random() * STEP_LON * SIDE, LAT + draw.random() * STEP_LAT * SIDE
        fix = {"id": str(number), "lat": lat, "lon": lon, "accuracy_m": 12.0, "at": now}
        body = json.dumps({"sent_at": now, "fixes": [fix], "sightings": [], "state": None}).encode()
        headers = {"Authorization": f"Bearer {tokens[number % len(tokens)]}", "Content-Type": "application/json"}
        presence.append(request("POST", "/v1/presence", headers, body))
        mine.append(request("GET", "/v1/me", headers))
    return {"presence": presence, "me": mine[: REQUESTS // 2]}


def main(tricks: list[str]) -> int:
    """Print, for each trick, how many times the processor's time an answer takes without it."""
    with stage() as (server, keys):
        tokens = asyncio.run(_settled(server))
        with _serving("none", server, keys) as with_all:
            for trick in tricks or WITHOUT:
                with _serving(trick, server, keys) as without:
                    for what, wires in _requests(tokens).items():
                        gains = _rounds(with_all, without, wires)
                        spread = f"{min(gains):.3f} to {max(gains):.3f}"
                        print(f"{trick:<10} {what:<9} {median(gains):.3f} (of {ROUNDS}: {spread})", flush=True)
    return 0


def _rounds(with_all: tuple[int, int], without: tuple[int, int], wires: list[bytes]) -> list[float]:
    gains = []
    for number in range(ROUNDS + 1):
        taken = {}
        for port, process in (with_all, without) if number % 2 else (without, with_all):
            before = _processor_ns(process)
            got = load(port, wires, 200, CONNECTIONS)
            assert not got.refused, f"{got.refused} refused"
            taken[port] = _processor_ns(process) - before
        gains.append(taken[without[0]] / taken[with_all[0]])
    return gains[1:]  # The first round warms up.


def _processor_ns(process: int) -> int:
    """What the threads of a process have taken of a processor until now."""
    return sum(int(one.read_text().split()[0]) for one in Path(f"/proc/{process}/task").glob("*/schedstat"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        WITHOUT.get(sys.argv[2], lambda: None)()
        sys.argv[1:] = ["serve"]
        sys.exit(program.main())
    os.nice(-5)
    sys.exit(main(sys.argv[1:]))
