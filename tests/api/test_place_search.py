"""Whoever looks for an address or a place finds it, and leaves no trace of what they looked for."""

import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import httpx
import pytest
import pytest_asyncio

from api.http.services import Services
from api.open.places import SEARCHES_A_MINUTE
from base.embedded import Server
from geofence.place_search import PlaceSearch
from national.addresses import Addresses
from national.json_service import JsonService
from national.place_names import PlaceNames
from rehearsal.kartverket_peer import KartverketPeer, kartverket_peer
from rehearsal.plain_http import Reply
from rehearsal.ports import free_port
from tests.serving import environment
from tests.town import Town

WHERE = "/v1/places/search"
SQUARE = {"type": "Polygon", "coordinates": [[[10.0, 59.0], [10.4, 59.0], [10.4, 59.4], [10.0, 59.4], [10.0, 59.0]]]}
HOOK = [[10.1, 59.1], [10.3, 59.1], [10.3, 59.11], [10.11, 59.11], [10.11, 59.2], [10.1, 59.2], [10.1, 59.1]]
BROKEN = Reply(500, b"")


@pytest_asyncio.fixture
async def peer() -> AsyncIterator[KartverketPeer]:
    async with kartverket_peer() as running:
        yield running


@pytest_asyncio.fixture
async def asking(peer: KartverketPeer, services: Services) -> None:
    """A house that asks Kartverket."""
    services.places = PlaceSearch(
        Addresses(JsonService(peer.url, timeout_s=0.5)), PlaceNames(JsonService(peer.url, timeout_s=0.5))
    )


async def drawn(client: httpx.AsyncClient, town: Town, name: str, kind: str, shape: Any, **more: Any) -> None:
    staff = await town.key("admin")
    body = {"name": {"nb": name}, "geometry": shape, "kind": kind, **more}
    answer = await client.post("/v1/staff/zones", headers=staff, json=body)
    assert answer.status_code == 201, answer.text


async def found(client: httpx.AsyncClient, words: str) -> Any:
    answer = await client.get(WHERE, params={"municipality": "3907", "q": words})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


async def test_an_address_a_place_and_a_district_are_found_by_how_they_begin(
    client: httpx.AsyncClient, town: Town, asking: None
) -> None:
    await drawn(client, town, "Prøvegrenda", "district", {"type": "Polygon", "coordinates": [HOOK]})
    said = await found(client, "  prøve ")
    assert [(one["name"], one["kind"], one["source"]) for one in said["items"]] == [
        ("Prøvegrenda", "district", "municipality"),
        ("Prøvevika", "place", "kartverket"),
        ("Prøvetorvet 1", "address", "kartverket"),
        ("Prøveåsen", "place", "kartverket"),
        ("Prøvetorvet 2", "address", "kartverket"),
        ("Prøvetorvet 12B", "address", "kartverket"),
    ]
    assert said["incomplete"] is False
    by_name = {one["name"]: one for one in said["items"]}
    assert by_name["Prøvetorvet 1"]["detail"] == "3210 SANDEFJORD"
    assert by_name["Prøvetorvet 1"]["point"] == {"lat": 59.1312, "lon": 10.2231}
    assert by_name["Prøvevika"]["detail"] == "Vik i sjø"
    lon, lat = by_name["Prøvegrenda"]["point"]["lon"], by_name["Prøvegrenda"]["point"]["lat"]
    assert (10.1 <= lon <= 10.11 and 59.1 <= lat <= 59.2) or (59.1 <= lat <= 59.11 and 10.1 <= lon <= 10.3)
    assert [one["name"] for one in (await found(client, "prøvetorvet 2"))["items"]] == ["Prøvetorvet 2"]


async def test_places_that_invite_people_are_told_to_nobody(client: httpx.AsyncClient, town: Town) -> None:
    circle = {"type": "Circle", "center": [10.22, 59.13], "radius_m": 100}
    await drawn(client, town, "Krisesenteret", "trigger", circle, sensitive=True)
    await drawn(client, town, "Krisetorget", "trigger", circle)
    assert (await found(client, "krise"))["items"] == []


class Sketched(NamedTuple):
    name: str
    point: tuple[float, float]


async def test_where_kartverket_is_not_asked_the_house_answers_from_what_it_has(
    client: httpx.AsyncClient, town: Town, services: Services, peer: KartverketPeer
) -> None:
    await town.sql("update municipality set boundary = $1", json.dumps(SQUARE))
    drawing = {"3907": [Sketched("Prøveholmen", (10.2, 59.1)), Sketched("Prøveland", (10.2, 58.1))]}
    services.places = PlaceSearch(sketched=lambda number: drawing.get(number, ()))
    await drawn(client, town, "Nedre prøve", "district", {"type": "Polygon", "coordinates": [HOOK]})
    said = await found(client, "prøve")
    assert [(one["name"], one["kind"]) for one in said["items"]] == [
        ("Nedre prøve", "district"),
        ("Prøveholmen", "place"),
    ]
    assert peer.asked == []


