"""Blind signatures: against the two half-exponentiations that none can do without, and what the event loop feels."""

import asyncio
import secrets
import time
from collections.abc import Awaitable

import gmpy2

from benchmarks.table import Row, in_turn
from surveys import blind_rsa

SIGNATURES = 400


def measure() -> list[Row]:
    """One core, then every core from an event loop that must not stall."""
    key = blind_rsa.load_signer(blind_rsa.new_private_key())
    messages = [secrets.randbelow(int(key.n)).to_bytes(key.size, "big") for _ in range(SIGNATURES)]
    numbers = [gmpy2.mpz.from_bytes(message, "big") for message in messages]

    def signing() -> float:
        began = time.perf_counter()
        for message in messages:
            blind_rsa.blind_sign(key, message)
        return SIGNATURES / (time.perf_counter() - began)

    def halves() -> float:
        began = time.perf_counter()
        for number in numbers:
            gmpy2.powmod_sec(number % key.p, key.d_p, key.p)
            gmpy2.powmod_sec(number % key.q, key.d_q, key.q)
        return SIGNATURES / (time.perf_counter() - began)

    rate, bare = in_turn(signing, halves)
    together, stall_ms, idle_ms = asyncio.run(_off_loop(key, messages))
    return [
        Row(
            "blind signature (RSA-2048), one core",
            rate=rate,
            unit="/s",
            bare=bare,
            bare_is="its two powmod_sec halves",
            aim="0.75",
        ),
        Row(
            "blind signatures off the event loop",
            rate=together,
            unit="/s",
            bare=bare,
            bare_is="the halves on one core",
            aim="",
            also=f"the loop stalls p99 {stall_ms:.1f} ms (idle {idle_ms:.1f} ms)",
        ),
        Row(
            "event loop's p99 stall while signing",
            rate=stall_ms * 1000,
            unit="µs",
            bare=5000,
            bare_is="five ms, the most it may be",
            aim="≤ 1",
            also=f"idle {idle_ms:.1f} ms",
        ),
    ]


async def _off_loop(key: blind_rsa.Signer, messages: list[bytes]) -> tuple[float, float, float]:
    idle = await _stalls(asyncio.sleep(1.0))
    began = time.perf_counter()
    busy = await _stalls(asyncio.gather(*(blind_rsa.off_loop(key, message) for message in messages * 2)))
    return len(messages) * 2 / (time.perf_counter() - began), busy, idle


async def _stalls(work: Awaitable[object]) -> float:
    """The 99th percentile of how much later than asked a sleep of one millisecond ends, in ms, while work goes on."""
    task = asyncio.ensure_future(work)
    late: list[float] = []
    while not task.done():
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        late.append((time.perf_counter() - began - 0.001) * 1000)
    await task
    late.sort()
    return late[int(len(late) * 0.99)]
