"""The processes under `medvirk up`: in sessions of their own, started again when they fall, stopped together."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from base.embedded import die_with_parent

log = structlog.get_logger(__name__)

PATIENCE_S = 15.0


@dataclass(frozen=True, slots=True)
class Child:
    """A process of ours: its verb, and what its environment has besides ours."""

    verb: str
    environment: Mapping[str, str]


async def keep_running(children: Sequence[Child], stop: asyncio.Event) -> None:
    """Run every child until `stop`; one that falls is started again, later each time it falls soon."""
    async with asyncio.TaskGroup() as group:
        for child in children:
            group.create_task(_keep(child, stop))


async def _keep(child: Child, stop: asyncio.Event) -> None:
    wait_s = 0.5
    while not stop.is_set():
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "commands.main",
            child.verb,
            env={**os.environ, **child.environment},
            start_new_session=True,  # A Ctrl-C reaches only `up`, which then stops the others in order.
            preexec_fn=lambda: die_with_parent(signal.SIGTERM),
        )
        ended = asyncio.create_task(process.wait())
        stopping = asyncio.create_task(stop.wait())
        began = asyncio.get_running_loop().time()
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not ended.done():
            process.terminate()
            try:
                await asyncio.wait_for(asyncio.shield(ended), PATIENCE_S)
            except TimeoutError:
                process.kill()
                await ended
            return
        log.warning("a process ended and is started again", kind=child.verb, status=ended.result())
        if asyncio.get_running_loop().time() - began > 30:
            wait_s = 0.5
        try:
            await asyncio.wait_for(stop.wait(), wait_s)
        except TimeoutError:
            wait_s = min(30.0, wait_s * 2)
