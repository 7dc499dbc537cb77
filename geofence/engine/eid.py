"""Rotating beacon ids (Eddystone-EID): computed from a beacon's key and clock, many at once.

Source: google/eddystone, eddystone-eid/eid-computation.md.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from geofence.engine.places import CompiledBeacon, tag

EID_BYTES: Final = 8
_CLOCK: Final = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Rotor:
    """A beacon whose id rotates every 2^`exponent` s; `offset_s` added to our clock gives the beacon's.

    `sure_at` (seconds since 1970) is when the offset was last sure: since then the clock may have drifted.
    """

    tag: int
    key: bytes
    exponent: int
    offset_s: int
    sure_at: float

    @property
    def period_s(self) -> int:
        """How long one id lasts, in seconds."""
        return 1 << self.exponent

    def period(self, at: float) -> int:
        """When, by its own clock, the beacon began to send what it sends at a time of ours."""
        return int(at + self.offset_s) >> self.exponent << self.exponent


def rotor(beacon: CompiledBeacon) -> Rotor:
    """A beacon as it was registered, key (16), exponent (1), clock offset (8), or with the offset learnt since."""
    identity = beacon.identity
    offset_s = int.from_bytes(identity[17:25], signed=True) if beacon.offset_s is None else beacon.offset_s
    return Rotor(tag(beacon.id), identity[:16], identity[16], offset_s, beacon.sure_at)


def eids(rotor: Rotor, periods: Sequence[int]) -> list[bytes]:
    """What a beacon sends in these periods, each named by the beacon's time when it begins; 8 bytes each.

    The temporary key changes every 2^16 s, so the ids of one such stretch are encrypted in one go.
    """
    found: list[bytes] = []
    start = 0
    while start < len(periods):
        upper = (periods[start] & _CLOCK) >> 16
        end = start
        while end < len(periods) and (periods[end] & _CLOCK) >> 16 == upper:
            end += 1
        temporary = _encrypted(rotor.key, struct.pack(">11xB2xH", 0xFF, upper))
        blocks = b"".join([struct.pack(">11xBI", rotor.exponent, p & _CLOCK) for p in periods[start:end]])
        sent = _encrypted(temporary, blocks)
        found += [sent[i : i + EID_BYTES] for i in range(0, len(sent), 16)]
        start = end
    return found


def _encrypted(key: bytes, blocks: bytes) -> bytes:
    encryptor = Cipher(AES(key), ECB()).encryptor()  # noqa: S305 - single blocks, as EID is defined
    return encryptor.update(blocks) + encryptor.finalize()
