"""Reading a file of zones in a process of its own, which ends when its time is up or nobody waits for it any more."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Final

from base.errors import Invalid, Unavailable, invalid
from base.translation import Figure
from geofence.engine.geometry import GeometryRefused
from geofence.imports.features import (
    AcceptedFeature,
    ImportOptions,
    ImportTarget,
    ParsedFile,
    RefusedFeature,
    read_features,
)
from geofence.imports.reader_process import DONE, NO_ROOM, from_line

LIMIT_S: Final = 60.0
"""How long a file may take to be read."""
TOO_LONG: Final = "the file takes longer than {seconds} seconds to be read: simplify its borders or divide it"
_LONGEST_LINE: Final = 64 << 20
_KEPT: Final = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL", "PROJ_DATA", "PROJ_LIB", "SYSTEMROOT")


class TooManyFiles(Unavailable):
    """Other files of zones are being read just now; try again in a moment."""


class ReadingSlots:
    """How many files one process has read at the same time; the others wait, not for long."""

    def __init__(self, at_once: int = 2, patience_s: float = 20.0) -> None:
        self._free, self._patience_s = asyncio.Semaphore(at_once), patience_s

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """One's turn; TooManyFiles where it does not come."""
        try:
            await asyncio.wait_for(self._free.acquire(), self._patience_s)
        except TimeoutError:
            raise TooManyFiles() from None
        try:
            yield
        finally:
            self._free.release()


async def read_file(
    raw: bytes, options: ImportOptions, target: ImportTarget, *, limit_s: float = LIMIT_S
) -> ParsedFile:
    """Every feature of a GeoJSON file, taken or refused; Invalid where the file cannot be read, or not in time.

    It is read in a process that knows nothing of ours and is killed when the time is up or the caller is cancelled.
    """
    parsed = ParsedFile()
    whole = False
    try:
        async with asyncio.timeout(limit_s), _process() as process:
            assert process.stdin is not None
            assert process.stdout is not None
            request = {
                "options": asdict(options),
                "epsg": target.epsg,
                "languages": target.languages,
                "boundary": target.boundary,
            }
            writing = asyncio.create_task(
                _write(process.stdin, json.dumps(request, default=dict).encode() + b"\n", raw)
            )
            try:
                while line := await process.stdout.readline():
                    if line == NO_ROOM:
                        raise invalid("", "the file takes more memory to be read than there is for it: divide it")
                    if line == DONE:
                        whole = True
                        break
                    _keep(parsed, from_line(line))
            finally:
                writing.cancel()
                await asyncio.wait([writing])
    except TimeoutError:
        raise invalid("", TOO_LONG, seconds=Figure(f"{limit_s:g}")) from None
    if not whole:
        raise invalid("", "the file could not be read: reading it ended before it was done")
    return parsed


def read_here(raw: bytes, options: ImportOptions, target: ImportTarget) -> ParsedFile:
    """As `read_file`, in this process: for files of our own."""
    parsed = ParsedFile()
    try:
        for feature in read_features(raw, options, target):
            _keep(parsed, feature)
    except GeometryRefused as why:
        raise invalid(why.pointer, why.sentence, **why.values) from None
    return parsed


def _keep(parsed: ParsedFile, feature: AcceptedFeature | RefusedFeature) -> None:
    if isinstance(feature, AcceptedFeature):
        parsed.accepted.append(feature)
    elif feature.index < 0:
        raise Invalid([feature.why])
    else:
        parsed.refused.append(feature)


@asynccontextmanager
async def _process() -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "geofence.imports.reader_process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=_LONGEST_LINE,
        env={**environment, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _write(sink: asyncio.StreamWriter, request: bytes, raw: bytes) -> None:
    try:
        sink.write(request)
        sink.write(raw)
        await sink.drain()
        sink.close()
    except (BrokenPipeError, ConnectionResetError):
        pass  # It has ended already, and says why by what it wrote.
