"""What the worker does for consent: witness the ledger every ten minutes, root it daily, clear what has outlived."""

from typing import Any
from uuid import UUID

import structlog

from base.database import work
from base.jobs import Job, system
from base.keys import KeyStore
from consent.notices import publish_first
from consent.retention import clear, erase_inactive, warn
from consent.roots import publish_root

log = structlog.get_logger(__name__)


def jobs(keys: KeyStore) -> list[Job]:
    """The kinds of work of this room."""

    async def root(municipality: UUID, _: dict[str, Any]) -> None:
        async with work(system(municipality)) as unit:
            await publish_root(unit, keys)

    async def clearing(municipality: UUID, _: dict[str, Any]) -> None:
        async with work(system(municipality)) as unit:
            await publish_first(unit)
            gone = await clear(unit)
            warned = await warn(unit)
        erased = 0
        while True:
            async with work(system(municipality)) as unit:
                some = await erase_inactive(unit, keys)
            erased += some
            if not some:
                break
        log.info("cleared", count=sum(gone.values()))
        log.info("inactive residents warned", count=len(warned))
        log.info("inactive residents erased", count=erased)

    return [
        Job("consent.clear", clearing, concurrency=1, every_s=86400),
        Job("consent.publish_root", root, concurrency=1, every_s=600),
    ]