async def test_one_service_that_fails_takes_nothing_from_the_other(
    client: httpx.AsyncClient, town: Town, asking: None, peer: KartverketPeer
) -> None:
    peer.instead["adresser"] = BROKEN
    said = await found(client, "prøve")
    assert [one["kind"] for one in said["items"]] == ["place", "place"]
    assert said["incomplete"] is True
    peer.instead = {"stedsnavn": Reply(200, b"{}", delay_s=3.0)}
    began = time.monotonic()
    assert {one["kind"] for one in (await found(client, "prøve"))["items"]} == {"address"}
    assert time.monotonic() - began < 2


async def test_where_nobody_answers_it_is_said_in_the_readers_language(
    client: httpx.AsyncClient, town: Town, asking: None, peer: KartverketPeer
) -> None:
    peer.instead = {"adresser": BROKEN, "stedsnavn": BROKEN}
    refused = await client.get(WHERE, params={"municipality": "3907", "q": "prøve"}, headers={"Accept-Language": "nb"})
    assert refused.status_code == 503
    assert refused.json()["detail"].startswith("Adresser og steder kan ikke slås opp akkurat nå")
    await drawn(client, town, "Prøvegrenda", "district", {"type": "Polygon", "coordinates": [HOOK]})
    said = await found(client, "prøve")
    assert ([one["name"] for one in said["items"]], said["incomplete"]) == (["Prøvegrenda"], True)


@pytest.mark.parametrize("words", [None, "", "x", " x ", "y" * 81, "to\nlinjer", "nul\x00"])
async def test_too_few_and_too_many_words_are_refused_and_not_repeated(
    client: httpx.AsyncClient, town: Town, words: str | None
) -> None:
    refused = await client.get(WHERE, params={"municipality": "3907", **({} if words is None else {"q": words})})
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/q"]
    assert "yyyy" not in refused.text


async def test_a_network_that_asks_without_end_is_told_to_wait(client: httpx.AsyncClient, town: Town) -> None:
    for _ in range(SEARCHES_A_MINUTE):
        await client.get(WHERE, params={"municipality": "3907", "q": "torvet"})
    refused = await client.get(WHERE, params={"municipality": "3907", "q": "torvet"})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 60


async def test_another_number_has_no_places(client: httpx.AsyncClient, town: Town, asking: None) -> None:
    assert (await client.get("/v1/places/search?municipality=9999&q=torvet")).status_code == 404


async def test_what_was_looked_for_is_nowhere_afterwards(
    server: Server, town: Town, tmp_path: Path, peer: KartverketPeer, superuser: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    log, port, metrics = tmp_path / "log", free_port(), free_port()
    told = {"MEDVIRK_KARTVERKET": "true", "MEDVIRK_KARTVERKET_URL": peer.url, "MEDVIRK_LOG_LEVEL": "debug"}
    env = environment(
        server, tmp_path / "keys", MEDVIRK_PORT=str(port), **{**told, "MEDVIRK_METRICS_PORT": str(metrics)}
    )
    words = ("Gjemmestedsveien 4711", "Prøvetorvet 12")
    with log.open("wb") as file:
        serving = subprocess.Popen(
            [sys.executable, "-m", "commands.main", "serve"], env=dict(env), stdout=file, stderr=subprocess.STDOUT
        )
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                for _ in range(300):
                    try:
                        if (await client.get("/readyz")).status_code == 200:
                            break
                    except httpx.TransportError:
                        pass
                    time.sleep(0.1)
                for asked in words:
                    assert (await client.get(WHERE, params={"municipality": "3907", "q": asked})).status_code == 200
                peer.instead = {"adresser": BROKEN, "stedsnavn": Reply(ending="reset")}
                for asked in words * 3:
                    assert (await client.get(WHERE, params={"municipality": "3907", "q": asked})).status_code == 503
                await client.get(WHERE, params={"municipality": "3907", "q": "Gjemmesteds" * 9})
                counted = (await client.get(f"http://127.0.0.1:{metrics}/metrics")).text
        finally:
            serving.terminate()
            serving.wait(20)
    assert {query["sok"].rstrip("*") for _, query in peer.asked} >= set(words)
    kept = [log.read_text(), counted, (server.data.parent / "postgres.log").read_text()]
    tables = await superuser.fetch("select tablename from pg_tables where schemaname = 'public'")
    for table in tables:
        kept += [str(dict(row)) for row in await superuser.fetch(f'select * from "{table["tablename"]}"')]
    assert "places/search" in kept[0]
    for trace in ("Gjemmesteds", "4711", "Pr%C3%B8vetorvet", "Prøvetorvet 12"):
        assert not [one for one in kept if trace in one]
