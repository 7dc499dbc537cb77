"""Whether a file is a map archive that the pages can draw: PMTiles version 3 with vector tiles in Protomaps' layers.

The format is that of https://github.com/protomaps/PMTiles (spec v3): a header of 127 bytes, numbers little-endian.
"""

import gzip
import json
import struct
import zlib
from pathlib import Path
from typing import Any, Final

MEDIA_TYPE: Final = "application/vnd.pmtiles"
LAYERS: Final = frozenset(("earth", "water", "landuse", "roads", "places"))
"""Layers of Protomaps' basemap schema, of which a town's map must have one at least."""
_HEADER_BYTES: Final = 127
_LONGEST_METADATA: Final = 1 << 20
_NONE, _GZIP = 1, 2
_VECTOR: Final = 1


class NoMapArchive(ValueError):
    """This file is no map archive that can be shown; its text says why, to whoever named the file."""


def check(path: Path) -> None:
    """Raise NoMapArchive with a sentence for the operator unless the pages can draw what is in the file."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
            _check_header(header, path.stat().st_size)
            offset, length = struct.unpack_from("<QQ", header, 24)
            file.seek(offset)
            _check_layers(file.read(min(length, _LONGEST_METADATA)), header[97])
    except FileNotFoundError:
        raise NoMapArchive("there is no such file") from None
    except OSError as unreadable:
        raise NoMapArchive(f"the file cannot be read ({unreadable.strerror})") from None


def _check_header(header: bytes, size: int) -> None:
    if header[:7] != b"PMTiles" or len(header) < _HEADER_BYTES:
        raise NoMapArchive("this is no PMTiles archive")
    if header[7] != 3:
        raise NoMapArchive(f"this is PMTiles version {header[7]}; version 3 is needed")
    if header[99] != _VECTOR:
        raise NoMapArchive("its tiles are pictures; vector tiles (MVT) are needed")
    if header[97] not in (_NONE, _GZIP) or header[98] not in (_NONE, _GZIP):
        raise NoMapArchive("it is compressed in a way that browsers do not read; gzip is needed")
    parts = (struct.unpack_from("<QQ", header, at) for at in (8, 24, 40, 56))
    if any(offset + length > size for offset, length in parts):
        raise NoMapArchive("the file is cut off")


def _check_layers(metadata: bytes, compression: int) -> None:
    try:
        told: Any = json.loads(gzip.decompress(metadata) if compression == _GZIP else metadata)
        named = {layer["id"] for layer in told["vector_layers"]}
    except (ValueError, OSError, EOFError, zlib.error, KeyError, TypeError):
        raise NoMapArchive("it does not say which layers it has") from None
    if not named & LAYERS:
        raise NoMapArchive("its layers are not those of Protomaps' basemap (earth, water, landuse, roads, places)")
