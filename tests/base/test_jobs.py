"""Queued work: done although workers fall, and given up where it fells them."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from base.database import work
from base.embedded import Server
from tests.town import Town


async def a_worker(server: Server) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.base.working", server.url(), stderr=asyncio.subprocess.DEVNULL
    )


async def until(check: Callable[[], Awaitable[bool]], server: Server, within_s: float = 60) -> None:
    """Keep one worker running, another whenever it falls, until the check holds."""
    worker = await a_worker(server)
    try:
        async with asyncio.timeout(within_s):
            while not await check():
                if worker.returncode is not None:
                    worker = await a_worker(server)
                await asyncio.sleep(0.1)
    finally:
        if worker.returncode is None:
            worker.terminate()
            await worker.wait()


async def test_a_job_is_done_once_its_transaction_has_committed(town: Town, server: Server) -> None:
    async with work(town.system) as unit:
        await unit.enqueue("write", {"interest": "traffic"})

    async def done() -> bool:
        rows = await town.sql("select count(*) from interest where label ->> 'nb' = 'done'")
        return bool(rows[0][0] == 1 and (await town.sql("select count(*) from pgqueuer"))[0][0] == 0)

    await until(done, server)
    assert (await town.sql("select count(*) from job_start"))[0][0] == 0


async def test_a_job_that_kills_its_worker_is_given_up_and_the_others_are_done(town: Town, server: Server) -> None:
    async with work(town.system) as unit:
        await unit.enqueue("kill")
        await unit.enqueue("write", {"interest": "traffic"})

    async def held() -> bool:
        rows = await town.sql("select status::text from pgqueuer where entrypoint = 'kill'")
        others = await town.sql("select count(*) from interest where label ->> 'nb' = 'done'")
        return [row[0] for row in rows] == ["failed"] and bool(others[0][0] == 1)

    await until(held, server)
    assert (await town.sql("select starts from job_start"))[0][0] == 4


async def test_what_a_failing_job_said_is_stored_nowhere(town: Town, server: Server) -> None:
    async with work(town.system) as unit:
        await unit.enqueue("fall")

    async def held() -> bool:
        rows = await town.sql("select status::text from pgqueuer where entrypoint = 'fall'")
        return [row[0] for row in rows] == ["failed"]

    await until(held, server)
    kept = await town.sql("select coalesce(traceback::text, '') from pgqueuer_log")
    assert all("secret" not in row[0] for row in kept)
