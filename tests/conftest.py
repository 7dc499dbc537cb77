"""One PostgreSQL for each test process; every test finds a freshly founded town in it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import asyncpg
import httpx
import pytest
import pytest_asyncio
import structlog

from api.app import create
from api.http.services import Services, build
from base import database, logs
from base.embedded import APPLICATION, OWNER, Server
from base.keys import MemoryKeyStore
from base.migrating import migrate
from base.settings import Settings
from tests.town import Moves, Town, found_town, move_in, start_postgres

_KEEP = ("tortoise_migrations",)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL of this test process's own, with every table."""
    with start_postgres(tmp_path_factory.mktemp("postgres")) as running:
        asyncio.run(migrate(running.url(OWNER), APPLICATION))
        yield running


@pytest_asyncio.fixture(scope="session")
async def pool(server: Server) -> AsyncIterator[None]:
    """This process's connections, as the application's role."""
    await database.connect(server.url(), 8)
    yield
    await database.disconnect()


@pytest_asyncio.fixture
async def superuser(server: Server, pool: None) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection as the database's superuser, over empty tables."""
    connection = await asyncpg.connect(server.url("postgres"))
    tables = [r[0] for r in await connection.fetch("select tablename from pg_tables where schemaname = 'public'")]
    emptied = "; ".join(f'delete from "{table}"' for table in tables if table not in _KEEP)
    await connection.execute(
        f"set session_replication_role = replica; {emptied}; set session_replication_role = origin"
    )
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def town(superuser: "asyncpg.Connection[asyncpg.Record]") -> Town:
    """A freshly founded municipality, number 3907."""
    return await found_town(superuser)


@pytest.fixture
def keys() -> MemoryKeyStore:
    """A key store that goes with the test."""
    return MemoryKeyStore()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings without the limits that slow a test down, which ask nobody outside for anything."""
    return Settings(  # type: ignore[call-arg]  # _env_file is pydantic-settings' own
        _env_file=None,
        registrations_per_minute=10**6,
        presence_per_minute=10**6,
        data_folder=tmp_path / "data",
        kartverket=False,
    )


@pytest_asyncio.fixture
async def services(settings: Settings, keys: MemoryKeyStore, server: Server, pool: None) -> AsyncIterator[Services]:
    """What the web process keeps at hand."""
    built = build(settings, keys, server.url())
    await built.open()
    yield built
    await built.close()


@pytest_asyncio.fixture
async def client(services: Services, town: Town) -> AsyncIterator[httpx.AsyncClient]:
    """Whoever calls over HTTP."""
    transport = httpx.ASGITransport(app=create(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as calling:
        yield calling


@pytest.fixture
def moves(client: httpx.AsyncClient) -> Moves:
    """Lets residents move in, with their consents and interests."""
    return partial(move_in, client)


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """For a test that sets logging up: to its own captured output, which the next one no longer has."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    logs.in_force = logs.LogSettings()
    root.handlers[:], root.level = handlers, level
