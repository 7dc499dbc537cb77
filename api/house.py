"""What one process keeps at hand: built once at its start, handed to every endpoint."""

import asyncio
import gc
from dataclasses import dataclass, field

from api.limits import Limits
from api.metrics import watch_zones
from api.shared import Shared
from base.keys import KeyStore
from base.settings import Settings
from base.signals import Signals
from consent.principals import Principals
from geofence.engine.sealed import Seal
from geofence.health import HealthBook
from geofence.packs import Packs
from geofence.reading import Turns
from geofence.snapshots import Snapshots
from surveys.box.attested import Attestation


@dataclass(slots=True)
class House:
    """The settings, the keys, what is told at once, and what is kept in memory alone."""

    settings: Settings
    keys: KeyStore
    signals: Signals
    snapshots: Snapshots
    packs: Packs
    seal: Seal
    principals: Principals
    shared: Shared
    attestation: Attestation | None = None
    health: HealthBook = field(default_factory=HealthBook)
    limits: Limits = field(default_factory=Limits)
    drawings: Turns = field(default_factory=Turns)
    warnings: list[str] = field(default_factory=list)

    ahead: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to listen to what other processes change."""
        await self.signals.start()

    def prepare(self) -> None:
        """Begin to lay out what phones will ask about, so that none of them waits for it.

        What is there by now stays for good: the garbage collector need not look through it, which would hold up every
        request for a tenth of a second now and then.
        """
        gc.collect()
        gc.freeze()
        self.ahead = asyncio.create_task(self.snapshots.keep_ahead())

    async def close(self) -> None:
        """Listen no longer."""
        if self.ahead is not None:
            self.ahead.cancel()
            await asyncio.wait([self.ahead])
        await self.signals.stop()


def build(settings: Settings, keys: KeyStore, listen_url: str) -> House:
    """The house of one process; `listen_url` leads straight to the database, past any pooler."""
    signals = Signals(listen_url)
    snapshots = Snapshots(signals)
    watch_zones(snapshots)
    packs = Packs(keys)
    snapshots.laid_out = packs.laid_out
    return House(
        settings,
        keys,
        signals,
        snapshots,
        packs,
        Seal(keys),
        Principals(signals),
        Shared(signals),
        Attestation.from_settings(settings),
    )
