"""Answers as they go over the wire: each whole, in its order, and nothing kept back that should go at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from api.http.fast_path import Ready
from commands.wire import HttpProtocol
from rehearsal.ports import free_port

OPENED = asyncio.Event()


async def small(request: Request) -> Response:
    return Ready(b'{"small":true}', 200, "application/json", {})


async def large(request: Request) -> Response:
    return Ready(b"x" * 300_000, 200, "text/plain", {})


async def nothing(request: Request) -> Response:
    return Ready(b"", 204, None, {})


async def slow(request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        await OPENED.wait()
        yield b"HTTP/1.1 is only the beginning of this text"

    return StreamingResponse(parts(), media_type="text/plain")


async def broken(request: Request) -> Response:
    class Broken(Response):
        async def __call__(self, scope: object, receive: object, send: object) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})  # type: ignore[operator]  # an ASGI send
            raise RuntimeError("in the middle of an answer")

    return Broken()


APP = Starlette(
    routes=[
        Route("/small", small, methods=["GET", "HEAD"]),
        Route("/large", large),
        Route("/nothing", nothing),
        Route("/slow", slow),
        Route("/broken", broken),
    ]
)


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    port = free_port()
    config = uvicorn.Config(APP, port=port, http=HttpProtocol, loop="none", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        await running


async def said(port: int, *requests: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("".join(f"{line} HTTP/1.1\r\nHost: here\r\n\r\n" for line in requests).encode())
    return reader, writer


async def statuses(reader: asyncio.StreamReader, count: int) -> Sequence[str]:
    found = []
    for _ in range(count):
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 2)).decode()
        found.append(head.split(" ")[1])
        length = next((int(line[16:]) for line in head.split("\r\n") if line.startswith("content-length: ")), 0)
        await reader.readexactly(length)
    return found


async def test_answers_without_a_body_are_not_kept_back() -> None:
    async with served() as port:
        for line, status in (("HEAD /small", b"200"), ("GET /nothing", b"204")):
            reader, writer = await said(port, line)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 2)
            assert head.split(b" ")[1] == status
            writer.close()


async def test_requests_sent_in_one_go_are_answered_in_their_order() -> None:
    async with served() as port:
        reader, writer = await said(port, "GET /small", "GET /nothing", "GET /large", "GET /unknown")
        assert await statuses(reader, 4) == ["200", "204", "200", "404"]
        writer.close()


async def test_a_body_of_unknown_length_begins_with_its_head_alone() -> None:
    OPENED.clear()
    async with served() as port:
        reader, writer = await said(port, "GET /slow")
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 2)
        assert b"transfer-encoding: chunked" in head
        OPENED.set()
        assert b"only the beginning" in await asyncio.wait_for(reader.readuntil(b"0\r\n\r\n"), 2)
        writer.close()


async def test_head_and_body_of_an_answer_come_in_one_piece() -> None:
    async with served() as port:
        reader, writer = await said(port, "GET /small")
        piece = await asyncio.wait_for(reader.read(65_536), 2)
        assert piece.startswith(b"HTTP/1.1 200 OK\r\n")
        assert piece.endswith(b'\r\n\r\n{"small":true}')
        writer.close()


async def test_the_head_of_a_broken_answer_goes_out_before_it_is_closed() -> None:
    async with served() as port:
        reader, writer = await said(port, "GET /broken")
        assert (await asyncio.wait_for(reader.read(), 2)).startswith(b"HTTP/1.1 200 OK")
        writer.close()
