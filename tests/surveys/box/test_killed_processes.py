"""What was acknowledged is counted, once, whatever is killed while it happens.

`MEDVIRK_PROVE=1` makes it 5,000 answers and 20 kills.
"""

import asyncio
import os
import random
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio

from base.database import work
from base.embedded import Server
from base.errors import Unavailable
from base.keys import FileKeyStore
from base.statements import apart
from rehearsal.ports import free_port
from surveys import drafts, launch
from surveys.box import issuing, shaking
from surveys.box.sweeping import TABLES
from surveys.forms.document import SurveyDocument
from surveys.survey import issuer_of, read
from tests.serving import environment, process, web
from tests.surveys.polling import SURVEY, receipt_of
from tests.surveys.voter import Voter, header
from tests.town import Town, calling

PROVE = bool(os.environ.get("MEDVIRK_PROVE"))
ANSWERS, KILLS = (5_000, 20) if PROVE else (300, 5)
DOCUMENT = SurveyDocument.model_validate(
    {**SURVEY, "questions": [{"key": "n", "type": "number", "label": SURVEY["title"]}]}
)


@dataclass
class Opened:
    """An open survey, and ballots for it."""

    survey: UUID
    keys: Path
    ballots: list[bytes] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/v1/surveys/{self.survey}/responses"


async def open_survey(town: Town, folder: Path, many: int) -> Opened:
    keys = FileKeyStore(folder)
    async with work(town.system) as unit:
        survey = await drafts.write(unit, DOCUMENT)
        await launch.launch(unit, survey, keys)
        issuer = issuer_of(await read(survey))
    opened = Opened(survey, folder)
    for _ in range(many):
        voter, resident = Voter(issuer.token_key, issuer.challenge), calling(town.municipality, uuid4())
        async with work(resident) as unit:
            opened.ballots.append(voter.finish(await issuing.issue(unit, resident, survey, voter.request, keys=keys)))
    return opened


def said(number: int) -> dict[str, object]:
    return {"answers": {"n": number}, "receipt_hash": receipt_of(number)}


async def test_five_hundred_spends_of_one_ballot_over_two_processes_give_exactly_one_201(
    town: Town, server: Server, tmp_path: Path
) -> None:
    opened = await open_survey(town, tmp_path / "keys", 1)
    with web(server, opened.keys) as one, web(server, opened.keys) as other:
        limits = httpx.Limits(max_connections=60)
        async with httpx.AsyncClient(headers=header(opened.ballots[0]), timeout=60, limits=limits) as client:
            answers = await asyncio.gather(
                *(client.post((one, other)[n % 2] + opened.path, json=said(n)) for n in range(500))
            )
    assert sorted(a.status_code for a in answers) == [201] + [409] * 499
    assert len(await town.sql("select 1 from answer")) == 1


class House:
    """Two web processes and a worker, under a service manager."""

    def __init__(self, server: Server, keys: Path) -> None:
        self.server, self.keys = server, keys
        self.ports = [free_port(), free_port()]
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._open: list[object] = []
        for name in ("web 0", "web 1", "worker"):
            self.start(name)

    def start(self, name: str) -> None:
        more = {"MEDVIRK_PORT": str(self.ports[int(name[-1])])} if name != "worker" else {}
        context = process(name.split()[0].replace("web", "serve"), environment(self.server, self.keys, **more))
        self._open.append(context)
        self.running[name] = context.__enter__()

    def kill(self, name: str) -> None:
        self.running[name].kill()

    async def keep_up(self) -> None:
        """What a service manager does: start again what has ended by itself, as a worker does that lost its queue."""
        while True:
            for name, running in list(self.running.items()):
                if running.poll() is not None:
                    await asyncio.to_thread(self.start, name)
            await asyncio.sleep(0.2)

    def stop(self) -> None:
        for context in self._open:
            context.__exit__(None, None, None)  # type: ignore[attr-defined]  # a context manager of contextlib's

    def address(self, number: int) -> str:
        return f"http://127.0.0.1:{self.ports[number % 2]}"


@pytest_asyncio.fixture
async def crashing(server: Server, town: Town, tmp_path: Path) -> AsyncIterator[tuple[House, Opened]]:
    opened = await open_survey(town, tmp_path / "keys", ANSWERS)
    house = House(server, opened.keys)
    yield house, opened
    house.stop()


