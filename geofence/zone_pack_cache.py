"""Zone packs kept at hand: laid out, signed and compressed once for each snapshot, away from the event loop."""

import asyncio
import hashlib
import zlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog

from base import clock
from base.keys import KeyStore
from geofence.engine.snapshot import PlacesSnapshot
from geofence.zone_pack import STEADY_S, packed

log = structlog.get_logger(__name__)

LARGE: Final = 300
"""From so many zones with triggers on a pack takes so long that nobody waits for it where an earlier one is at hand."""
ASKED_FOR_S: Final = 3_600.0
"""A large pack that somebody asked for within this time is renewed as soon as zones have changed."""
_PART: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class ZonePack:
    """A compact JWS, compressed with gzip; `digest` is that of the text (hex), the same in every process."""

    digest: str
    compressed: bytes

    def text(self) -> bytes:
        """The JWS itself; a large one takes a while."""
        return zlib.decompress(self.compressed, wbits=31)


@dataclass(slots=True)
class _Kept:
    pack: ZonePack
    snapshot: PlacesSnapshot
    issued_at: int
    asked_at: float


class ZonePackCache:
    """The newest pack of each municipality in this process.

    A pack is renewed when its zones have changed and at each full hour. Whoever asks meanwhile is answered from the one
    before where the pack is large, so a change reaches phones some seconds later there; nobody gets one that was
    replaced longer ago.
    """

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self._kept: dict[UUID, _Kept] = {}
        self._making: dict[UUID, asyncio.Task[None]] = {}

    async def of(self, municipality: UUID, snapshot: PlacesSnapshot) -> ZonePack:
        """The pack of a municipality's snapshot."""
        while True:
            at = clock.now().timestamp()
            kept = self._kept.get(municipality)
            if kept is not None:
                kept.asked_at = at
                if kept.snapshot is snapshot and kept.issued_at == _hour(at):
                    return kept.pack
            making = self._making.get(municipality) or self._make(municipality, snapshot)
            if kept is not None and kept.issued_at + 2 * STEADY_S > at and len(snapshot.zones) >= LARGE:
                return kept.pack
            await asyncio.wait([making])
            if making.exception() is not None:
                making.result()

    def laid_out(self, municipality: UUID, snapshot: PlacesSnapshot) -> None:
        """A municipality has another snapshot: renew its pack where it is large and somebody asks for it; at first it
        is made before anybody does. Otherwise the old one is forgotten.
        """
        kept = self._kept.get(municipality)
        wanted = kept is None or kept.asked_at + ASKED_FOR_S > clock.now().timestamp()
        if len(snapshot.zones) < LARGE or not wanted:
            self._kept.pop(municipality, None)
            return
        before = self._making.get(municipality)
        if before is None:
            self._make(municipality, snapshot)
        else:
            before.add_done_callback(lambda _: self.laid_out(municipality, snapshot))

    def _make(self, municipality: UUID, snapshot: PlacesSnapshot) -> "asyncio.Task[None]":
        task = asyncio.create_task(self._renewed(municipality, snapshot))
        self._making[municipality] = task
        return task

    async def _renewed(self, municipality: UUID, snapshot: PlacesSnapshot) -> None:
        try:
            at = clock.now().timestamp()
            pack = await asyncio.to_thread(_compressed, self._keys, snapshot, municipality, at)
            before = self._kept.get(municipality)
            self._kept[municipality] = _Kept(pack, snapshot, _hour(at), before.asked_at if before else at)
        except Exception as error:
            log.error("a zone pack could not be made", error=type(error).__name__)
            raise
        finally:
            del self._making[municipality]


def _hour(at: float) -> int:
    return int(at) // STEADY_S * STEADY_S


def _compressed(keys: KeyStore, snapshot: PlacesSnapshot, municipality: UUID, at: float) -> ZonePack:
    """Part by part, so that no other thread waits long for its turn."""
    text = packed(keys, snapshot, municipality, at=at).encode()
    squeezing = zlib.compressobj(5, wbits=31)
    parts = [squeezing.compress(text[start : start + _PART]) for start in range(0, len(text), _PART)]
    return ZonePack(hashlib.sha256(text).hexdigest()[:32], b"".join([*parts, squeezing.flush()]))
