"""A load of HTTP requests from this process: keep-alive connections that send the next request on each answer."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import uvloop


@dataclass(frozen=True, slots=True)
class Load:
    """How many a second, how long they took, how many were not as expected."""

    per_s: float
    p50_ms: float
    p99_ms: float
    refused: int


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, *(f"{k}: {v}" for k, v in headers.items()), "", ""]).encode() + body


class _Caller(asyncio.Protocol):
    def __init__(self, next_request: Callable[[], bytes | None], expected: int, times: list[float]) -> None:
        self.next_request, self.expected, self.times = next_request, f" {expected} ".encode(), times
        self.refused = 0
        self.buffer = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's own is none by its class
        self.send()

    def send(self) -> None:
        wire = self.next_request()
        if wire is None:
            self.transport.close()
            return
        self.began = time.perf_counter()
        self.transport.write(wire)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, split, rest = self.buffer.partition(b"\r\n\r\n")
        if not split:
            return
        lower = head.lower()
        at = lower.find(b"content-length:")
        length = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(rest) < length:
            return
        self.times.append(time.perf_counter() - self.began)
        if self.expected not in head.split(b"\r\n", 1)[0] + b" ":
            self.refused += 1
        self.buffer = rest[length:]
        self.send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def _run(
    port: int, requests: Sequence[bytes], expected: int, connections: int, *, repeat: int, sleepless: bool
) -> Load:
    total, sent, times = len(requests) * repeat, 0, list[float]()

    def following() -> bytes | None:
        nonlocal sent
        if sent >= total:
            return None
        sent += 1
        return requests[(sent - 1) % len(requests)]

    loop, busy = asyncio.get_running_loop(), sleepless

    def awake() -> None:
        if busy:
            loop.call_soon(awake)

    awake()
    began = time.perf_counter()
    callers = []
    for _ in range(connections):
        _, caller = await loop.create_connection(lambda: _Caller(following, expected, times), "127.0.0.1", port)
        callers.append(caller)
    async with asyncio.timeout(300):
        await asyncio.gather(*(caller.done for caller in callers))
    taken, busy = time.perf_counter() - began, False
    times.sort()
    refused = sum(caller.refused for caller in callers)
    return Load(len(times) / taken, _share(times, 0.5), _share(times, 0.99), refused)


def _share(times: Sequence[float], share: float) -> float:
    """The time, in ms, within which this share of them was answered."""
    return times[min(len(times) - 1, int(len(times) * share))] * 1000


def load(
    port: int,
    requests: Sequence[bytes],
    expected: int,
    connections: int = 32,
    repeat: int = 1,
    *,
    sleepless: bool = False,
) -> Load:
    """Send every request `repeat` times over some connections; all are expected to answer with one status.

    To wake this process up with each answer costs the server time. `sleepless` keeps it awake, where nobody else wants
    its processor: no database has anything to do.
    """
    return uvloop.run(_run(port, requests, expected, connections, repeat=repeat, sleepless=sleepless))
