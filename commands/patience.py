"""How long a connection is waited for: for a head, a body, and for somebody who reads what they asked for.

One look a second at all connections of the process; a request itself sets a number or two and no timer.
"""

import asyncio
import resource
from collections.abc import Collection
from typing import Any, Final, Protocol

HEAD_S: Final = 8.0
"""From the connection, or from the end of the time that it may be idle, until a head is whole."""
BODY_S: Final = 20.0
"""From the head until the body is whole, and a second more for each BYTES_PER_S that have come."""
UNREAD_S: Final = 20.0
"""From the first byte that waits to be read until all are, and a second more for each BYTES_PER_S."""
BYTES_PER_S: Final = 16_384
LOOK_S: Final = 1.0


class Waited(Protocol):
    """A connection, as it is looked at."""

    deadline: float | None
    write_deadline: float | None
    unsent: int
    transport: Any
    flow: Any

    def refuse(self, status: int, kind: str, title: str, detail: str) -> None:
        """Answer with an error and close."""


def most_connections(wanted: int = 4096) -> int:
    """How many may be connected at once: as wanted, or what this process may open, less what it needs itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = hard if hard != resource.RLIM_INFINITY else wanted + 256
    if soft != resource.RLIM_INFINITY and soft < min(allowed, wanted + 256):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(allowed, wanted + 256), hard))
        soft = min(allowed, wanted + 256)
    return wanted if soft == resource.RLIM_INFINITY else max(64, min(wanted, soft - 256))


MOST_CONNECTIONS: Final = most_connections()

_watched: set[int] = set()
"""The sets of connections that are looked at, by their identity: a process may serve on several ports."""


def watch(loop: asyncio.AbstractEventLoop, connections: Collection[Any]) -> None:
    """Look after these connections from now on, as long as there are any."""
    if id(connections) not in _watched:
        _watched.add(id(connections))
        loop.call_later(LOOK_S, _look, loop, connections)


def _look(loop: asyncio.AbstractEventLoop, connections: Collection[Any]) -> None:
    now = loop.time()
    for connection in list(connections):
        look_at(connection, now)
    if connections:
        loop.call_later(LOOK_S, _look, loop, connections)
    else:
        _watched.discard(id(connections))


def look_at(connection: Waited, now: float) -> None:
    """End a connection whose peer has had their time."""
    unsent: int = connection.transport.get_write_buffer_size()
    if not unsent:
        connection.write_deadline = None
    elif connection.write_deadline is None:
        connection.write_deadline = now + UNREAD_S + unsent / BYTES_PER_S
    else:
        connection.write_deadline += max(0, unsent - connection.unsent) / BYTES_PER_S
    connection.unsent = unsent
    if connection.write_deadline is not None and now > connection.write_deadline:
        connection.transport.abort()
    elif connection.deadline is not None:
        if connection.flow.read_paused:  # It is us who do not read.
            connection.deadline += LOOK_S
        elif now > connection.deadline:
            connection.refuse(408, "timeout", "Request timeout", "The request did not become whole in time.")
