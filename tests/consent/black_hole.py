"""A socket between a process and its database that can swallow what goes through it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path


class BlackHole:
    """Passes everything on, until it is told to swallow: then nothing comes through, and nobody is told."""

    def __init__(self) -> None:
        self.swallows = False

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                if not self.swallows:
                    writer.write(data)
                    await writer.drain()
            if self.swallows:
                await asyncio.Event().wait()  # Not even that it has ended comes through.
        except ConnectionError:
            pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@asynccontextmanager
async def black_hole(folder: Path, beyond: Path) -> AsyncIterator[BlackHole]:
    """A PostgreSQL socket in a folder (its path at most 90 characters long) that leads to the one beyond."""
    hole = BlackHole()
    running: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(str(beyond / ".s.PGSQL.5432"))
        for way in (hole.pass_on(reader, far_writer), hole.pass_on(far_reader, writer)):
            task = asyncio.create_task(way)
            running.add(task)
            task.add_done_callback(running.discard)

    server = await asyncio.start_unix_server(connected, str(folder / ".s.PGSQL.5432"))
    try:
        yield hole
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
