"""A worker in a process of its own, so that it can be killed: `worker_process.py DATABASE_URL KEYS_FOLDER FCM_URL`."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from base import database
from base.jobs import run_worker
from base.keys import FileKeyStore
from base.settings import Settings
from push.couriers.configured import configured_couriers
from push.jobs import jobs

LEASE_S = 3.0


async def main(url: str, keys_folder: str, fcm_url: str) -> None:
    """Run the room's jobs until killed."""
    await database.connect(url, 8)
    keys = FileKeyStore(Path(keys_folder))
    settings = Settings.model_validate({"fcm_url": fcm_url, "fcm_project": "rehearsal"})
    async with configured_couriers(settings, keys) as carried_by:
        kinds = jobs(keys, carried_by, run_s=4.0, lease_s=LEASE_S)
        await run_worker(kinds, url, asyncio.Event(), no_towns, heartbeat_s=3.0)


async def no_towns() -> list[UUID]:
    """Nothing comes round by itself here."""
    return []


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
