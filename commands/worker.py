"""`medvirk worker`: runs what was queued."""

import argparse
import asyncio
import signal
from collections.abc import Sequence
from uuid import UUID

import uvloop

from base.database import work
from base.jobs import Job, run_worker
from base.keys import KeyStore
from base.mail import post_of
from base.settings import Settings
from commands.process import database_url, key_store, listen_url, opened, serve_metrics
from commands.retention import CLEARINGS
from consent.jobs import jobs as consent_jobs
from insights.jobs import jobs as insights_jobs
from municipality.directory import list_municipalities
from push.couriers.configured import Couriers, configured_couriers
from push.jobs import jobs as push_jobs
from surveys.jobs import jobs as survey_jobs


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Work until SIGTERM or SIGINT; the job at hand is finished."""
    return uvloop.run(_work(settings))


async def _towns() -> Sequence[UUID]:
    async with work(None):
        return [town.id for town in await list_municipalities()]


async def _work(settings: Settings) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with opened(database_url(settings), settings.pool_size):
        serve_metrics(settings.worker_metrics_port, settings.host)
        async with configured_couriers(settings, key_store(settings)) as carried_by:
            await run_worker(all_jobs(settings, key_store(settings), carried_by), listen_url(settings), stop, _towns)
    return 0


def all_jobs(settings: Settings, keys: KeyStore, carried_by: Couriers) -> list[Job]:
    """Every kind of work of every room."""
    messages = push_jobs(keys, carried_by, counted_after_days=settings.counted_after_days)
    surveys = survey_jobs(keys, post_of(settings), settings.origin)
    return [*consent_jobs(keys, CLEARINGS), *messages, *surveys, *insights_jobs()]