async def crash_postgres(server: Server) -> None:
    """SIGKILL one of its processes: it throws all the others out and recovers from its log."""
    connection = await asyncpg.connect(server.url("postgres"))
    pid = await connection.fetchval("select pg_backend_pid()")
    os.kill(pid, signal.SIGKILL)
    with suppress(Exception):
        await connection.close(timeout=1)


async def superuser(server: Server) -> "asyncpg.Connection[asyncpg.Record]":
    while True:
        try:
            return await asyncpg.connect(server.url("postgres"))
        except (asyncpg.PostgresError, OSError):
            await asyncio.sleep(0.1)


async def answer(client: httpx.AsyncClient, house: House, opened: Opened, number: int) -> int:
    """As the app does it: the same thing again until somebody says what became of it."""
    for attempt in range(1_000):
        try:
            taken = await client.post(
                house.address(number + attempt) + opened.path, headers=header(opened.ballots[number]), json=said(number)
            )
        except httpx.TransportError:
            await asyncio.sleep(0.05)
            continue
        if taken.status_code < 500:
            # After a shake nobody can say any more whether the same was in it; the ballot was ours alone, so it was.
            return 201 if taken.status_code == 409 and attempt else taken.status_code
        await asyncio.sleep(0.05)
    raise AssertionError("nobody answers")


async def shake_again_and_again(town: Town, server: Server, opened: Opened) -> None:
    while True:
        with suppress(Unavailable, asyncpg.PostgresError, OSError):
            async with work(town.system) as unit:
                await shaking.shake(unit, opened.survey)
            for table in TABLES:  # The worker sweeps as well, when it comes to it.
                await apart("carry_over", table)
        await asyncio.sleep(0.2)


async def kill_at_random(house: House, chance: random.Random) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.3, 1.2))
        whom = chance.choice(["web 0", "web 1", "worker", "postgres"])
        if whom == "postgres":
            await crash_postgres(house.server)
        else:
            house.kill(whom)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_every_acknowledged_answer_is_counted_once_whatever_is_killed(
    crashing: tuple[House, Opened], town: Town
) -> None:
    house, opened = crashing
    chance = random.Random(7)
    last = ANSWERS // 10
    slots = asyncio.Semaphore(8)
    killing = asyncio.create_task(kill_at_random(house, chance))
    managing = asyncio.create_task(house.keep_up())
    shaking_on = asyncio.create_task(shake_again_and_again(town, house.server, opened))
    async with httpx.AsyncClient(timeout=10) as client:

        async def one(number: int, wait_s: float) -> int:
            await asyncio.sleep(wait_s)
            async with slots:
                return await answer(client, house, opened, number)

        spread = 40.0 if PROVE else 5.0
        codes = await asyncio.gather(*(one(n, chance.uniform(0, spread)) for n in range(ANSWERS - last)))
        assert set(codes) == {201}
        await killing
        shaking_on.cancel()

        async def close() -> int:
            await asyncio.sleep(0.1)
            staff = await town_key(town)
            while True:
                with suppress(httpx.TransportError):
                    closed = await client.post(
                        f"{house.address(0)}/v1/staff/surveys/{opened.survey}/close", headers=staff
                    )
                    if closed.status_code < 500:
                        return closed.status_code
                await asyncio.sleep(0.05)

        closed, *late = await asyncio.gather(close(), *(one(n, 0) for n in range(ANSWERS - last, ANSWERS)))
        assert closed == 200
        assert set(late) <= {201, 410}
        accepted = {n for n, code in enumerate([*codes, *late]) if code == 201}
        end = time.monotonic() + 60
        while (box := (await client.get(f"{house.address(0)}/v1/surveys/{opened.survey}/box")).json())[
            "state"
        ] == "open":
            assert time.monotonic() < end, "the worker never counted"
            await asyncio.sleep(0.2)
    managing.cancel()
    assert box == {**box, "state": "counted", "counted": len(accepted)}
    connection = await superuser(house.server)
    rows = await connection.fetch("select (answers->>'n')::int as n, shaken from answer")
    receipts = await connection.fetch("select encode(receipt_hash, 'hex') as h from receipt")
    await connection.close()
    assert sorted(r["n"] for r in rows) == sorted(accepted)
    assert all(r["shaken"] for r in rows)
    assert sorted(r["h"] for r in receipts) == sorted(receipt_of(n) for n in accepted)
    assert FileKeyStore(opened.keys).names("survey") == []


async def town_key(town: Town) -> dict[str, str]:
    while True:
        with suppress(Unavailable):
            return await town.key("communications")
        await asyncio.sleep(0.1)
