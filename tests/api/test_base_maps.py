"""What lies beneath the map is fetched from this server alone, and each source by its own path."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from api import maps
from api.app import create
from api.http.services import Services, build
from base.embedded import Server
from base.keys import MemoryKeyStore
from base.settings import Settings
from commands.demo import NUMBER, lay_sketch
from tests.archives import town_archive
from tests.town import Town

ARCHIVE, SKETCH = "/tiles/town.pmtiles", f"/tiles/sketch/{NUMBER}.geojson"


@pytest_asyncio.fixture
async def reader(
    settings: Settings, keys: MemoryKeyStore, server: Server, town: Town
) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser, where the municipality has an archive and the demo's sketch."""
    settings.data_folder.mkdir()
    lay_sketch(settings.sketches_path)
    path = town_archive(settings.data_folder / "town.pmtiles")
    services = build(settings.model_copy(update={"basemap": path}), keys, server.url())
    transport = httpx.ASGITransport(app=create(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as calling:
        yield calling


async def test_the_archive_is_read_piece_by_piece(reader: httpx.AsyncClient, settings: Settings) -> None:
    whole = (settings.data_folder / "town.pmtiles").read_bytes()
    head = await reader.get(ARCHIVE, headers={"Range": "bytes=0-126"})
    assert (head.status_code, head.content) == (206, whole[:127])
    assert head.headers["content-range"] == f"bytes 0-126/{len(whole)}"
    assert head.headers["content-type"] == "application/vnd.pmtiles"
    assert "content-encoding" not in head.headers
    tag = head.headers["etag"]
    rest = await reader.get(ARCHIVE, headers={"Range": "bytes=127-", "If-Range": tag})
    assert (rest.status_code, rest.content) == (206, whole[127:])
    beyond = await reader.get(ARCHIVE, headers={"Range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole)}")
    all_of_it = await reader.get(ARCHIVE)
    assert (all_of_it.status_code, all_of_it.content, all_of_it.headers["accept-ranges"]) == (200, whole, "bytes")
    assert (await reader.get(ARCHIVE, headers={"If-None-Match": tag})).status_code == 304


async def test_an_archive_that_was_replaced_is_not_mixed_with_the_old_one(
    reader: httpx.AsyncClient, settings: Settings
) -> None:
    path = settings.data_folder / "town.pmtiles"
    before = await reader.get(ARCHIVE, headers={"Range": "bytes=0-9"})
    path.write_bytes(path.read_bytes() + b"more")
    after = await reader.get(ARCHIVE, headers={"Range": "bytes=0-9", "If-Range": before.headers["etag"]})
    assert after.status_code == 200
    assert after.headers["etag"] != before.headers["etag"]
    path.unlink()
    assert (await reader.get(ARCHIVE)).status_code == 404


async def test_a_network_that_reads_the_archive_too_fast_is_told_to_wait(
    reader: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maps, "RANGES_A_MINUTE", 1)
    assert (await reader.get(ARCHIVE)).status_code == 200
    assert (await reader.get(ARCHIVE)).status_code == 429


async def test_the_sketch_comes_compressed_and_once(reader: httpx.AsyncClient) -> None:
    answer = await reader.get(SKETCH)
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["content-encoding"] == "gzip"
    assert any(one["properties"].get("name") == "Torvet" for one in answer.json()["features"])
    again = await reader.get(SKETCH, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = await reader.get(SKETCH, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == answer.json()


async def test_what_an_installation_does_not_have_is_not_found(
    client: httpx.AsyncClient, reader: httpx.AsyncClient
) -> None:
    for path in (ARCHIVE, SKETCH):
        assert (await client.get(path)).status_code == 404
    for number in ("0301", "../3907", "39070"):
        assert (await reader.get(f"/tiles/sketch/{number}.geojson")).status_code == 404


def _settings(tmp_path: Path, **said: object) -> Settings:
    return Settings(_env_file=None, data_folder=tmp_path / "data", **said)  # type: ignore[call-arg,arg-type]  # _env_file is pydantic-settings' own


@pytest.mark.parametrize(
    ("archive", "kartverket", "sketch", "beneath"),
    [
        (True, None, True, "archive"),
        (True, True, True, "archive"),
        (False, None, True, "kartverket"),
        (False, True, False, "kartverket"),
        (False, False, True, "sketch"),
        (False, False, False, "plain"),
    ],
)
async def test_what_lies_beneath_is_chosen_in_one_order(
    tmp_path: Path,
    keys: MemoryKeyStore,
    server: Server,
    town: Town,
    archive: bool,
    kartverket: bool | None,
    sketch: bool,
    beneath: str,
) -> None:
    (tmp_path / "data").mkdir()
    if sketch:
        lay_sketch(tmp_path / "data" / "sketches")
    path = town_archive(tmp_path / "town.pmtiles") if archive else None
    services: Services = build(_settings(tmp_path, basemap=path, kartverket=kartverket), keys, server.url())
    transport = httpx.ASGITransport(app=create(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as calling:
        page = await calling.get("/app", params={"m": NUMBER})
    assert f'"basemap": "{beneath}"' in page.text
    assert '"for_staff": false' in page.text
    assert "kartverket.no" not in page.headers["content-security-policy"]
