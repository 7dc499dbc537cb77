"""The sealed state: readable and forgeable by nobody but us, and of use to nobody but its resident.

AES-256-GCM under a key that lies in the key store; resident, municipality, version and key stand in the associated
data, so that the state of another resident, or of this one in another town, does not open. Rotation puts a new key
beside the old ones, which go on opening what they sealed until it is too old.
"""

import os
import struct
from binascii import Error as BadBase64
from binascii import a2b_base64, b2a_base64
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from base.errors import FieldError, Invalid
from base.keys import KeyStore, make
from geofence.engine import codec_v1
from geofence.engine.codec import VERSION, decode, encode
from geofence.engine.state import State

PREFIX: Final = "presence/seal"
KEEPS_S: Final = 90 * 86_400
"""A state sealed longer ago is refused."""
LONGEST: Final = 4096
_OUTER = struct.Struct("<BH")
_OUTER_BYTES: Final = _OUTER.size
_READ: Final = {VERSION: decode, codec_v1.VERSION: codec_v1.decode}
_NONCE_BYTES: Final = 12
_BODY_FROM: Final = _OUTER_BYTES + _NONCE_BYTES
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_PLAIN: Final = bytes.maketrans(b"-_", b"+/")
_LAST: Final = {2: frozenset("AQgw"), 3: frozenset("AEIMQUYcgkosw048")}
"""What a text ends with whose last letter is not used up (RFC 4648 §3.5): another would be the same state once more."""
_nonces: Final[list[bytes]] = []
os.register_at_fork(after_in_child=_nonces.clear)  # A forked process must not use what its parent will use.


def _nonce() -> bytes:
    """A random nonce, used for nothing else. Many are drawn at a time: to ask the kernel for each one would cost as
    much as to encrypt. Safe in threads: what is popped is gone."""
    try:
        return _nonces.pop()
    except IndexError:
        drawn = os.urandom(512 * _NONCE_BYTES)
        nonce, *others = [drawn[at : at + _NONCE_BYTES] for at in range(0, len(drawn), _NONCE_BYTES)]
        _nonces.extend(others)
        return nonce


class StateRefused(Invalid):
    """This state is not yours, is damaged or is too old; start again with null."""

    def __init__(self) -> None:
        super().__init__([FieldError("/state", "this state is not yours, is damaged or is too old")])


class Seal:
    """Seals and unseals states with the keys of one key store; a key made by another process is found when met."""

    def __init__(self, keys: KeyStore) -> None:
        self._store = keys
        self._ciphers: dict[int, AESGCM] = {}
        make(keys, f"{PREFIX}/1")
        self._use_newest()

    def seal(self, state: State, resident: UUID, municipality: UUID, *, at: float) -> str:
        """The state for the phone to keep: URL-safe text under 4 KB. `at` is now, in seconds since 1970."""
        outer, nonce = self._outer, _nonce()
        body = self._sealing.encrypt(nonce, encode(state, int(at)), outer + municipality.bytes + resident.bytes)
        return b2a_base64(outer + nonce + body, newline=False).translate(_URL_SAFE, b"=\n").decode()

    def unseal(self, text: str, resident: UUID, municipality: UUID, *, at: float) -> State:
        """What the phone brings back; StateRefused for anything that was not sealed for it, or too long ago."""
        try:
            over = len(text) % 4
            if len(text) > LONGEST or text.endswith("=") or (over and text[-1] not in _LAST[over]):
                raise StateRefused()
            raw = a2b_base64(text.encode("ascii").translate(_PLAIN) + b"=" * (-over % 4), strict_mode=True)
            version, number = _OUTER.unpack_from(raw)
            read = _READ[version]
            bound = raw[:_OUTER_BYTES] + municipality.bytes + resident.bytes
            cipher = self._ciphers.get(number) or self._cipher(number)
            state, sealed_at = read(cipher.decrypt(raw[_OUTER_BYTES:_BODY_FROM], raw[_BODY_FROM:], bound))
        except (BadBase64, struct.error, InvalidTag, ValueError, KeyError):
            raise StateRefused() from None  # What was wrong with it is nobody's business.
        if not at - KEEPS_S <= sealed_at <= at + 86_400:
            raise StateRefused()
        return state

    def rotate(self) -> int:
        """Seal with a fresh key from now on; the number of the key."""
        number = self._newest() + 1
        make(self._store, f"{PREFIX}/{number}")
        self._use_newest()
        return self._current

    def _use_newest(self) -> None:
        self._current = self._newest()
        self._outer = _OUTER.pack(VERSION, self._current)
        self._sealing = self._cipher(self._current)

    def _newest(self) -> int:
        return max(int(name.rsplit("/", 1)[1]) for name in self._store.names(PREFIX))

    def _cipher(self, number: int) -> AESGCM:
        if (cipher := self._ciphers.get(number)) is None:
            key = self._store.get(f"{PREFIX}/{number}")
            if key is None:
                raise KeyError(number)
            cipher = self._ciphers[number] = AESGCM(key)
        return cipher
