"""The state as bytes and back, exactly: MessagePack of its values, by msgspec. This is version 2.

What would not go into 4 KB is compressed; with everything at its limit that is mostly enough, since the belief at the
watermark is much like the one now. Where it is not, that belief is the first to be forgotten: latecomers then change
nothing any more, which is all that they lose.
"""

import zlib
from typing import Final

from msgspec import DecodeError
from msgspec.msgpack import Decoder, Encoder
from msgspec.structs import replace

from geofence.engine.state import State, latest, moment

VERSION: Final = 2
ROOM: Final = 3_000
"""So many bytes, encrypted and in base64, are under 4 KB."""
_LARGEST: Final = 16_384
_COMPRESSED: Final = b"\x78"
"""What zlib begins with, and no array of MessagePack."""
_pack: Final = Encoder().encode
_unpack: Final = Decoder(tuple[int, State]).decode


class Unreadable(ValueError):
    """These bytes are no state of this version."""


def encode(state: State, sealed_at: int) -> bytes:
    """The state in at most `ROOM` bytes; `sealed_at` in whole seconds since 1970."""
    body = _pack((sealed_at, state))
    if len(body) > ROOM:
        body = zlib.compress(body)
        if len(body) > ROOM:
            body = zlib.compress(_pack((sealed_at, without_latecomers(state))))
    return body


def decode(body: bytes) -> tuple[State, int]:
    """The state that was encoded, and when it was sealed; Unreadable for anything else."""
    try:
        if body.startswith(_COMPRESSED):
            whole = zlib.decompressobj()
            body = whole.decompress(body, _LARGEST)
            if not whole.eof:
                raise Unreadable()
        sealed_at, state = _unpack(body)
    except (DecodeError, zlib.error, UnicodeDecodeError) as broken:
        raise Unreadable() from broken
    return state, sealed_at


def without_latecomers(state: State) -> State:
    """The state whose watermark is its newest observation."""
    key = moment(state.recent[-1]) if state.recent else state.base_key
    ids = latest(state.ids, state.recent)
    return replace(state, base=state.now, base_key=key, recent=(), ids=ids)
