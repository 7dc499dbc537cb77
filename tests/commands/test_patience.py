"""Nobody keeps a connection by never finishing, or never reading; what is no request is told so."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.http.fast_path import Ready
from commands import patience
from commands.wire import HttpProtocol
from rehearsal.ports import free_port

PROVE = os.environ.get("MEDVIRK_PROVE") == "1"
HOST = b"Host: medvirk.test\r\n"


async def echo(request: Request) -> Response:
    return Ready(await request.body(), 200, "application/octet-stream", {})


async def slow(request: Request) -> Response:
    await asyncio.sleep(3)
    return Ready(b"done", 200, "text/plain", {})


async def much(request: Request) -> Response:
    return Ready(b"x" * 40_000_000, 200, "application/octet-stream", {})


APP = Starlette(routes=[Route("/", echo, methods=["GET", "POST"]), Route("/much", much), Route("/slow", slow)])


SERVING: list[uvicorn.Server] = []


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    port = free_port()
    config = uvicorn.Config(
        APP,
        port=port,
        http=HttpProtocol,
        ws="none",
        loop="none",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    SERVING.append(server)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        await running


async def said(port: int, request: bytes, within_s: float = 5) -> bytes:
    """Everything that comes back until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), within_s)
    writer.close()
    return answer


HALF_SENT = {
    "nothing": b"",
    "blank lines": b"\r\n\r\n",
    "half a line": b"POST / HT",
    "half a head": b"POST / HTTP/1.1\r\n" + HOST + b"X-Slow: ",
    "a head and no body": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\n",
    "half a body": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 500\r\n\r\nabc",
    "half a chunk": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    "a second request, half": b"GET / HTTP/1.1\r\n" + HOST + b"\r\nGET / HTTP/1.1\r\n" + HOST,
    "a promise to continue": b"POST / HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 9\r\n\r\n",
}


async def held_s(port: int, request: bytes, drip: bytes = b"", every_s: float = 1.0) -> float:
    """For how many seconds a connection that sends this, and then a drop now and again, is held."""
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)

    async def dripping() -> None:
        while drip:
            await asyncio.sleep(every_s)
            writer.write(drip)

    drops = asyncio.create_task(dripping())
    try:
        while await asyncio.wait_for(reader.read(65_536), 60):
            pass
    except ConnectionError:
        pass  # Ended while a drop was on its way.
    finally:
        drops.cancel()
        writer.close()
    return time.monotonic() - began


async def test_half_sent_requests_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """400 of them at once, each kind, some of which send a byte a second; in the short form with shorter limits."""
    if not PROVE:
        for limit in ("HEAD_S", "BODY_S"):
            monkeypatch.setattr(patience, limit, 1.0)
    many, kinds = (400 if PROVE else 45), list(HALF_SENT.values())
    async with served() as port:
        held = await asyncio.gather(
            *(held_s(port, kinds[n % len(kinds)], b"x" if n % 3 == 2 else b"") for n in range(many))
        )
    print(f"{many} half-sent requests: the longest was held {max(held):.1f} s, half {sorted(held)[many // 2]:.1f} s")
    assert max(held) < 30


async def test_who_does_not_read_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "UNREAD_S", 1.0)
    monkeypatch.setattr(patience, "BYTES_PER_S", 100_000_000)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b"GET /much HTTP/1.1\r\n" + HOST + b"\r\n")
        connected = SERVING[-1].server_state.connections
        while not connected:
            await asyncio.sleep(0.05)
        async with asyncio.timeout(30):
            while connected:
                await asyncio.sleep(0.05)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(40_000_000)
        writer.close()


async def test_a_slow_but_honest_sender_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "BODY_S", 1.0)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\n" + HOST + b"Connection: close\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(10):
            writer.write(b"x" * 10_000)
            await asyncio.sleep(0.4)
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert len(answer.partition(b"\r\n\r\n")[2]) == 100_000


async def test_an_answer_that_takes_us_long_is_not_their_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("HEAD_S", "BODY_S"):
        monkeypatch.setattr(patience, limit, 0.5)

    async with served() as port:
        answer = await said(port, b"GET /slow HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n", 10)
    assert answer.endswith(b"done")


async def test_more_connections_than_there_is_room_for_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "MOST_CONNECTIONS", 3)
    async with served() as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        await asyncio.sleep(0.1)
        answer = await said(port, b"")
        for _, writer in held:
            writer.close()
        assert answer.startswith(b"HTTP/1.1 503 ")
        await asyncio.sleep(0.1)
        assert (await said(port, b"GET / HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")).startswith(
            b"HTTP/1.1 200 "
        )


NO_REQUESTS = {
    "nonsense": b"nonsense\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 40,
    "another version": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    "two different hosts": b"GET / HTTP/1.1\r\n" + HOST + b"Host: other\r\n\r\n",
    "a host that is none": b"GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n",
    "a host with a space": b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "a header without a name": b"GET / HTTP/1.1\r\n" + HOST + b": x\r\n\r\n",
    "letters that are not ascii in the path": "GET /\u00e6 HTTP/1.1\r\n".encode() + HOST + b"\r\n",
    "two hosts in 1.0": b"GET / HTTP/1.0\r\n" + HOST + HOST + b"\r\n",
}


@pytest.mark.parametrize("what", NO_REQUESTS)
@pytest.mark.parametrize("before", [b"", b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"], ids=["first", "second"])
async def test_what_is_no_request_gets_its_400(
    what: str, before: bytes, caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder
) -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        if before:
            writer.write(before)
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        writer.write(NO_REQUESTS[what])
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == 400
    assert [r for r in caplog.records if r.levelname in ("ERROR", "CRITICAL", "WARNING")] == []


@pytest.mark.parametrize("host", [b"medvirk.test", b"127.0.0.1:8765", b"[::1]:8765", b"[fe80::1]", b"", b"a_b-c~.no:"])
async def test_a_host_is_a_host(host: bytes) -> None:
    async with served() as port:
        answer = await said(port, b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")


async def test_http_1_0_needs_no_host() -> None:
    async with served() as port:
        assert (await said(port, b"GET / HTTP/1.0\r\n\r\n")).startswith(b"HTTP/1.1 200 ")


async def test_nonsense_behind_a_request_is_not_taken_for_its_answer() -> None:
    """The first request's answer comes, and then the connection ends."""
    async with served() as port:
        answer = await said(port, b"GET /much HTTP/1.1\r\n" + HOST + b"\r\nnonsense\r\n\r\n", 20)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert len(body) == 40_000_000
