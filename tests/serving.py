"""Real processes for tests: `medvirk serve` and `medvirk worker`, against a test's own database."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from base.embedded import Server, die_with_parent
from rehearsal.ports import free_port


def environment(server: Server, keys: Path, **more: str) -> Mapping[str, str]:
    """What a process of ours needs to know."""
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("MEDVIRK_")},
        "MEDVIRK_DATABASE_URL": server.url(),
        "MEDVIRK_KEYS_FOLDER": str(keys),
        "MEDVIRK_DATA_FOLDER": str(keys.parent / "data"),
        "MEDVIRK_KARTVERKET": "false",
        "MEDVIRK_METRICS_PORT": str(free_port()),
        "MEDVIRK_WORKER_METRICS_PORT": str(free_port()),
        "MEDVIRK_REGISTRATIONS_PER_MINUTE": "1000000",
        "MEDVIRK_PRESENCE_PER_MINUTE": "1000000",
        "MEDVIRK_LOG_LEVEL": "error",
        **more,
    }


@contextmanager
def process(verb: str, env: Mapping[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    """One of our processes, from its start to SIGTERM."""
    running = subprocess.Popen([sys.executable, "-m", "commands.main", verb], env=dict(env), preexec_fn=die_with_parent)
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(15)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


@contextmanager
def web(server: Server, keys: Path, *, at: str = "", **more: str) -> Iterator[str]:
    """`medvirk serve` on a free port, or on `at`; its address, once it is ready."""
    port = int(at or free_port())
    with process("serve", environment(server, keys, MEDVIRK_PORT=str(port), **more)) as running:
        address = f"http://127.0.0.1:{port}"
        end = time.monotonic() + 120  # Many zones are laid out before it is ready.
        while True:
            if running.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the web process did not become ready")
            try:
                if httpx.get(f"{address}/readyz", timeout=2).status_code == 200:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        yield address


@contextmanager
def worker(server: Server, keys: Path, **more: str) -> "Iterator[subprocess.Popen[bytes]]":
    """`medvirk worker`."""
    with process("worker", environment(server, keys, **more)) as running:
        yield running
