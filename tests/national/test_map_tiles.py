"""Kartverket's tiles come through the town's own server: Kartverket never learns who looks."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from api import maps
from api.app import create
from api.http.services import Services
from base import clock
from national.map_tiles import MapTiles
from rehearsal.map_tiles_peer import MapTilesPeer, map_tiles_peer, png
from rehearsal.plain_http import Reply
from tests.town import Town

TOWN = "/tiles/kartverket/12/1209/2164.png"  # Sandefjord's centre.
FAR_AWAY = "/tiles/kartverket/12/1154/2178.png"  # Somewhere in Hedmark.
SQUARE = {"type": "Polygon", "coordinates": [[[10.0, 59.0], [10.4, 59.0], [10.4, 59.4], [10.0, 59.4], [10.0, 59.0]]]}


@pytest_asyncio.fixture
async def peer() -> AsyncIterator[MapTilesPeer]:
    async with map_tiles_peer() as running:
        yield running


@pytest_asyncio.fixture
async def reader(peer: MapTilesPeer, services: Services, town: Town) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser, on the site of a town with a border."""
    await town.sql("update municipality set boundary = $1", json.dumps(SQUARE))
    services.map_tiles = MapTiles(peer.url, timeout_s=0.5)
    transport = httpx.ASGITransport(app=create(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as calling:
        yield calling


async def test_a_tile_is_handed_on_and_kept_as_long_as_its_headers_say(
    reader: httpx.AsyncClient, peer: MapTilesPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await reader.get(TOWN)
    assert (first.status_code, first.headers["content-type"]) == (200, "image/png")
    assert first.content == png(64 + (1209 + 2164) % 2 * 96)
    assert first.headers["cache-control"].startswith("public, max-age=86")
    assert first.headers["etag"] == '"12-1209-2164"'
    assert (await reader.get(TOWN)).content == first.content
    assert len(peer.asked) == 1
    later = clock.monotonic() + 90_000
    monkeypatch.setattr("national.map_tiles.monotonic", lambda: later)
    again = await reader.get(TOWN)
    assert (again.status_code, again.content) == (200, first.content)
    assert [one.headers.get("if-none-match") for one in peer.asked] == [None, '"12-1209-2164"']


async def test_what_the_reader_has_is_not_sent_again(reader: httpx.AsyncClient, peer: MapTilesPeer) -> None:
    has = {"If-None-Match": '"12-1209-2164"'}
    assert (await reader.get(TOWN, headers=has)).status_code == 304  # Passed on: nothing is kept here yet.
    assert peer.asked[0].headers["if-none-match"] == has["If-None-Match"]
    await reader.get(TOWN)
    there = await reader.get(TOWN, headers=has)
    assert (there.status_code, there.content, len(peer.asked)) == (304, b"", 2)
    assert there.headers["cache-control"].startswith("public, max-age=86")


async def test_nothing_of_the_reader_reaches_kartverket(reader: httpx.AsyncClient, peer: MapTilesPeer) -> None:
    told = {
        "Cookie": "medvirk_session=secret",
        "Authorization": "Bearer secret",
        "Referer": "http://test/console/zones/secret",
        "User-Agent": "secret",
        "Accept-Language": "se",
        "X-Forwarded-For": "192.0.2.7",
        "If-None-Match": 'a secret, "and", more',
    }
    assert (await reader.get(f"{TOWN}?who=secret", headers=told)).status_code == 200
    sent = peer.asked[0]
    assert "secret" not in f"{sent.path} {sent.headers}"
    assert set(sent.headers) <= {"host", "accept", "accept-encoding", "user-agent"}
    assert sent.headers["user-agent"] == "Medvirk"


@pytest.mark.parametrize(
    ("said", "told", "asked"),
    [
        ((("Cache-Control", "no-store, max-age=99"),), "no-store", 2),
        ((("Cache-Control", "private, max-age=99"),), "private, max-age=9", 2),
        ((("Cache-Control", "no-cache"),), "no-cache", 2),
        ((("Cache-Control", "max-age=0"),), "no-cache", 2),
        ((("Cache-Control", "max-age=lots"),), "no-cache", 2),
        ((), "no-cache", 2),
        ((("Cache-Control", "max-age=100"), ("Age", "100")), "no-cache", 2),
        ((("Cache-Control", "max-age=5, s-maxage=1000"),), "public, max-age=9", 1),
        (
            (("Date", "Fri, 27 Nov 2026 10:00:00 GMT"), ("Expires", "Fri, 27 Nov 2026 11:00:00 GMT")),
            "public, max-age=3",
            1,
        ),
        ((("Expires", "0"),), "no-cache", 2),
    ],
)
async def test_headers_of_caches_are_obeyed(
    reader: httpx.AsyncClient, peer: MapTilesPeer, said: tuple[tuple[str, str], ...], told: str, asked: int
) -> None:
    peer.headers = said
    answers = [await reader.get(TOWN) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert all(one.headers["cache-control"].startswith(told) for one in answers)
    assert len(peer.asked) == asked


@pytest.mark.parametrize(
    ("instead", "status"),
    [
        (Reply(404, b"secret path"), 404),
        (Reply(410), 404),
        (Reply(500, b"secret trace"), 503),
        (Reply(403, b"secret"), 503),
        (Reply(302, b"", (("Location", "http://127.0.0.1:1/secret"),)), 503),
        (Reply(200, b"<html>secret</html>", (("Content-Type", "image/png"),)), 503),
        (Reply(200, b""), 503),
        (Reply(304), 503),
        (Reply(200, png(0)[:8] + b"x" * (1 << 20), (("Content-Type", "image/png"),)), 503),
        (Reply(200, png(0), delay_s=2), 503),
        (Reply(ending="reset"), 503),
    ],
)
async def test_what_goes_wrong_there_is_said_here_without_their_words(
    reader: httpx.AsyncClient, peer: MapTilesPeer, instead: Reply, status: int
) -> None:
    peer.instead = instead
    answer = await reader.get(TOWN)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert "secret" not in answer.text
    assert "127.0.0.1" not in answer.text
    peer.instead = None
    assert (await reader.get(TOWN)).status_code == 200


async def test_a_service_that_asks_for_rest_or_keeps_failing_is_left_alone(
    reader: httpx.AsyncClient, peer: MapTilesPeer, services: Services
) -> None:
    peer.instead = Reply(429, b"", (("Retry-After", "30"),))
    assert [(await reader.get(TOWN)).status_code for _ in range(3)] == [503, 503, 503]
    assert len(peer.asked) == 1
    services.map_tiles = MapTiles(peer.url)
    peer.instead = Reply(500)
    assert [(await reader.get(TOWN)).status_code for _ in range(8)] == [503] * 8
    assert len(peer.asked) == 6


async def test_many_who_look_at_once_cost_one_request(reader: httpx.AsyncClient, peer: MapTilesPeer) -> None:
    headers = (("Content-Type", "image/png"), ("Cache-Control", "no-store"))
    peer.instead = Reply(200, png(90), headers, delay_s=0.3)  # So long that all twenty have come.
    answers = await asyncio.gather(*(reader.get(TOWN) for _ in range(20)))
    assert {one.status_code for one in answers} == {200}
    assert len(peer.asked) == 1


async def test_tiles_are_those_of_the_town_and_its_surroundings(reader: httpx.AsyncClient, peer: MapTilesPeer) -> None:
    assert (await reader.get(FAR_AWAY)).status_code == 404
    assert (await reader.get("/tiles/kartverket/6/0/0.png")).status_code == 200  # Few, wherever they are.
    asked = len(peer.asked)
    for impossible in (
        "19/0/0",
        "3/8/0",
        "3/0/8",
        "-1/0/0",
        "12/1.5/0",
        "99999999999999999999/0/0",
        "0/0/999999999999",
    ):
        assert (await reader.get(f"/tiles/kartverket/{impossible}.png")).status_code == 404, impossible
    assert len(peer.asked) == asked


async def test_a_town_without_a_border_has_tiles_of_norway(reader: httpx.AsyncClient, town: Town) -> None:
    await town.sql("update municipality set boundary = null")
    assert (await reader.get(FAR_AWAY)).status_code == 200
    assert (await reader.get("/tiles/kartverket/12/1409/2074.png")).status_code == 404  # Paris.


async def test_a_network_that_fetches_the_whole_map_is_told_to_wait(
    reader: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maps, "TILES_A_MINUTE", 2)
    answers = [await reader.get(TOWN) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60


async def test_memory_for_tiles_is_bounded(peer: MapTilesPeer) -> None:
    tiles = MapTiles(peer.url, kept_bytes=3000)
    for column in range(40):
        await tiles.tile((12, column, 0))
    await tiles.tile((12, 39, 0))
    assert len(peer.asked) == 40
    await tiles.tile((12, 0, 0))
    assert len(peer.asked) == 41
    await tiles.close()


async def test_without_kartverket_there_are_no_tiles(client: httpx.AsyncClient) -> None:
    assert (await client.get(TOWN)).status_code == 404


async def test_other_sites_cannot_show_our_tiles(reader: httpx.AsyncClient) -> None:
    answer = await reader.get(TOWN)
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
