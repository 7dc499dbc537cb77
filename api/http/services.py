"""What one process keeps at hand: built once at its start, handed to every endpoint."""

import asyncio
import gc
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from api.http import regions
from api.http.metrics import watch_zones
from api.http.rate_limits import RateLimits
from api.http.shared_answers import Shared
from base.keys import KeyStore
from base.settings import Settings
from base.signals import Signals
from consent.principals import Principals
from geofence.beacon_health import HealthBook
from geofence.engine.sealed import Seal
from geofence.imports.file_reading import ReadingSlots
from geofence.place_search import PlaceSearch
from geofence.snapshots import Snapshots
from geofence.zone_pack_cache import ZonePackCache
from municipality.sketches import Sketch, read_sketches
from national.addresses import Addresses
from national.map_tiles import MapTiles
from national.place_names import PlaceNames
from surveys.box.attested import Attestation


@dataclass(slots=True)
class Services:
    """The settings, the keys, what is told at once, and what is kept in memory alone."""

    settings: Settings
    keys: KeyStore
    signals: Signals
    snapshots: Snapshots
    packs: ZonePackCache
    seal: Seal
    principals: Principals
    shared: Shared
    attestation: Attestation | None = None
    map_tiles: MapTiles | None = None
    """Kartverket's tiles, where it is asked for them."""
    sketches: Mapping[str, Sketch] = field(default_factory=dict)
    """Hand-drawn maps, by the number of their municipality."""
    places: PlaceSearch = field(default_factory=PlaceSearch)
    health: HealthBook = field(default_factory=HealthBook)
    limits: RateLimits = field(default_factory=RateLimits)
    drawings: ReadingSlots = field(default_factory=ReadingSlots)
    warnings: list[str] = field(default_factory=list)

    filling: Path | None = None
    """A file that is there while `medvirk up` fills its demo municipality in."""
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
        if self.map_tiles is not None:
            await self.map_tiles.close()
        await self.places.close()


def build(settings: Settings, keys: KeyStore, listen_url: str) -> Services:
    """The house of one process; `listen_url` leads straight to the database, past any pooler."""
    signals = Signals(listen_url)
    snapshots = Snapshots(signals, prepare=regions.lay_out)
    watch_zones(snapshots)
    packs = ZonePackCache(keys)
    snapshots.laid_out = packs.laid_out
    sketches = read_sketches(settings.sketches_path)
    return Services(
        settings,
        keys=keys,
        signals=signals,
        snapshots=snapshots,
        packs=packs,
        seal=Seal(keys),
        principals=Principals(signals),
        shared=Shared(signals),
        attestation=Attestation.from_settings(settings),
        map_tiles=MapTiles.from_settings(settings),
        sketches=sketches,
        places=PlaceSearch(
            Addresses.from_settings(settings),
            PlaceNames.from_settings(settings),
            lambda number: sketches[number].places if number in sketches else (),
        ),
    )
