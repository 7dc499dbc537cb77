"""Ports for processes that are about to be started, which nobody else gets meanwhile."""

import fcntl
import os
import random
import socket
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

LOWEST, HIGHEST = 10_240, 32_767
"""Below the ports that systems give to whoever calls out."""
_TRIES: Final = 1_000
_given: set[int] = set()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has, and that nobody else who asks here is given while this process lives."""
    for _ in range(_TRIES):
        port = random.randint(LOWEST, HIGHEST)  # noqa: S311  # no secret
        if port not in _given and _claimed(port) and _is_free(port):
            _given.add(port)
            return port
    raise RuntimeError("every port that was tried is taken")


@cache
def _claims() -> int:
    """A file whose bytes stand for ports; whoever holds the lock of one has claimed it, until their process ends."""
    path = Path(tempfile.gettempdir(), f"medvirk-ports-{os.getuid()}")
    return os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _claimed(port: int) -> bool:
    try:
        fcntl.lockf(_claims(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
