"""What every process of ours does at its start: find the database, refuse a role that may too much, open the pool."""

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import structlog
from prometheus_client import start_http_server

from base import database
from base.embedded import OWNER, AlreadyRunning, PostgresDidNotStart, Server, running_url
from base.keys import FileKeyStore, KeyStore
from base.migrating import UnsafeRole, check_role, migrate, role_of
from base.settings import Settings
from commands.refusal import CannotRun

log = structlog.get_logger(__name__)

UNDER_UP = "MEDVIRK_UNDER_UP"
"""Tells a process that it runs under `medvirk up`, and the path of the file that is there while its demo is filled."""


_ORIGIN = "origin"
"""The file of the data folder that says where a running `medvirk up` is reached."""


def say(what: str) -> None:
    """Tell whoever sits at the terminal."""
    print(f"medvirk: {what}", flush=True)


def port_number(text: str) -> int:
    """A port, as the command line takes it."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


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
    try:
        return FileKeyStore(settings.keys_path)
    except OSError as unusable:
        raise CannotRun(f"the folder of keys {settings.keys_path} cannot be used: {unusable.strerror}") from None


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


def own_server(folder: Path) -> Server:
    """A PostgreSQL of our own over a data folder. Raises AlreadyRunning, and CannotRun where it cannot be."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Server(folder)
    except OSError as unusable:
        raise CannotRun(f"the data folder {folder} cannot be used: {unusable.strerror or unusable}") from None
    except PostgresDidNotStart as failed:
        raise CannotRun(str(failed)) from None


def note_origin(settings: Settings) -> None:
    """Keep where `medvirk up` is reached, for commands that print links to it."""
    (settings.data_folder / _ORIGIN).write_text(settings.origin, encoding="utf-8")


def origin_of(settings: Settings) -> str:
    """Where the pages are reached: as set, or else as the `medvirk up` of this data folder was last started."""
    kept = settings.data_folder / _ORIGIN
    if settings.database_url is None and settings.public_url is None and kept.is_file():
        return kept.read_text(encoding="utf-8")
    return settings.origin


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
    folder = settings.data_folder
    if not (folder / "postgres").is_dir():
        raise CannotRun(
            f"there is no database in {folder.resolve()}; go to the folder in which `medvirk up` was started, or name "
            "its data folder (MEDVIRK_DATA_FOLDER) or another database (MEDVIRK_DATABASE_URL)"
        )
    try:
        server = own_server(folder)
    except AlreadyRunning:
        url = running_url(folder)
        async with opened(url, 2):
            yield url
        return
    with server:
        url = await migrate_embedded(server)
        async with opened(url, 2):
            yield url
