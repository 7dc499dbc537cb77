"""What many readers read is worked out once, and nobody is shown the old for longer than a second."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from api.app import create
from api.http.compression import takes_gzip
from api.http.services import Services, build
from api.routes import endpoints
from base import clock
from base.database import work
from base.embedded import Server
from base.keys import MemoryKeyStore
from base.settings import Settings
from benchmarks.full_town import watched
from surveys import information
from surveys.models import Information
from tests.town import Town

LIST = "/v1/municipalities/3907/hearings"
NEWS = "/v1/municipalities/3907/feed.atom"


@pytest_asyncio.fixture
async def other(settings: Settings, keys: MemoryKeyStore, server: Server, pool: None) -> AsyncIterator[Services]:
    """Another process's memory: its own connection to be told by."""
    built = build(settings, keys, server.url())
    await built.open()
    yield built
    await built.close()


def _client(services: Services) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=watched.Watched(create(services)), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def _publish(town: Town, title: str, **times: float) -> None:
    opens, ends = times.get("opens_s", -1.0), times.get("ends_s", 3600.0)
    at = clock.now()
    async with work(town.system):
        await information.publish(
            Information(
                title={"nb": title},
                body={"nb": "."},
                areas=[],
                interests=[],
                published_at=at + timedelta(seconds=opens),
                expires_at=at + timedelta(seconds=ends),
            )
        )


async def test_the_next_reader_asks_nothing_of_the_database(services: Services, town: Town) -> None:
    await _publish(town, "Stengt vei")
    with watched.counted():
        async with _client(services) as client:
            for _ in range(50):  # The first answer goes where the change is heard of only after it.
                watched.seen.statements.clear()
                first, second = await client.get(NEWS), await client.get(NEWS)
                if watched.seen.statements[1] == 0:
                    break
                await asyncio.sleep(0.02)
    assert watched.seen.statements[1] == 0
    assert second.text == first.text
    assert "Stengt vei" in second.text


async def test_after_a_change_no_process_shows_the_old_for_longer_than_a_second(
    services: Services, other: Services, town: Town
) -> None:
    async with _client(services) as here, _client(other) as there:
        for client in (here, there):
            assert "Stengt vei" not in (await client.get(NEWS)).text
        await _publish(town, "Stengt vei")
        began = time.monotonic()
        for client in (here, there):
            while "Stengt vei" not in (await client.get(NEWS)).text:
                assert time.monotonic() - began < 1
                await asyncio.sleep(0.01)


async def test_a_process_that_hears_nothing_trusts_what_it_keeps_for_a_second_at_most(
    services: Services, town: Town
) -> None:
    async with _client(services) as client:
        assert "Stengt vei" not in (await client.get(NEWS)).text
        await services.signals.stop()
        await _publish(town, "Stengt vei")
        began = time.monotonic()
        while "Stengt vei" not in (await client.get(NEWS)).text:
            assert time.monotonic() - began < 1.5
            await asyncio.sleep(0.02)


