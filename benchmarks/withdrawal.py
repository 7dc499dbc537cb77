"""How long after a withdrawal's answer another process still says yes: the distribution of that delay."""

import asyncio
import time
from datetime import UTC, datetime

import httpx

from base.embedded import Server
from benchmarks.table import Row
from benchmarks.town import people, pool, settle, stage, web

RESIDENTS, PURPOSE = 200, "location_zones"


def measure() -> list[Row]:
    """Two web processes: withdrawn at one, asked at the other until it refuses."""
    with stage() as (server, keys):
        tokens = asyncio.run(_settled(server))
        with web(server, keys) as here, web(server, keys) as there:
            delays = asyncio.run(_delays(here, there, tokens))
    delays.sort()
    median, p99, longest = delays[len(delays) // 2], delays[int(len(delays) * 0.99)], delays[-1]
    also = f"median {median:.1f} ms, maximum {longest:.1f} ms, {len(delays)} withdrawals"
    return [
        Row(
            "a withdrawal heard by another process, p99",
            rate=p99,
            unit="ms",
            bare=1000,
            bare_is="the promise: within a second",
            aim="<= 1",
            also=also,
        )
    ]


async def _settled(server: Server) -> list[str]:
    async with pool(server):
        return await people(await settle(), RESIDENTS, [PURPOSE])


async def _delays(here: str, there: str, tokens: list[str]) -> list[float]:
    async with httpx.AsyncClient(timeout=20) as client:
        return [await _delay(client, here, there, token) for token in tokens]


async def _delay(client: httpx.AsyncClient, here: str, there: str, token: str) -> float:
    headers = {"Authorization": f"Bearer {token}"}
    for address in (here, there):
        await _present(client, address, headers, 200)
    answer = await client.delete(f"{here}/v1/me/consents/{PURPOSE}", headers=headers)
    answer.raise_for_status()
    began = time.perf_counter()
    while (await _present(client, there, headers)) != 403:
        pass
    return (time.perf_counter() - began) * 1000


async def _present(client: httpx.AsyncClient, address: str, headers: dict[str, str], wanted: int | None = None) -> int:
    fix = {"id": "1", "lat": 59.13, "lon": 10.22, "accuracy_m": 10, "at": datetime.now(UTC).isoformat()}
    body = {"sent_at": datetime.now(UTC).isoformat(), "fixes": [fix], "sightings": [], "state": None}
    status = (await client.post(f"{address}/v1/presence", headers=headers, json=body)).status_code
    if wanted is not None and status != wanted:
        raise RuntimeError(f"presence answered {status} before anything was withdrawn")
    return status
