"""Durable work: queued in the transaction that makes it necessary, run by a worker, again after a crash, but not
for ever.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job as QueuedJob

from base.connecting import pool as open_pool
from base.database import work
from base.minted import SEAL
from base.models import JobStart
from base.queries import load_queries
from base.rows import each, where
from base.tenant import Tenant
from base.transaction import DatabaseIsAway

sql = load_queries(__file__)
log = structlog.get_logger(__name__)

Run = Callable[[UUID, dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work: its name, what runs it, how often it may start in all, how many of it run at once.

    With `every_s` it is queued by itself, for every municipality, that many seconds apart, never twice at once.
    """

    name: str
    run: Run
    starts: int = 10
    concurrency: int = 4
    every_s: float | None = None


def system(municipality: UUID) -> Tenant:
    """The municipality itself, for work that it has queued."""
    return Tenant(municipality, "system", seal=SEAL)


class JobGaveUp(Exception):
    """The job has started as often as it may and never ended; it is held for somebody to look at."""


class JobFailed(Exception):
    """The job failed; what it said stays in the process, since messages can carry what must not be stored."""


async def _started(job: QueuedJob) -> int:
    """Count a start before it runs, so that a job that kills its worker is seen to have started."""
    async with work(None) as w:
        return int(await w.fetchval(sql.count_job_start, job=job.id))


async def _ended(job: QueuedJob) -> None:
    async with work(None):
        await JobStart.filter(job_id=job.id).delete()


AWAY = timedelta(seconds=1)


async def _again(delay: timedelta) -> RetryRequested:
    """Ask for another run, once the database is there to be asked: PgQueuer holds a job that it cannot queue again."""
    while True:
        try:
            async with work(None) as w:
                await w.fetchval("select 1")
            return RetryRequested(delay=delay, reason="failed")
        except Exception:
            await asyncio.sleep(AWAY.total_seconds())


def _runner(job: Job) -> Callable[[QueuedJob], Awaitable[None]]:
    async def run(queued: QueuedJob) -> None:
        try:
            starts = await _started(queued)
        except Exception:  # The database is away: that is not the job's fault.
            raise await _again(AWAY) from None
        if starts > job.starts:
            log.error("job gave up", job=job.name, starts=starts)
            raise JobGaveUp()
        body = json.loads(queued.payload or b"{}")
        municipality = body.get("municipality")
        try:
            await job.run(UUID(municipality) if municipality else UUID(int=0), body.get("payload", {}))
        except Exception as error:
            log.warning("job failed", job=job.name, starts=starts, error=type(error).__name__, where=where(error))
            if starts >= job.starts:
                raise JobFailed(type(error).__name__) from None
            raise await _again(timedelta(seconds=min(60, 0.5 * 2**starts))) from None
        try:
            await _ended(queued)
        except Exception:
            raise await _again(AWAY) from None

    return run


Towns = Callable[[], Awaitable[Sequence[UUID]]]


async def queue_due(job: Job, towns: Towns) -> None:
    """Queue a job that comes round, for every municipality in which it does not wait already; one for which that fails
    keeps it from no other.
    """

    async def queue(municipality: UUID) -> None:
        async with work(system(municipality)) as w:
            await w.enqueue(job.name, key=f"{job.name}:{municipality}")

    await each(job.name, await towns(), queue)


async def _come_round(job: Job, every_s: float, towns: Towns) -> None:
    while True:
        try:
            await queue_due(job, towns)
        except DatabaseIsAway:
            log.warning("database is away", job=job.name)
        except Exception as error:  # The round is missed; the next one comes, and the other jobs go on.
            log.error("round was missed", job=job.name, error=type(error).__name__, where=where(error))
        await asyncio.sleep(every_s)


class _Manager(QueueManager):
    """PgQueuer's manager, except that it does not probe its listener while that is still being set up: on a busy
    machine the first probe was lost then, and a healthy worker ended after ten seconds.
    """

    async def _run_periodic_health_check(self, interval: timedelta = timedelta(seconds=10)) -> None:
        await asyncio.sleep(interval.total_seconds())
        await super()._run_periodic_health_check(interval)


async def run_worker(
    jobs: Sequence[Job], url: str, stop: asyncio.Event, towns: Towns, heartbeat_s: float = 10.0
) -> None:
    """Run jobs until `stop`; the one at hand is finished. Ends with an error where the queue's LISTEN is lost.

    A job whose worker has shown no sign of life for `heartbeat_s` is taken up by another.
    """
    async with open_pool(url, 2, 4) as pool:
        manager = _Manager(Queries(AsyncpgPoolDriver(pool)))
        for job in jobs:
            manager.entrypoint(job.name, concurrency_limit=job.concurrency, on_failure="hold")(_runner(job))
        running = asyncio.create_task(
            manager.run(
                dequeue_timeout=timedelta(seconds=min(5.0, heartbeat_s)),
                batch_size=10,
                shutdown_on_listener_failure=True,
                heartbeat_timeout=timedelta(seconds=heartbeat_s),
            )
        )
        stopping = asyncio.create_task(stop.wait())
        rounds = [asyncio.create_task(_come_round(job, job.every_s, towns)) for job in jobs if job.every_s is not None]
        await asyncio.wait({running, stopping, *rounds}, return_when=asyncio.FIRST_COMPLETED)
        for task in (stopping, *rounds):
            task.cancel()
        manager.shutdown.set()
        await running
