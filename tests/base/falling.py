"""A process whose database stops in the middle of a transaction and is started again."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

import pytest

from base.database import connect, disconnect, work
from base.embedded import APPLICATION, OWNER
from base.jobs import system
from base.migrating import migrate
from base.transaction import DatabaseIsAway
from tests.town import start_postgres

TENANT = system(UUID(int=1))


async def live(folder: Path) -> None:
    """Lose the database twice, and go on."""
    server = start_postgres(folder)
    await migrate(server.url(OWNER), APPLICATION)
    await connect(server.url(), 4)
    try:
        with pytest.raises(DatabaseIsAway):
            async with work(TENANT) as unit:
                server.stop()
                await unit.fetchval("select 1")
        with pytest.raises(DatabaseIsAway):
            await _one()
        server = start_postgres(folder)
        for _ in range(8):  # Every connection of the pool has to notice for itself.
            try:
                async with work(TENANT) as unit:
                    assert await unit.fetchval("select 1") == 1
            except DatabaseIsAway:
                continue
        # Forty on four connections: none of them was lost on the way.
        assert await asyncio.wait_for(asyncio.gather(*(_one() for _ in range(40))), 10) == [1] * 40
    finally:
        await disconnect()
        server.stop()


async def _one() -> int:
    async with work(TENANT) as unit:
        return int(await unit.fetchval("select 1"))


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1])))
