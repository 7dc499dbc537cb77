"""`medvirk up`: everything here, from an empty folder: database, schema, the demo municipality, web and worker."""

import argparse
import asyncio
import signal
from contextlib import nullcontext

import segno

from base import database
from base.embedded import AlreadyRunning, PostgresDidNotStart, Server
from base.settings import Settings
from commands.children import Child, keep_running
from commands.demo import Demo, settle
from commands.process import UNDER_UP, key_store, migrate_embedded
from commands.refusal import CannotRun


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none; the settings say the rest."""


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Run until Ctrl-C or SIGTERM; the data stay for the next time."""
    settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    given = settings.database_url.get_secret_value() if settings.database_url else None
    try:
        with nullcontext() if given else Server(settings.data_folder) as server:
            return asyncio.run(_up(settings, server, given))
    except (AlreadyRunning, PostgresDidNotStart) as failed:
        raise CannotRun(str(failed)) from None


async def _up(settings: Settings, server: Server | None, given: str | None) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    url = given or await migrate_embedded(_there(server))
    await database.connect(url, 2)
    try:
        demo = await settle(settings, key_store(settings))
    finally:
        await database.disconnect()
    environment = {
        "MEDVIRK_DATABASE_URL": url,
        "MEDVIRK_KEYS_FOLDER": str(settings.keys_path.resolve()),
        "MEDVIRK_LOG_FORMAT": "text",
        "MEDVIRK_LOG_LEVEL": "warning" if settings.log_level == "info" else settings.log_level,
        # A demonstration must not wait for a night; what the operator has set stands, and `_tell` says which it is.
        "MEDVIRK_COUNTED_AFTER_DAYS": str(_counted_after_days(settings)),
        UNDER_UP: "1",
    }
    async with asyncio.TaskGroup() as group:
        group.create_task(keep_running([Child("serve", environment), Child("worker", environment)], stop))
        if await _ready(settings, stop):
            _tell(settings, demo)
    print("medvirk: stopped; the data stay in", settings.data_folder, flush=True)
    return 0


async def _ready(settings: Settings, stop: asyncio.Event) -> bool:
    """Whether the web process answers; False where we were stopped before it did."""
    while not stop.is_set():
        try:
            reader, writer = await asyncio.open_connection(settings.host, settings.port)
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            status = await asyncio.wait_for(reader.readline(), 5)
            writer.close()
            if b" 200 " in status:
                return True
        except (OSError, TimeoutError):
            pass
        await asyncio.sleep(0.1)
    return False


def _there(server: Server | None) -> Server:
    assert server is not None  # Without a URL of its own, `run` has started one.
    return server


def _counted_after_days(settings: Settings) -> int:
    return settings.counted_after_days if "counted_after_days" in settings.model_fields_set else 0


def _tell(settings: Settings, demo: Demo) -> None:
    resident = f"{settings.origin}/app?m={demo.number}"
    print(
        f"""
  Medvirk runs here, with the demo municipality {demo.name} ({demo.number}).

  Staff     {settings.origin}/sign-in/{demo.sign_in}
            (opens the console once, within 15 minutes; `medvirk staff link` prints another)
  Resident  {resident}
  API       {settings.origin}/docs

""",
        flush=True,
    )
    segno.make(resident, error="m").terminal(compact=True)
    if not _counted_after_days(settings):
        print("\n  For demonstration, staff's counts are of everybody, every few seconds, and guard nobody who is new;")
        print("  in earnest set MEDVIRK_COUNTED_AFTER_DAYS=3: counted once a night, after three days.")
    print("\n  Ctrl-C stops it; the data stay.\n", flush=True)
