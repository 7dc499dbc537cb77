"""A small real map archive for tests: PMTiles v3 over Mapbox vector tiles v2, as their specifications write them."""

import gzip
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

EXTENT = 4096
Feature = tuple[str, Sequence[tuple[int, int]], Mapping[str, str]]
"""Its kind of geometry (`point` or `polygon`), its corners in a tile of EXTENT, and its properties."""


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _field(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


def _drawn(kind: str, corners: Sequence[tuple[int, int]]) -> bytes:
    """Commands of a geometry: move, line, close; steps in zigzag."""
    numbers, at = [], (0, 0)
    for i, (x, y) in enumerate(corners):
        if i < 2:
            numbers.append(1 << 3 | 1 if i == 0 else len(corners) - 1 << 3 | 2)
        numbers += [step << 1 ^ step >> 31 for step in (x - at[0], y - at[1])]
        at = x, y
    if kind == "polygon":
        numbers.append(1 << 3 | 7)
    return b"".join(varint(number) for number in numbers)


def _layer(name: str, features: Iterable[Feature]) -> bytes:
    keys: list[str] = []
    values: list[str] = []
    drawn = b""
    for kind, corners, properties in features:
        tags = []
        for key, value in properties.items():
            for known, one in ((keys, key), (values, value)):
                if one not in known:
                    known.append(one)
                tags.append(known.index(one))
        drawn += _field(
            2,
            _field(2, b"".join(varint(tag) for tag in tags))
            + _number(3, {"point": 1, "polygon": 3}[kind])
            + _field(4, _drawn(kind, corners)),
        )
    named = b"".join(_field(3, key.encode()) for key in keys)
    valued = b"".join(_field(4, _field(1, value.encode())) for value in values)
    return _number(15, 2) + _field(1, name.encode()) + drawn + named + valued + _number(5, EXTENT)


def vector_tile(layers: Mapping[str, Iterable[Feature]]) -> bytes:
    """A tile with these layers."""
    return b"".join(_field(3, _layer(name, features)) for name, features in layers.items())


def _tile_id(zoom: int, x: int, y: int) -> int:
    """Where a tile stands: zoom after zoom along Hilbert's curve."""
    found, n = ((1 << 2 * zoom) - 1) // 3, 1 << zoom
    side = n >> 1
    while side:
        right, below = int(x & side > 0), int(y & side > 0)
        found += side * side * (3 * right ^ below)
        if not below:
            if right:
                x, y = n - 1 - x, n - 1 - y
            x, y = y, x
        side >>= 1
    return found


def archive(
    path: Path,
    tiles: Mapping[tuple[int, int, int], bytes],
    *,
    layers: Sequence[str] = ("earth", "water", "landuse", "roads", "places"),
    attribution: str = "Tegnet for prøven",
) -> Path:
    """Write an archive of these tiles (zoom, x, y)."""
    data, entries = b"", []
    for number, tile in sorted((_tile_id(*key), tile) for key, tile in tiles.items()):
        packed = gzip.compress(tile)
        entries.append((number, len(data), len(packed)))
        data += packed
    before = [0, *(number for number, _, _ in entries)]
    root = varint(len(entries))
    root += b"".join(varint(number - last) for (number, _, _), last in zip(entries, before, strict=False))
    root += b"".join(varint(1) for _ in entries)
    root += b"".join(varint(length) for _, _, length in entries)
    root += b"".join(varint(offset + 1) for _, offset, _ in entries)
    root = gzip.compress(root)
    told: dict[str, Any] = {
        "attribution": attribution,
        "vector_layers": [{"id": name, "fields": {}} for name in layers],
    }
    metadata = gzip.compress(json.dumps(told).encode())
    zooms = [zoom for zoom, _, _ in tiles]
    at_metadata = 127 + len(root)
    at_data = at_metadata + len(metadata)
    numbers = (127, len(root), at_metadata, len(metadata), at_data, 0, at_data, len(data), *(len(entries),) * 3)
    box = (95_000_000, 585_000_000, 108_000_000, 595_000_000)
    head = b"PMTiles\x03" + struct.pack("<11Q", *numbers) + bytes([1, 2, 2, 1, min(zooms), max(zooms)])
    head += struct.pack("<4i", *box) + bytes([min(zooms)]) + struct.pack("<2i", 102_000_000, 592_000_000)
    path.write_bytes(head + root + metadata + data)
    return path


def town_archive(path: Path) -> Path:
    """Sandefjord in a few tiles: each has land, in its lower half water, in its upper left quarter a park."""
    whole = [(-64, -64), (EXTENT + 64, -64), (EXTENT + 64, EXTENT + 64), (-64, EXTENT + 64)]
    lower = [(-64, 2048), (EXTENT + 64, 2048), (EXTENT + 64, EXTENT + 64), (-64, EXTENT + 64)]
    quarter = [(0, 0), (2048, 0), (2048, 2048), (0, 2048)]
    tile = vector_tile(
        {
            "earth": [("polygon", whole, {"kind": "earth"})],
            "water": [("polygon", lower, {"kind": "ocean"})],
            "landuse": [("polygon", quarter, {"kind": "park"})],
            "places": [("point", [(3000, 1000)], {"kind": "locality", "kind_detail": "village", "name": "Prøveby"})],
        }
    )
    return archive(path, {(9, x, y): tile for x in range(268, 274) for y in range(148, 156)})
