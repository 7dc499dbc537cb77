"""Whoever has a copy of the data folder: looks for bytes in every file, whatever they belong to.

It knows nothing of the code that wrote them: values are looked for as they lie in a row, in an index, in a long value's
pieces or in the log. What is long is made so that it cannot be compressed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

_STEP = 1 << 22


def carve(folder: Path, needles: Iterable[bytes]) -> Mapping[bytes, list[str]]:
    """For each needle of at least 16 bytes that lies anywhere below the folder, the files in which it does, once for
    each time; paths are relative.
    """
    by_start: dict[int, list[bytes]] = defaultdict(list)
    for needle in set(needles):
        assert len(needle) >= 16
        by_start[int.from_bytes(needle[:3], "big")].append(needle)
    first = np.zeros(1 << 24, dtype=bool)
    first[list(by_start)] = True
    found: dict[bytes, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            continue  # A file of the moment.
        for begin in range(0, len(data), _STEP):
            part = np.frombuffer(data[begin : begin + _STEP + 2], dtype=np.uint8).astype(np.uint32)
            for at in np.flatnonzero(first[(part[:-2] << 16) | (part[1:-1] << 8) | part[2:]]):
                where = begin + int(at)
                for needle in by_start[int.from_bytes(data[where : where + 3], "big")]:
                    if data.startswith(needle, where):
                        found[needle].append(str(path.relative_to(folder)))
    return found
