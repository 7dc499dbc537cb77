"""`medvirk up`: everything here, from an empty folder: database, schema, the demo municipality, web and worker."""

import argparse
import asyncio
import signal
import socket
from collections.abc import Coroutine, Mapping
from contextlib import nullcontext
from pathlib import Path

import segno
import structlog

from base import database
from base.clock import monotonic
from base.embedded import AlreadyRunning, Server
from base.rows import where
from base.settings import Settings
from commands.children import Child, keep_running
from commands.demo import Demo, settle
from commands.process import UNDER_UP, key_store, migrate_embedded, note_origin, own_server, port_number, say
from commands.refusal import CannotRun
from municipality.roles import Role
from rehearsal.year import filling, lively

log = structlog.get_logger(__name__)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and how much life there is; the settings say the rest."""
    parser.add_argument("--port", type=port_number, help="port to listen on (MEDVIRK_PORT)")
    parser.add_argument("--empty", action="store_true", help="a new demo municipality without a year of life in it")
    parser.add_argument("--lively", action="store_true", help="let simulated residents go on answering")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Run until Ctrl-C or SIGTERM; the data stay for the next time."""
    if options.port:
        settings = settings.model_copy(update={"port": options.port})
    _refuse_taken_port(settings)
    given = settings.database_url.get_secret_value() if settings.database_url else None
    try:
        with nullcontext() if given else _database(settings) as server:
            return asyncio.run(_up(options, settings, server, given))
    except AlreadyRunning as running:
        raise CannotRun(str(running)) from None


def _refuse_taken_port(settings: Settings) -> None:
    """Whoever is there already would answer in our place."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
    except OSError:
        raise CannotRun(f"MEDVIRK_HOST: {settings.host} is no address of this machine") from None
    for family, kind, protocol, _, address in found:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # As the web process does.
            try:
                probe.bind(address)
            except OSError as refused:
                raise CannotRun(
                    f"port {settings.port} of {settings.host} cannot be had ({(refused.strerror or '').lower()}): "
                    f"stop what uses it, or take another with --port"
                ) from None


def _database(settings: Settings) -> Server:
    fresh = not (settings.data_folder / "postgres").exists()
    say(f"{'making a' if fresh else 'starting the'} database in {settings.data_folder} …")
    return own_server(settings.data_folder)


async def _up(options: argparse.Namespace, settings: Settings, server: Server | None, given: str | None) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    url = given or await migrate_embedded(_there(server))
    if server is not None:
        note_origin(settings)
    at_work = (settings.data_folder / "filling").resolve()
    environment = {
        "MEDVIRK_DATABASE_URL": url,
        "MEDVIRK_PORT": str(settings.port),
        "MEDVIRK_KEYS_FOLDER": str(settings.keys_path.resolve()),
        "MEDVIRK_LOG_FORMAT": "text",
        "MEDVIRK_LOG_LEVEL": "warning" if settings.log_level == "info" else settings.log_level,
        # A demonstration must not wait for a night; what the operator has set stands, and `_tell` says which it is.
        "MEDVIRK_COUNTED_AFTER_DAYS": str(_counted_after_days(settings)),
        # A demonstration asks nobody outside for anything unless it is told to.
        "MEDVIRK_KARTVERKET": str(bool(settings.kartverket)),
        "MEDVIRK_DATA_FOLDER": str(settings.data_folder.resolve()),
        UNDER_UP: str(at_work),
    }
    await database.connect(url, 4)
    try:
        # Never in a database that somebody has named: it can be anybody's.
        demo = await settle(settings, key_store(settings), with_a_year=server is not None and not options.empty)
        fills = demo.journal is not None and not demo.journal.filled
        _mark(at_work, there=fills)
        say("starting the web process …")
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_running([Child("serve", environment)], stop))
            if await _ready(settings, stop):
                _tell(settings, demo)
            if fills:
                await _until(stop, _fill_in(settings, demo))
                _mark(at_work, there=False)
            group.create_task(keep_running([Child("worker", environment)], stop))
            if options.lively and demo.journal is not None:
                await _until(stop, lively.go_on(demo.journal, key_store(settings)))
    finally:
        await database.disconnect()
    say(f"stopped; the data stay in {settings.data_folder}")
    return 0


async def _until(stop: asyncio.Event, doing: Coroutine[None, None, None]) -> None:
    """Do it, unless we are stopped before it is done."""
    task, stopping = asyncio.create_task(doing), asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if task.done():
        task.result()
    else:
        task.cancel()
        await asyncio.wait({task})


async def _fill_in(settings: Settings, demo: Demo) -> None:
    """Fill in the year; the worker waits for it, since what is past must not be sent or counted as of now."""
    assert demo.journal is not None
    say("filling the town with a year of life (half a minute or so); messages are sent afterwards …")
    began = monotonic()
    try:
        await filling.fill(demo.journal, key_store(settings))
    except Exception as failed:
        log.error("the year was not filled in", error=type(failed).__name__, where=where(failed))
        say("the town has only a part of its year; the next start goes on with it")
        return
    say(f"the town has had its year ({monotonic() - began:.0f} s)")


def _mark(at_work: Path, *, there: bool) -> None:
    """A file that says, while it is there, that the year is being filled in: the console shows it."""
    if there:
        at_work.touch()
    else:
        at_work.unlink(missing_ok=True)


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


_ROLES: Mapping[Role, str] = {
    "communications": "Communications officer",
    "planner": "Planner",
    "privacy_officer": "Privacy officer",
    "admin": "Admin",
}


def _tell(settings: Settings, demo: Demo) -> None:
    resident = f"{settings.origin}/app?m={demo.number}"
    links = "\n".join(
        f"  {_ROLES[role]:24}{settings.origin}/sign-in/{link}  ({name})" for role, (name, link) in demo.sign_ins.items()
    )
    print(
        f"""
  Medvirk runs here, with the demo municipality {demo.name} ({demo.number}).

  Sign in as (each link opens the console once, within 15 minutes; `medvirk staff link` prints another)
{links}

  Resident                {resident}
  API                     {settings.origin}/docs

""",
        flush=True,
    )
    segno.make(resident, error="m").terminal(compact=True)
    if not _counted_after_days(settings):
        print("\n  For demonstration, staff's counts are of everybody, every few seconds, and guard nobody who is new;")
        print("  in earnest set MEDVIRK_COUNTED_AFTER_DAYS=3: counted once a night, after three days.")
    print("\n  Ctrl-C stops it; the data stay.\n", flush=True)
