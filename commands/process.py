"""What every process of ours does at its start: find the database, refuse a role that may too much, open the pool."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import structlog
from prometheus_client import start_http_server

from base import database
from base.embedded import OWNER, AlreadyRunning, Server, running_url
from base.keys import FileKeyStore, KeyStore
from base.migrating import UnsafeRole, check_role, migrate, role_of
from base.settings import Settings
from commands.refusal import CannotRun

log = structlog.get_logger(__name__)

UNDER_UP = "MEDVIRK_UNDER_UP"


def database_url(settings: Settings) -> str:
    """The application's database URL; CannotRun where none is set."""
    if settings.database_url is None:
        raise CannotRun("MEDVIRK_DATABASE_URL is not set; `medvirk up` runs a database of its own")
    return settings.database_url.get_secret_value()


def listen_url(settings: Settings) -> str:
    """The URL that leads to the database past any pooler, for LISTEN."""
    direct = settings.direct_database_url
    return direct.get_secret_value() if direct is not None else database_url(settings)


def key_store(settings: Settings) -> KeyStore:
    """Where this installation keeps its keys."""
    return FileKeyStore(settings.keys_path)


@asynccontextmanager
async def opened(url: str, pool_size: int = 10) -> AsyncIterator[list[str]]:
    """The pool of this process, after its role was checked; gives the warnings about the server's settings."""
    try:
        warnings = await check_role(url)
    except UnsafeRole as unsafe:
        raise CannotRun(str(unsafe)) from None
    except OSError as away:
        raise CannotRun(f"the database cannot be reached ({type(away).__name__})") from None
    except asyncpg.PostgresError as refused:  # A wrong role, password or parameter: what it says names no secret.
        raise CannotRun(f"the database refuses to be connected to: {refused}") from None
    for warning in warnings:
        log.warning("database setting", warning=warning)
    await database.connect(url, pool_size)
    try:
        yield warnings
    finally:
        await database.disconnect()


def serve_metrics(port: int, host: str) -> list[str]:
    """Serve Prometheus metrics on a port of their own; a taken port is a warning under `up` and an error elsewhere."""
    try:
        start_http_server(port, addr=host)
    except OSError:
        if os.environ.get(UNDER_UP):
            log.warning("metrics port is taken", port=port)
            return [f"port {port} is taken: no metrics from this process"]
        raise CannotRun(f"the metrics port {port} is taken") from None
    return []


async def migrate_embedded(server: Server, database_name: str = "medvirk") -> str:
    """Bring an embedded database up to date; the application's URL."""
    url = server.url(database=database_name)
    await migrate(server.url(OWNER, database_name), role_of(url))
    return url


@asynccontextmanager
async def at_hand(settings: Settings) -> AsyncIterator[str]:
    """The pool of whatever database is at hand, for a short command: the one that is set, the one that a running
    `medvirk up` has, or the embedded one, started for the time being.
    """
    if settings.database_url is not None:
        async with opened(database_url(settings), 2):
            yield database_url(settings)
        return
    try:
        server = Server(settings.data_folder)
    except AlreadyRunning:
        url = running_url(settings.data_folder)
        async with opened(url, 2):
            yield url
        return
    with server:
        url = await migrate_embedded(server)
        async with opened(url, 2):
            yield url
