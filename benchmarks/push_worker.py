"""Workers that send a campaign, each a process of its own: what `benchmarks/push.py` measures."""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import uvloop

from base import database
from base.clock import monotonic
from base.embedded import Server
from base.jobs import system
from push.couriers.fcm import FcmCourier
from push.couriers.quota import RateBudget
from push.delivery.batch import SendRun
from push.delivery.circuit_breaker import CircuitBreaker
from push.delivery.send_loop import deliver

PATH = "/v1/projects/rehearsal/messages:send"


def workers(
    server: Server, url: str, municipality: UUID, campaigns: Sequence[UUID], *, most: int, width: int, hands: int
) -> list[dict[str, Any]]:
    """Workers in processes of their own, at the same time, until each has sent `most` messages; what each took."""
    shared = ["--database", server.url(), "--fcm", url, "--municipality", str(municipality), "--width", str(width)]
    shared += ["--hands", str(hands), "--most", str(most)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.push_worker", *shared, "--campaign", str(campaign)],
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
        )
        for campaign in campaigns
    ]
    for worker in running:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    measured: list[dict[str, Any]] = []
    for worker in running:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in running:
        measured.append(json.loads(worker.communicate()[0]))
    return measured


async def _work(options: argparse.Namespace) -> None:
    """One worker: say when ready, wait for the word, send, print what it took."""
    await database.connect(options.database, options.hands + 1)
    governor = RateBudget("bench", 6_000_000)
    sender = FcmCourier(options.fcm + PATH, None, budget=governor, in_flight=options.width * options.hands)
    tenant = system(UUID(options.municipality))
    async with database.work(tenant) as unit:
        await unit.fetchval("select 1")
    print("ready", flush=True)
    sys.stdin.readline()
    turn = SendRun(
        tenant=tenant,
        campaign=UUID(options.campaign),
        couriers={"fcm_token": sender},
        key=b"k" * 32,
        breaker=CircuitBreaker(),
        until=monotonic() + 120,
        concurrency=options.width,
        tasks=options.hands,
    )
    rss_mib: list[float] = []
    watching = asyncio.create_task(_enough(turn, options.most, rss_mib))
    began, cpu_began = time.time(), time.process_time()
    await deliver(turn)
    ended = time.time()
    watching.cancel()
    took: dict[str, Any] = {
        "sent": turn.sent,
        "rss_mib": [*rss_mib, _rss_mib()],
        "began": began,
        "ended": ended,
        "taken_s": ended - began,
        "cpu_s": time.process_time() - cpu_began,
    }
    print(json.dumps(took))
    await sender.close()
    await database.disconnect()


async def _enough(turn: SendRun, most: int, rss_mib: list[float]) -> None:
    """End the turn once it has sent enough (what the hands hold is still sent), and note the memory at each fifth."""
    while turn.sent < most:
        if turn.sent >= most * (len(rss_mib) + 1) / 5:
            rss_mib.append(_rss_mib())
        await asyncio.sleep(0.02)
    turn.until = 0.0


def _rss_mib() -> float:
    """What this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=_work.__doc__)
    for name in ("database", "fcm", "municipality", "campaign"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("width", "hands", "most"):
        parser.add_argument(f"--{name}", type=int, required=True)
    uvloop.run(_work(parser.parse_args()))
