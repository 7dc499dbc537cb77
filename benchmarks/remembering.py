"""`POST /v1/presence` with consents remembered in the process, against the same where the database is asked each time.

Without a heartbeat on its LISTEN connection a process trusts nothing that it read more than half a second ago; the
residents here come round more seldom than that.
"""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import httpx

from base.embedded import Server
from benchmarks.load import load, request
from benchmarks.table import Row
from benchmarks.town import people, pool, settle, stage, web

RESIDENTS, CONNECTIONS = 4000, 16


def measure() -> list[Row]:
    """Both by one process, one after the other, each after a round to warm up."""
    with stage() as (server, keys):
        tokens = asyncio.run(_settled(server))
        remembered = _rate(server, keys, tokens)
        nowhere = server.url().replace(str(server.socket), "/nowhere")
        asked = _rate(server, keys, tokens, MEDVIRK_DIRECT_DATABASE_URL=nowhere)
    return [
        Row(
            "POST /v1/presence, consents remembered",
            rate=remembered,
            unit="/s",
            bare=asked,
            bare_is="the same, asking the database",
            aim="2.0",
        )
    ]


async def _settled(server: Server) -> list[str]:
    async with pool(server):
        return await people(await settle(), RESIDENTS, ["location_zones"])


def _rate(server: Server, keys: Path, tokens: list[str], **more: str) -> float:
    with web(server, keys, **more) as address:
        wires = _requests(tokens)
        port = httpx.URL(address).port
        assert port is not None
        load(port, wires, 200, CONNECTIONS)
        return load(port, wires, 200, CONNECTIONS).per_s


def _requests(tokens: list[str]) -> list[bytes]:
    now = datetime.now(UTC).isoformat()
    body = json.dumps({"sent_at": now, "fixes": [], "sightings": [], "state": None}).encode()
    return [
        request("POST", "/v1/presence", {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}, body)
        for token in tokens
    ]