async def test_what_staff_did_is_seen_by_their_next_request(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    assert "Stengt vei" not in (await client.get(NEWS)).text
    words = {"nb": "Stengt vei", "nn": "Stengd veg", "en": "Road closed"}
    body = {"title": words, "body": words, "areas": [], "interests": []}
    assert (await client.post("/v1/staff/information", json=body, headers=staff)).status_code == 201
    assert "Stengt vei" in (await client.get(NEWS)).text


async def test_what_appears_and_ends_by_the_clock_alone_does_so_on_time(
    services: Services, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _publish(town, "I morgen", opens_s=600, ends_s=1200)
    async with _client(services) as client:
        assert "I morgen" not in (await client.get(NEWS)).text
        assert "I morgen" not in (await client.get(NEWS)).text
        at = clock.now()
        for module in ("api.http.shared_answers.now", "surveys.information.now", "surveys.news.now"):
            monkeypatch.setattr(module, lambda: at + timedelta(seconds=700))
        assert "I morgen" in (await client.get(NEWS)).text
        for module in ("api.http.shared_answers.now", "surveys.information.now", "surveys.news.now"):
            monkeypatch.setattr(module, lambda: at + timedelta(seconds=1300))
        assert "I morgen" not in (await client.get(NEWS)).text


async def test_each_language_and_each_town_has_answers_of_its_own(services: Services, town: Town) -> None:
    async with _client(services) as client:
        heard = {(await client.get(NEWS, headers={"Accept-Language": tag})).text for tag in ("nb", "en", "nb", "en")}
        strangers = await client.get("/v1/municipalities/9999/hearings")
    assert len(heard) == 2
    assert strangers.status_code == 404


async def test_a_reader_who_has_it_is_told_so_compressed_or_not(services: Services, town: Town) -> None:
    for number in range(12):
        await _publish(town, f"Stengt vei {number}")
    async with _client(services) as client:
        plain = await client.get(NEWS, headers={"Accept-Encoding": "identity"})
        small = await client.get(NEWS, headers={"Accept-Encoding": "br, gzip"})
        refused = await client.get(NEWS, headers={"Accept-Encoding": "gzip;q=0"})
        assert small.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert "content-encoding" not in refused.headers
        assert small.text == plain.text == refused.text
        assert int(small.headers["content-length"]) < len(plain.content) / 2
        assert "Accept-Encoding" in small.headers["vary"]
        assert "Accept-Encoding" in plain.headers["vary"]
        for tag in (plain.headers["etag"], small.headers["etag"], f'"x", {small.headers["etag"]}', "*"):
            assert (await client.get(NEWS, headers={"If-None-Match": tag})).status_code == 304


def test_only_what_is_the_same_for_all_is_shared_or_compressed() -> None:
    shared = [endpoint for endpoint in endpoints() if endpoint.shared]
    assert len(shared) >= 10
    for endpoint in shared:
        same_for_residents = endpoint.path in ("/v1/surveys", "/v1/hearings")
        assert endpoint.method == "GET"
        assert same_for_residents or (endpoint.who.kind == "open" and endpoint.town == "number"), endpoint.path
    for endpoint in endpoints():
        if endpoint.compresses:
            assert endpoint.method == "GET"
            assert endpoint.who.kind == "open", endpoint.path
            assert not endpoint.secret
            assert "token" not in endpoint.path
            assert "code" not in endpoint.path


async def test_answers_that_hold_a_secret_or_are_for_one_alone_are_never_compressed(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff = await town.key("admin", "privacy_officer")
    takes = {"Accept-Encoding": "gzip"}
    for path in ("/v1/staff/purposes", "/v1/staff/processing-record"):
        answer = await client.get(path, headers={**staff, **takes})
        assert len(answer.content) > 1_000
        assert "content-encoding" not in answer.headers
    for path in ("/app", "/privacy", "/accessibility"):
        page = await client.get(path, headers=takes)
        assert len(page.content) > 1_000
        assert "content-encoding" not in page.headers


async def test_scripts_and_styles_are_compressed_and_stay_what_they_are(client: httpx.AsyncClient) -> None:
    path = "/static/app/app.css"
    plain = await client.get(path, headers={"Accept-Encoding": "identity"})
    for _ in range(2):
        small = await client.get(path, headers={"Accept-Encoding": "gzip"})
        assert small.headers["content-encoding"] == "gzip"
        assert small.content == plain.content
        assert small.headers["content-type"] == plain.headers["content-type"]
        assert int(small.headers["content-length"]) < len(plain.content) / 2
    again = await client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": small.headers["etag"]})
    assert again.status_code == 304
    part = await client.get(path, headers={"Accept-Encoding": "gzip", "Range": "bytes=0-9"})
    assert part.status_code == 206
    assert part.content == plain.content[:10]
    document = await client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert document.headers["content-encoding"] == "gzip"
    assert document.json()["openapi"].startswith("3.1")


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("br;q=1.0, gzip;q=0.8", True),
        ("gzip;q=0", False),
        ("gzip;q=0.0", False),
        ("identity", False),
        ("*", True),
        ("*;q=0", False),
        ("gzip;q=x", False),
        ("br", False),
    ],
)
def test_who_takes_gzip(header: str | None, takes: bool) -> None:
    assert takes_gzip(header) is takes
