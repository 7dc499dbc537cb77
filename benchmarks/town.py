"""A town to measure in: a database of its own, with its disk waited for, and `medvirk serve` over it."""

import asyncio
import json
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

from base import database, tokens
from base.database import work
from base.embedded import APPLICATION, OWNER, Server
from base.jobs import system
from base.migrating import migrate
from consent.notices import publish_first
from municipality.founding import create_municipality
from tests.serving import web

NUMBER = "3907"


@contextmanager
def stage() -> Iterator[tuple[Server, Path]]:
    """A PostgreSQL with every table, and a folder for keys."""
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "data") as server:
        asyncio.run(migrate(server.url(OWNER), APPLICATION))
        yield server, Path(folder) / "keys"


@asynccontextmanager
async def pool(server: Server, size: int = 8) -> AsyncIterator[None]:
    """This process's connections."""
    await database.connect(server.url(), size)
    try:
        yield
    finally:
        await database.disconnect()


async def settle() -> UUID:
    """Found the municipality."""
    municipality = uuid4()
    async with work(system(municipality)) as unit:
        await create_municipality(unit, NUMBER, {"nb": "Sandefjord", "nn": "Sandefjord", "en": "Sandefjord"})
        await publish_first(unit)
    return municipality


async def people(municipality: UUID, count: int, consents: Sequence[str]) -> list[str]:
    """Residents with these consents, straight into the tables; their tokens."""
    issued = [tokens.issue("mvr", municipality) for _ in range(count)]
    ids = [uuid4() for _ in range(count)]
    async with work(system(municipality)) as unit:
        await unit.executemany(
            "insert into resident (id, municipality_id, language, digest, consent_salt, registered_on, active_on) "
            "values ($1, $2, 'nb', 'off', $3, current_date, current_date)",
            [(resident, municipality, secrets.token_bytes(32)) for resident in ids],
        )
        await unit.executemany(
            "insert into credential (id, municipality_id, resident_id, hash, platform, app_version, issued_on) "
            "values ($1, $2, $3, $4, 'android', '1', current_date)",
            [(uuid4(), municipality, r, tokens.digest(t)) for r, t in zip(ids, issued, strict=True)],
        )
        await unit.executemany(
            "insert into standing_consent (id, municipality_id, resident_id, purpose, granted, notice_version, at, "
            "event_id) values ($1, $2, $3, $4, true, 1, now(), $5)",
            [(uuid4(), municipality, resident, purpose, uuid4()) for resident in ids for purpose in consents],
        )
    return issued


async def zones(municipality: UUID, polygons: Sequence[Sequence[tuple[float, float]]]) -> list[UUID]:
    """Trigger zones, straight into the table."""
    ids = [uuid4() for _ in polygons]
    async with work(system(municipality)) as unit:
        await unit.executemany(
            "insert into zone (id, municipality_id, name, kind, geometry, sensitive, changed_at) "
            "values ($1, $2, $3, 'trigger', $4, false, now())",
            [
                (zone, municipality, '{"nb": "Sone"}', json.dumps({"type": "Polygon", "coordinates": [ring]}))
                for zone, ring in zip(ids, polygons, strict=True)
            ],
        )
    return ids


__all__ = ["NUMBER", "people", "pool", "settle", "stage", "web", "zones"]
