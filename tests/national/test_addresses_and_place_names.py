"""Kartverket is asked for addresses and place names, and what goes wrong there stays there."""

import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from base import clock
from national.addresses import Addresses, StreetAddress
from national.json_service import JsonService, NoAnswer
from national.place_names import PlaceName, PlaceNames
from rehearsal.kartverket_peer import KartverketPeer, kartverket_peer
from rehearsal.plain_http import Reply


@pytest_asyncio.fixture
async def peer() -> AsyncIterator[KartverketPeer]:
    async with kartverket_peer() as running:
        yield running


@pytest_asyncio.fixture
async def addresses(peer: KartverketPeer) -> AsyncIterator[Addresses]:
    asking = Addresses(JsonService(peer.url, timeout_s=0.5))
    yield asking
    await asking.close()


@pytest_asyncio.fixture
async def place_names(peer: KartverketPeer) -> AsyncIterator[PlaceNames]:
    asking = PlaceNames(JsonService(peer.url, timeout_s=0.5))
    yield asking
    await asking.close()


async def test_an_address_that_has_been_begun_is_found_in_the_town_alone(
    addresses: Addresses, peer: KartverketPeer
) -> None:
    found = await addresses.find("prøvetorvet 1", "3907", 10)
    assert found == [
        StreetAddress("Prøvetorvet 1", "3210 SANDEFJORD", 59.1312, 10.2231),
        StreetAddress("Prøvetorvet 12B", "3210 SANDEFJORD", 59.1317, 10.2240),
    ]
    [(path, query)] = peer.asked
    assert path == "/adresser/v1/sok"
    assert query == {
        "sok": "prøvetorvet 1*",
        "fuzzy": "false",
        "kommunenummer": "3907",
        "utkoordsys": "4326",
        "treffPerSide": "10",
        "side": "0",
    }
    assert len(await addresses.find("prøvetorvet", "3907", 2)) == 2


async def test_a_place_with_two_names_is_one_place(place_names: PlaceNames) -> None:
    found = await place_names.find("Prøve", "3907", 10)
    assert found == [
        PlaceName("Prøvevika", "Vik i sjø", 59.1105, 10.2301),
        PlaceName("Prøveåsen", "Ås", 59.1502, 10.1809),
    ]


async def test_what_is_spelt_nearly_so_is_found_where_nothing_begins_so(
    addresses: Addresses, place_names: PlaceNames, peer: KartverketPeer
) -> None:
    assert [one.text for one in await addresses.find("Øvingsvegen 7", "3907", 10)] == ["Øvingsveien 7"]
    assert [one.spelling for one in await place_names.find("Prøvvika", "3907", 10)] == ["Prøvevika"]
    assert [query["fuzzy"] for _, query in peer.asked] == ["false", "true"] * 2
    peer.asked.clear()
    assert await place_names.find("xq", "3907", 10) == []
    assert len(peer.asked) == 1  # Two letters are like too much.


async def test_nobody_asks_with_wildcards_of_their_own(addresses: Addresses, peer: KartverketPeer) -> None:
    assert await addresses.find("* *", "3907", 10) == []
    assert peer.asked == []
    await addresses.find("*torvet*", "3907", 10)
    assert peer.asked[0][1]["sok"] == "torvet*"


GARBAGE = b"<html>Vedlikehold</html>"
FAILURES = {
    "a parameter that is refused": Reply(400, b'{"message": "Ugyldig verdi for parameter: sok"}'),
    "its own error": Reply(500, b""),
    "another answer than JSON": Reply(200, GARBAGE),
    "JSON of another shape": Reply(200, b"[]"),
    "no list": Reply(200, b'{"adresser": {}}'),
    "deep nesting": Reply(200, b"[" * 100_000),
    "far too much": Reply(200, b'{"adresser": [' + b" " * (1 << 20) + b"]}"),
    "a redirect": Reply(302, b"", (("Location", "http://127.0.0.1:9/"),)),
    "a lost connection": Reply(ending="reset"),
    "a cut one": Reply(ending="cut"),
    "silence": Reply(200, b'{"adresser": []}', delay_s=5.0),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_every_failure_is_one_and_repeats_no_word(
    failure: str, addresses: Addresses, peer: KartverketPeer
) -> None:
    peer.instead["adresser"] = FAILURES[failure]
    began = time.monotonic()
    with pytest.raises(NoAnswer) as raised:
        await addresses.find("Hemmeligveien 3", "3907", 10)
    assert time.monotonic() - began < 2
    assert "Hemmelig" not in f"{raised.value!r} {raised.value.__cause__!r} {raised.value.__context__!r}"


async def test_one_hit_that_cannot_be_read_costs_no_other(addresses: Addresses, peer: KartverketPeer) -> None:
    rows = (
        b'{"adresser": [null, {"adressetekst": "Uten punkt 1", "kommunenummer": "3907"},'
        b'{"adressetekst": "Langt ute 1", "kommunenummer": "3907", "representasjonspunkt": {"lat": 1e99, "lon": 10}},'
        b'{"adressetekst": "Annenby 1", "kommunenummer": "3905", "representasjonspunkt": {"lat": 59.2, "lon": 10.4}},'
        b'{"adressetekst": "God 1", "kommunenummer": "3907", "representasjonspunkt": {"lat": 59.13, "lon": 10.2}}]}'
    )
    peer.instead["adresser"] = Reply(200, rows)
    assert await addresses.find("God", "3907", 10) == [StreetAddress("God 1", "", 59.13, 10.2)]


async def test_a_service_that_fails_or_asks_for_it_is_left_alone_for_a_while(
    addresses: Addresses, peer: KartverketPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer.instead["adresser"] = Reply(500, b"")
    for _ in range(8):
        with pytest.raises(NoAnswer):
            await addresses.find("God", "3907", 10)
    assert len(peer.asked) == 5
    later = clock.monotonic() + 11
    monkeypatch.setattr("national.json_service.monotonic", lambda: later)
    peer.instead["adresser"] = Reply(429, b"", (("Retry-After", "120"),))
    with pytest.raises(NoAnswer):
        await addresses.find("God", "3907", 10)
    monkeypatch.setattr("national.json_service.monotonic", lambda: later + 119)
    del peer.instead["adresser"]
    with pytest.raises(NoAnswer):
        await addresses.find("Prøvetorvet", "3907", 10)
    monkeypatch.setattr("national.json_service.monotonic", lambda: later + 121)
    assert await addresses.find("Prøvetorvet", "3907", 10)
