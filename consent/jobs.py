"""What the worker does for consent: witness the ledger every ten minutes, root it daily, clear what has outlived."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any
from uuid import UUID

import structlog

from base.database import work
from base.jobs import Job, system
from base.keys import KeyStore
from base.retention import Clearing
from base.rows import each
from consent.notices import publish_first
from consent.retention import clear, erase_inactive, warn
from consent.roots import publish_root

log = structlog.get_logger(__name__)


class StepFailed(Exception):
    """A step of the daily clearing failed; the others are done."""


def jobs(keys: KeyStore, clearings: Collection[Clearing]) -> list[Job]:
    """The kinds of work of this room; `clearings` are those of every room."""

    async def root(municipality: UUID, _: dict[str, Any]) -> None:
        async with work(system(municipality)) as unit:
            await publish_root(unit, keys)

    async def clearing(municipality: UUID, _: dict[str, Any]) -> None:
        tenant = system(municipality)

        async def first_notices() -> None:
            async with work(tenant) as unit:
                await publish_first(unit)

        async def outlived() -> None:
            async with work(tenant) as unit:
                gone = await clear(unit, clearings)
            log.info("cleared", count=sum(gone.values()))

        async def away_for_long() -> None:
            async with work(tenant) as unit:
                warned = await warn(unit)
            log.info("inactive residents warned", count=len(warned))

        async def erased_at_last() -> None:
            erased, failing = 0, set[UUID]()
            while True:
                async with work(tenant) as unit:
                    some = await erase_inactive(unit, keys, failing)
                erased += some
                if not some:
                    break
            log.info("inactive residents erased", count=erased)

        steps: list[Callable[[], Awaitable[None]]] = [first_notices, outlived, away_for_long, erased_at_last]
        if await each("consent.clear", steps, lambda step: step()):
            raise StepFailed()

    return [
        Job("consent.clear", clearing, concurrency=1, every_s=86400),
        Job("consent.publish_root", root, concurrency=1, every_s=600),
    ]
