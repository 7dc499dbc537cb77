"""What every process is told at once: LISTEN on a direct connection of its own, mended when it breaks."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from math import inf

import asyncpg
import structlog

from base.clock import monotonic
from base.connecting import connect
from base.rows import failed
from base.transaction import GONE

log = structlog.get_logger(__name__)

BEAT_S = 0.1
ANSWER_S = 2.0


class NotTakenIn(Exception):
    """A callback failed; whatever it remembers is made anew with the connection."""


class Signals:
    """Calls back on each NOTIFY of a channel, and on every renewal of the connection, since then some may be missed.

    Callbacks run on the event loop and must be quick.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._heard: defaultdict[str, list[Callable[[str], None]]] = defaultdict(list)
        self._renewed: list[Callable[[], None]] = []
        self._task: asyncio.Task[None] | None = None
        self._first = asyncio.Event()
        self._missed = False
        self.known_at = -inf
        """When the last heartbeat that was answered was sent, on the monotonic clock, in seconds: every notification
        that was committed before then has been heard, since PostgreSQL sends them before it answers the next query.
        """

    def on(self, channel: str, tell: Callable[[str], None]) -> None:
        """Call back with the payload of each notification; to be said before `start`."""
        self._heard[channel].append(tell)

    def on_renewed(self, tell: Callable[[], None]) -> None:
        """Call back when the connection has been made anew: anything may have been missed."""
        self._renewed.append(tell)

    def tell(self, channel: str, payload: str) -> None:
        """Call back at once, for what this process has committed itself; the notification follows."""
        for tell in self._heard[channel]:
            try:
                tell(payload)
            except Exception as error:  # One that cannot take it in keeps it from no other, nor from the caller;
                failed(f"signal {channel}", error)
                self._missed = True  # and since it may now believe what is no longer true, all are renewed.

    async def start(self) -> None:
        """Listen from here on; returns when the first connection listens, or after five seconds without one."""
        self._task = asyncio.create_task(self._run())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._first.wait(), 5)

    async def stop(self) -> None:
        """Listen no longer."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def _renew(self) -> None:
        for renewed in self._renewed:
            try:
                renewed()
            except Exception as error:
                failed("signals renewed", error)
                self._missed = True

    def _tell(self, _: object, __: int, channel: str, payload: object) -> None:
        self.tell(channel, str(payload))

    async def _run(self) -> None:
        wait_s = 0.1
        while True:
            try:
                connection = await connect(self._url, timeout=5)
                try:
                    for channel in self._heard:
                        await connection.add_listener(channel, self._tell)
                    self._missed = False
                    self._renew()
                    self._first.set()
                    wait_s = 0.1
                    while not self._missed:
                        sent = monotonic()
                        await connection.execute("select 1", timeout=ANSWER_S)
                        if not self._missed:
                            self.known_at = sent
                        await asyncio.sleep(BEAT_S)
                    raise NotTakenIn
                finally:
                    connection.terminate()
            except (NotTakenIn, *GONE, asyncpg.PostgresError, OSError) as lost:
                log.warning("listening was interrupted", error=type(lost).__name__)
                await asyncio.sleep(wait_s)
                wait_s = min(5.0, wait_s * 2)
