"""The process that reads a file of zones: what it is told and the file on its input, a line for each feature out.

It has no connection, no key, no setting of ours and a limit to its memory, and is ended from outside when its time is
up.
"""

import json
import resource
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from base.errors import FieldError
from geofence.engine.geometry import GeometryRefused
from geofence.imports.features import AcceptedFeature, ImportOptions, ImportTarget, RefusedFeature, read_features

MEMORY: Final = 2 << 30
"""Address space, in bytes: 20 MiB of GeoJSON take some 0.6 GiB of it, the libraries as much."""
DONE: Final = b"done\n"
NO_ROOM: Final = b"no room\n"
"""What is written last: that all was read, or that there was not memory enough."""
DEEPEST: Final = 20_000
"""Brackets in brackets, before a file is refused whole and not by its feature."""
_STACK: Final = 64 << 20


def to_line(read: AcceptedFeature | RefusedFeature) -> str:
    """A feature as a line between the processes."""
    if isinstance(read, RefusedFeature):
        return json.dumps({"index": read.index, "why": _plain(read.why)})
    return json.dumps(
        {
            "index": read.index,
            "name": dict(read.name),
            "kind": read.kind,
            "geometry": read.geometry,
            "external_id": read.external_id,
            "notes": [_plain(note) for note in read.notes],
        }
    )


def from_line(line: bytes) -> AcceptedFeature | RefusedFeature:
    """The line's feature."""
    fields: Mapping[str, Any] = json.loads(line)
    if "why" in fields:
        return RefusedFeature(fields["index"], _finding(fields["why"]))
    notes = tuple(_finding(note) for note in fields["notes"])
    return AcceptedFeature(**{**fields, "notes": notes})


def _plain(found: FieldError) -> list[object]:
    return [found.pointer, found.sentence, dict(found.values)]


def _finding(fields: list[Any]) -> FieldError:
    return FieldError(*fields)


def read_all(source: BinaryIO, sink: BinaryIO) -> None:
    """Read what is asked and the file, and write its features."""
    request = json.loads(source.readline())
    options = ImportOptions(**request["options"])
    target = ImportTarget(request["epsg"], tuple(request["languages"]), request["boundary"])
    try:
        for feature in read_features(source.read(), options, target):
            sink.write(to_line(feature).encode() + b"\n")
    except GeometryRefused as why:
        sink.write(to_line(RefusedFeature(-1, FieldError(why.pointer, why.sentence, why.values))).encode() + b"\n")
    except MemoryError:
        sink.write(NO_ROOM)
        return
    sink.write(DONE)


def main() -> None:
    """Read what stands on the input. The stack is deep enough for a file's own brackets."""
    from base.embedded import die_with_parent

    die_with_parent(signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.setrecursionlimit(DEEPEST)
    threading.stack_size(_STACK)
    reading = threading.Thread(target=read_all, args=(sys.stdin.buffer, sys.stdout.buffer))
    reading.start()
    reading.join()
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
