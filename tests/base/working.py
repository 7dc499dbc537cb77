"""A worker process for tests, with jobs that end well, that fail, and that kill it."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from base.database import connect, disconnect, work
from base.jobs import Job, run_worker, system


async def write(municipality: UUID, payload: dict[str, Any]) -> None:
    """End well, and leave a trace."""
    async with work(system(municipality)) as unit:
        await unit.execute("update interest set label = $1 where key = $2", '{"nb": "done"}', payload["interest"])


async def fall(municipality: UUID, payload: dict[str, Any]) -> None:
    """Fail with a message that must not be stored."""
    raise ValueError("a secret in a message")


async def kill(municipality: UUID, payload: dict[str, Any]) -> None:
    """Take the worker along."""
    os.kill(os.getpid(), signal.SIGKILL)


JOBS = [Job("write", write), Job("fall", fall, starts=2), Job("kill", kill, starts=3)]


async def nobody() -> Sequence[UUID]:
    """No job comes round here."""
    return []


async def main(url: str) -> None:
    """Work until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await connect(url, 4)
    try:
        await run_worker(JOBS, url, stop, nobody, heartbeat_s=1.0)
    finally:
        await disconnect()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
