"""Anonymous answers through HTTP: against bare single-row inserts through a pool of the same size."""

import asyncio
import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import harmonic_mean
from uuid import uuid4

import asyncpg
import httpx

from base.database import work
from base.embedded import OWNER, Server
from base.jobs import system
from base.keys import FileKeyStore
from benchmarks.load import Load, load, request
from benchmarks.table import Row
from benchmarks.town import pool, settle, stage, web
from municipality import access
from surveys import blind_rsa
from tests.surveys.polling import SURVEY, base64url
from tests.surveys.voter import Voter, header

ANSWERS, POOL, CONNECTIONS, TURNS = 8000, 10, 32, 8
WARM_UP = 10 * POOL
"""So many come first on both sides and do not count: each connection makes its plans."""


def measure() -> list[Row]:
    """One web process, one database that waits for its disk."""
    with stage() as (server, keys):
        staff = asyncio.run(_staff(server))
        with web(server, keys, MEDVIRK_POOL_SIZE=str(POOL)) as address:
            wires = _ballots(address, staff, keys)
            port = int(address.rsplit(":", 1)[1])
            load(port, wires[:WARM_UP], 201, CONNECTIONS)
            asyncio.run(_make_bare(server))
            turns = [_turn(server, port, wires[WARM_UP + turn :: TURNS]) for turn in range(TURNS)]
    slowest = max(answered.p99_ms for answered, _ in turns)
    return [
        Row(
            "anonymous answer over HTTP",
            rate=harmonic_mean(answered.per_s for answered, _ in turns),
            unit="/s",
            bare=harmonic_mean(bare for _, bare in turns),
            bare_is=f"bare single-row inserts, same pool, in {TURNS} turns",
            aim="0.5",
            also=f"p99 {slowest:.0f} ms in the slowest turn, {sum(answered.refused for answered, _ in turns)} refused",
        )
    ]


def _turn(server: Server, port: int, wires: Sequence[bytes]) -> tuple[Load, float]:
    """A part of the answers, and at once as long a load of the bare limit: the disk is not always equally quick."""
    return load(port, wires, 201, CONNECTIONS), asyncio.run(_bare(server))


async def _staff(server: Server) -> dict[str, str]:
    async with pool(server):
        municipality = await settle()
        async with work(system(municipality)) as unit:
            _, token = await access.create_key(unit, "bench", ["admin"])
    return {"Authorization": f"Bearer {token}"}


def _ballots(address: str, staff: dict[str, str], keys: Path) -> list[bytes]:
    """An open survey, and requests that hand in finished ballots: signed here, since signing has a row of its own."""
    survey = httpx.post(f"{address}/v1/staff/surveys", headers=staff, json=SURVEY).json()["id"]
    httpx.post(f"{address}/v1/staff/surveys/{survey}/launch", headers=staff).raise_for_status()
    issuer = httpx.get(f"{address}/v1/surveys/{survey}/issuer").json()
    store = FileKeyStore(keys)
    [name] = [name for name in store.names(f"survey/{survey}") if name.endswith("/issuer")]
    private = store.get(name)
    assert private is not None
    key = blind_rsa.load_signer(private)
    wires = []
    for number in range(WARM_UP + ANSWERS):
        voter = Voter(base64url(issuer["token_key"]), base64url(issuer["token_challenge"]))
        token = voter.finish(blind_rsa.blind_sign(key, voter.request[3:]))
        body = {
            "answers": {"bike": "yes", "safe": number % 5 + 1, "why": "Det er mørkt ved krysset om vinteren."},
            "receipt_hash": hashlib.sha256(str(number).encode()).hexdigest(),
        }
        headers = {**header(token), "Content-Type": "application/json"}
        wires.append(request("POST", f"/v1/surveys/{survey}/responses", headers, json.dumps(body).encode()))
    return wires


async def _make_bare(server: Server) -> None:
    owner = await asyncpg.connect(server.url(OWNER))
    await owner.execute("create table bare (id uuid primary key, body jsonb, mark bytea)")
    await owner.execute("grant insert on bare to medvirk_app")
    await owner.close()


async def _bare(server: Server) -> float:
    body, mark = json.dumps({"bike": "yes", "safe": 3, "why": "Det er mørkt ved krysset om vinteren."}), b"x" * 32
    async with asyncpg.create_pool(server.url(), min_size=POOL, max_size=POOL) as connections:

        async def insert(count: int) -> None:
            for _ in range(count):
                await connections.execute("insert into bare values ($1, $2, $3)", uuid4(), body, mark)

        await asyncio.gather(*(insert(WARM_UP // POOL) for _ in range(POOL)))
        count = 2 * ANSWERS // TURNS
        began = time.perf_counter()
        await asyncio.gather(*(insert(count // POOL) for _ in range(POOL)))
        return count / (time.perf_counter() - began)
