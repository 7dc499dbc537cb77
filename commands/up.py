"""`medvirk up`: everything here, from an empty folder: database, schema, the demo municipality, web and worker."""

import argparse
import asyncio
import signal
import socket
from contextlib import nullcontext

import segno

from base import database
from base.embedded import AlreadyRunning, Server
from base.settings import Settings
from commands.children import Child, keep_running
from commands.demo import Demo, settle
from commands.process import UNDER_UP, key_store, migrate_embedded, note_origin, own_server, port_number, say
from commands.refusal import CannotRun


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen; the settings say the rest."""
    parser.add_argument("--port", type=port_number, help="port to listen on (MEDVIRK_PORT)")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Run until Ctrl-C or SIGTERM; the data stay for the next time."""
    if options.port:
        settings = settings.model_copy(update={"port": options.port})
    _refuse_taken_port(settings)
    given = settings.database_url.get_secret_value() if settings.database_url else None
    try:
        with nullcontext() if given else _database(settings) as server:
            return asyncio.run(_up(settings, server, given))
    except AlreadyRunning as running:
        raise CannotRun(str(running)) from None


def _refuse_taken_port(settings: Settings) -> None:
    """Whoever is there already would answer in our place."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
    except OSError:
        raise CannotRun(f"MEDVIRK_HOST: {settings.host} is no address of this machine") from None
    for family, kind, protocol, _, where in found:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # As the web process does.
            try:
                probe.bind(where)
            except OSError as refused:
                raise CannotRun(
                    f"port {settings.port} of {settings.host} cannot be had ({(refused.strerror or '').lower()}): "
                    f"stop what uses it, or take another with --port"
                ) from None


def _database(settings: Settings) -> Server:
    fresh = not (settings.data_folder / "postgres").exists()
    say(f"{'making a' if fresh else 'starting the'} database in {settings.data_folder} …")
    return own_server(settings.data_folder)


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
    if server is not None:
        note_origin(settings)
    environment = {
        "MEDVIRK_DATABASE_URL": url,
        "MEDVIRK_PORT": str(settings.port),
        "MEDVIRK_KEYS_FOLDER": str(settings.keys_path.resolve()),
        "MEDVIRK_LOG_FORMAT": "text",
        "MEDVIRK_LOG_LEVEL": "warning" if settings.log_level == "info" else settings.log_level,
        # A demonstration must not wait for a night; what the operator has set stands, and `_tell` says which it is.
        "MEDVIRK_COUNTED_AFTER_DAYS": str(_counted_after_days(settings)),
        UNDER_UP: "1",
    }
    say("starting web and worker …")
    async with asyncio.TaskGroup() as group:
        group.create_task(keep_running([Child("serve", environment), Child("worker", environment)], stop))
        if await _ready(settings, stop):
            _tell(settings, demo)
    say(f"stopped; the data stay in {settings.data_folder}")
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
