"""A box is shaken while answers come in, and a long survey is opened.

`MEDVIRK_BENCH_BOX` sets how many answers lie in the box.
"""

import asyncio
import os
import secrets
import time
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from base.database import work
from base.embedded import OWNER, Server
from base.jobs import system
from base.tenant import open_to_all
from benchmarks.load import load, request
from benchmarks.table import Row
from benchmarks.town import people, pool, settle, stage, web
from municipality import access
from surveys.box import shaking, slot
from tests.surveys.polling import BIKE, SURVEY, L

BOX = int(os.environ.get("MEDVIRK_BENCH_BOX", "100000"))
QUESTIONS, READS, CONNECTIONS = 60, 1000, 16

_FILL = """
insert into answer_incoming (id, municipality_id, survey_id, answers, ballot, receipt_hash, shaken, body_hash)
select gen_random_uuid(), $1, $2, '{"bike": "yes", "safe": 3, "why": "Det er mørkt ved krysset om vinteren."}',
    sha256(i::text::bytea), sha256(('r' || i)::bytea), false, sha256(('b' || i)::bytea)
from generate_series(1, $3::int) i;
insert into participation (id, municipality_id, survey_id, participant, request_hash)
select gen_random_uuid(), $1, $2, sha256(('p' || i)::bytea), sha256(i::text::bytea) from generate_series(1, $3::int) i
"""


def measure() -> list[Row]:
    """One database that waits for its disk; the shake and the answers in one process, the reading over HTTP."""
    with stage() as (server, keys):
        municipality, staff, resident = asyncio.run(_settle(server))
        with web(server, keys) as address:
            short = _launch(address, staff, SURVEY)
            wire = request("GET", f"/v1/surveys/{_launch(address, staff, _long())}", {"Authorization": resident})
            small = request("GET", f"/v1/surveys/{short}", {"Authorization": resident})
            port = int(address.rsplit(":", 1)[1])
            load(port, [wire], 200, CONNECTIONS, READS // 4)
            read = load(port, [wire], 200, CONNECTIONS, READS)
            shorter = load(port, [small], 200, CONNECTIONS, READS)
        asyncio.run(_fill(server, municipality, short))
        taken, longest, usual = asyncio.run(_shake(server, municipality, short))
        bare = asyncio.run(_bare(server))
    return [
        Row(
            f"opening a survey of {QUESTIONS} questions",
            rate=read.per_s,
            unit="/s",
            bare=shorter.per_s,
            bare_is="opening one of three",
            aim="",
            also=f"p50 {read.p50_ms:.0f} ms, p99 {read.p99_ms:.0f} ms, {read.refused} refused",
        ),
        Row(
            f"shaking a box of {BOX:,} answers",
            rate=BOX / taken,
            unit="/s",
            bare=bare,
            bare_is="deleting and inserting bare rows",
            aim="",
            also=f"in {taken:.1f} s; the longest acceptance meanwhile {longest:.2f} s (at most 1), "
            f"before {usual:.2f} s",
        ),
    ]


def _long() -> dict[str, object]:
    asked = [
        {"key": f"q{n}", "type": "single", "label": L, "options": BIKE}
        | ({"show_if": {"question": f"q{n - 1}", "is": "yes"}} if n % 5 == 4 else {})
        for n in range(QUESTIONS)
    ]
    return {**SURVEY, "questions": asked}


async def _settle(server: Server) -> tuple[UUID, dict[str, str], str]:
    async with pool(server):
        municipality = await settle()
        async with work(system(municipality)) as unit:
            _, token = await access.create_key(unit, "bench", ["admin"])
        [resident] = await people(municipality, 1, [])
    return municipality, {"Authorization": f"Bearer {token}"}, f"Bearer {resident}"


def _launch(address: str, staff: dict[str, str], document: dict[str, object]) -> str:
    written = httpx.post(f"{address}/v1/staff/surveys", headers=staff, json=document)
    written.raise_for_status()
    survey: str = written.json()["id"]
    httpx.post(f"{address}/v1/staff/surveys/{survey}/launch", headers=staff).raise_for_status()
    return survey


async def _fill(server: Server, municipality: UUID, survey: str) -> None:
    owner = await asyncpg.connect(server.url("postgres"))
    await owner.execute("set session_replication_role = replica")
    for statement in _FILL.split(";"):
        await owner.execute(statement, municipality, UUID(survey), BOX)
    await owner.execute("set session_replication_role = origin")
    await owner.execute("vacuum analyze")
    await owner.execute("checkpoint")
    await owner.close()


async def _shake(server: Server, municipality: UUID, survey: str) -> tuple[float, float, float]:
    """How long the shake took, and the longest that an answer waited during it and before it, in seconds."""
    async with pool(server):
        usual = await _acceptances(municipality, UUID(survey), asyncio.ensure_future(asyncio.sleep(2)))
        began = time.perf_counter()
        shaken = asyncio.ensure_future(_whole_shake(municipality, UUID(survey)))
        longest = await _acceptances(municipality, UUID(survey), shaken)
        return shaken.result() - began, longest, usual


async def _whole_shake(municipality: UUID, survey: UUID) -> float:
    async with work(system(municipality)) as unit:
        await shaking.shake(unit, survey)
    return time.perf_counter()


async def _acceptances(municipality: UUID, survey: UUID, until: "asyncio.Future[Any]") -> float:
    who, longest = open_to_all(municipality), 0.0
    while not until.done():
        began = time.perf_counter()
        sheet = slot.Submission(
            secrets.token_bytes(32), secrets.token_bytes(32), '{"bike": "no"}', secrets.token_bytes(32)
        )
        assert await slot.put_in(who, survey, sheet)
        longest = max(longest, time.perf_counter() - began)
        await asyncio.sleep(0.01)
    return longest


async def _bare(server: Server) -> float:
    """What a shake cannot do without: as many bare rows of one table deleted and inserted in another order."""
    owner = await asyncpg.connect(server.url(OWNER))
    await owner.execute("create table bare (id uuid primary key, body jsonb, mark bytea)")
    await owner.execute(
        'insert into bare select gen_random_uuid(), \'{"bike": "yes"}\', sha256(i::text::bytea) '
        "from generate_series(1, $1::int) i",
        BOX,
    )
    began = time.perf_counter()
    await owner.execute(
        "with old as (delete from bare returning body, mark) "
        "insert into bare select gen_random_uuid(), body, mark from old order by 1"
    )
    taken = time.perf_counter() - began
    await owner.close()
    return BOX / taken
