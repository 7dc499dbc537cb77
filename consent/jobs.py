"""What the worker does for consent: bear witness of the ledger every ten minutes, publish its root daily."""

from typing import Any
from uuid import UUID

from base.database import work
from base.jobs import Job, system
from base.keys import KeyStore
from consent.roots import publish_root


def jobs(keys: KeyStore) -> list[Job]:
    """The kinds of work of this room."""

    async def root(municipality: UUID, _: dict[str, Any]) -> None:
        async with work(system(municipality)) as unit:
            await publish_root(unit, keys)

    return [Job("consent.publish_root", root, concurrency=1, every_s=600)]
