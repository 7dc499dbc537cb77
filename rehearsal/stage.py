"""The stage of the rehearsal: a throw-away database, real web and worker processes, and a courier of our own."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from base import database
from base.connecting import connect
from base.database import work
from base.embedded import APPLICATION, OWNER, Server, die_with_parent
from base.jobs import system
from base.migrating import migrate
from consent.notices import publish_first
from municipality import access
from municipality.founding import create_municipality
from rehearsal.fcm_peer import FcmPeer, fcm_peer
from rehearsal.ports import free_port
from rehearsal.wire import Unexpected, Wire, wire

NUMBER, NAME = "3907", "Sandefjord"
LOGS = ("serve", "worker")


@dataclass(frozen=True, slots=True)
class Stage:
    """What the acts play on. `door` has connections of its own, as an app that answers anonymously does; `superuser`
    sees every row, as the service itself never does.
    """

    municipality: UUID
    folder: Path
    nobody: Wire
    door: Wire
    staff: Wire
    courier: FcmPeer
    superuser: "asyncpg.Connection[asyncpg.Record]"
    processes: Mapping[str, Process]

    def trouble(self) -> str:
        """Which processes have fallen, and the last thing that each had to say."""
        told = []
        for name, process in self.processes.items():
            lines = (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace").splitlines()
            state = "runs" if process.returncode is None else f"has ended with {process.returncode}"
            told.append(f"{name} {state}: {lines[-1] if lines else 'it said nothing'}")
        return "\n".join(told)

    def logs(self) -> list[str]:
        """Every line that the web process, the worker and PostgreSQL wrote."""
        files = [self.folder / f"{name}.log" for name in LOGS] + [self.folder / "database" / "postgres.log"]
        return [line for file in files for line in file.read_text(encoding="utf-8", errors="replace").splitlines()]


@asynccontextmanager
async def stage(border: Mapping[str, Any] | None) -> AsyncIterator[Stage]:
    """Set the stage in a folder of its own, and clear it away whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="medvirk-walkthrough-"))
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        # It need not outlive the machine, so it does not wait for the disk.
        server = await asyncio.to_thread(Server, folder / "database", "-c", "fsync=off", "-c", "full_page_writes=off")
        stack.callback(server.stop)
        await migrate(server.url(OWNER), APPLICATION)
        municipality, key = await _found(server, border)
        courier = await stack.enter_async_context(fcm_peer())
        port = free_port()
        environment = _environment(server, folder, port, courier)
        processes = {
            verb: await stack.enter_async_context(_process(verb, environment, folder / f"{verb}.log")) for verb in LOGS
        }
        nobody = await stack.enter_async_context(wire(f"http://127.0.0.1:{port}"))
        door = await stack.enter_async_context(wire(f"http://127.0.0.1:{port}"))
        await _ready(nobody, folder)
        superuser = await connect(server.url("postgres"))
        stack.push_async_callback(superuser.close)
        yield Stage(
            municipality,
            folder=folder,
            nobody=nobody,
            door=door,
            staff=nobody.speaking_for(key, "en"),
            courier=courier,
            superuser=superuser,
            processes=processes,
        )


async def _found(server: Server, border: Mapping[str, Any] | None) -> tuple[UUID, str]:
    await database.connect(server.url(), 2)
    try:
        municipality = uuid4()
        async with work(system(municipality)) as unit:
            await create_municipality(unit, NUMBER, {"nb": NAME, "nn": NAME, "en": NAME}, boundary=border)
            await publish_first(unit)
            _, key = await access.create_key(unit, "walkthrough", ["admin"])
        return municipality, key
    finally:
        await database.disconnect()


def _environment(server: Server, folder: Path, port: int, courier: FcmPeer) -> Mapping[str, str]:
    ours = {
        "DATABASE_URL": server.url(),
        "KEYS_FOLDER": str(folder / "keys"),
        "PORT": str(port),
        "METRICS_PORT": str(free_port()),
        "WORKER_METRICS_PORT": str(free_port()),
        # Hundreds of phones come from one address here, and an hour is walked in seconds.
        "REGISTRATIONS_PER_MINUTE": "1000000",
        "PRESENCE_PER_MINUTE": "1000000",
        "COUNTED_AFTER_DAYS": "0",  # And a night passes every few seconds.
        "FCM_URL": courier.url,
        "FCM_PROJECT": courier.project,
        "LOG_LEVEL": "info",
        "LOG_FORMAT": "json",
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("MEDVIRK_")}
    return {**others, **{f"MEDVIRK_{name}": value for name, value in ours.items()}}


@asynccontextmanager
async def _process(verb: str, environment: Mapping[str, str], log: Path) -> AsyncIterator[Process]:
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "commands.main",
            verb,
            env=dict(environment),
            cwd=log.parent,
            stdout=out,
            stderr=out,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(signal.SIGTERM),
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 15)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _ready(nobody: Wire, folder: Path) -> None:
    for _ in range(300):
        try:
            if (await nobody.call("GET", "/readyz")).status == 200:
                return
        except Exception:  # noqa: S110 - whatever fails while the process starts is tried again
            pass
        await asyncio.sleep(0.1)
    last = (folder / "serve.log").read_text(encoding="utf-8", errors="replace")[-2000:]
    raise Unexpected(f"the web process did not become ready:\n{last}")
