"""What is new, for feed readers, for the municipality's website, and for whoever was away."""

import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from base import clock
from base.settings import Settings
from tests.surveys.hearings.clerk import OUTCOME, Clerk
from tests.surveys.polling import SURVEY, Polling

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
FEED = "/v1/municipalities/3907/feed.atom"
TEXT = {"nb": "Veien <er> stengt & fin", "en": "The road <is> closed & fine"}


@pytest.fixture
def settings() -> Settings:
    """Settings that let the municipality's website show the list."""
    return Settings(  # type: ignore[call-arg]  # _env_file is pydantic-settings' own
        _env_file=None,
        registrations_per_minute=10**6,
        embed_origins="https://www.kommune.example https://x.example:8443",
    )


def read(document: bytes) -> Any:
    return ElementTree.fromstring(document)


def assert_valid(feed: Any) -> None:
    """What RFC 4287 demands of a feed and its entries (§4.1.1, §4.1.2, §4.2.6, §3.3)."""
    assert feed.tag == f"{ATOM}feed"
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    assert len(feed.findall(f"{ATOM}link[@rel='self']")) == 1
    ids = []
    for part in [feed, *feed.findall(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1, name
        assert TIME.fullmatch(part.find(f"{ATOM}updated").text)
        ids.append(part.find(f"{ATOM}id").text)
        assert urlsplit(ids[-1]).scheme in ("http", "https", "urn")
        alternates = part.findall(f"{ATOM}link[@rel='alternate']")
        assert len({(a.get("type"), a.get("hreflang")) for a in alternates}) == len(alternates) == 1
        assert part.get(LANG)
    assert len(set(ids)) == len(ids)


async def tell(polling: Polling) -> str:
    item = await polling.client.post("/v1/staff/information", headers=polling.staff, json={"title": TEXT, "body": TEXT})
    assert item.status_code == 201, item.text
    told: str = item.json()["id"]
    return told


async def test_everybody_reads_what_is_new_as_a_valid_atom_feed(polling: Polling) -> None:
    survey = await polling.launch()
    item = await tell(polling)
    hearing = await Clerk(polling).publish()
    answer = await polling.client.get(FEED, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml")
    feed = read(answer.content)
    assert_valid(feed)
    entries = feed.findall(f"{ATOM}entry")
    assert [e.find(f"{ATOM}id").text for e in entries] == [f"urn:uuid:{one}" for one in (hearing, item, survey)]
    assert entries[1].find(f"{ATOM}title").text == "The road <is> closed & fine"
    assert {e.find(f"{ATOM}category").get("label") for e in entries} == {"Survey", "Hearing", "Information"}
    assert feed.find(f"{ATOM}title").text == "New in Sandefjord"
    norwegian = read((await polling.client.get(f"{FEED}?language=nn", headers={"Accept-Language": "en"})).content)
    assert norwegian.get(LANG) == "nn"
    assert norwegian.findall(f"{ATOM}entry")[1].find(f"{ATOM}category").get("label") == "Informasjon"
    assert (await polling.client.get("/v1/municipalities/9999/feed.atom")).status_code == 404


async def test_a_municipality_with_nothing_to_say_has_a_valid_feed_too(polling: Polling) -> None:
    feed = read((await polling.client.get(FEED)).content)
    assert_valid(feed)
    assert feed.findall(f"{ATOM}entry") == []
    page = await polling.client.get("/embed/3907", headers={"Accept-Language": "nb"})
    assert "Det er ikke noe nytt akkurat nå." in page.text


async def test_a_feed_reader_is_told_when_nothing_has_changed(polling: Polling) -> None:
    await polling.launch()
    first = await polling.client.get(FEED)
    tag, time = first.headers["etag"], first.headers["last-modified"]
    for known in ({"If-None-Match": tag}, {"If-Modified-Since": time}):
        again = await polling.client.get(FEED, headers=known)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    older = format_datetime(parsedate_to_datetime(time) - timedelta(seconds=1), usegmt=True)
    for unknown in (
        {"If-Modified-Since": older},
        {"If-Modified-Since": "soon"},
        {"If-None-Match": '"x"'},
        {"If-None-Match": '"x"', "If-Modified-Since": time},
    ):
        assert (await polling.client.get(FEED, headers=unknown)).status_code == 200
    await tell(polling)
    assert (await polling.client.get(FEED, headers={"If-None-Match": tag})).status_code == 200


async def test_whoever_was_away_asks_what_is_new_since(polling: Polling) -> None:
    kari = await polling.moves(consents=["personal_feed"], interests=["planning"])
    await polling.launch()
    before = (await polling.client.get("/v1/feed", headers=kari.headers)).json()["items"]
    seen = before[0]["updated_at"]
    asked = {"since": seen}
    assert (await polling.client.get("/v1/feed", headers=kari.headers, params=asked)).json()["items"] == []
    assert read((await polling.client.get(FEED, params=asked)).content).findall(f"{ATOM}entry") == []
    item = await tell(polling)
    new = (await polling.client.get("/v1/feed", headers=kari.headers, params=asked)).json()["items"]
    assert [entry["id"] for entry in new] == [item]
    # A corrected survey is new again.
    words = {**SURVEY, "title": {"nb": "Rettet", "en": "Corrected"}}
    path = f"/v1/staff/surveys/{polling.survey}/wording"
    assert (await polling.client.post(path, headers=polling.staff, json=words)).status_code == 200
    new = (await polling.client.get("/v1/feed", headers=kari.headers, params={"since": new[0]["updated_at"]})).json()
    assert [entry["title"] for entry in new["items"]] == ["Rettet"]
    assert (await polling.client.get(FEED, params={"since": "yesterday"})).status_code == 422


async def test_a_decision_is_news_to_those_who_follow_the_case(polling: Polling) -> None:
    clerk = Clerk(polling)
    soon = (datetime.now(UTC) + timedelta(days=1)).date()
    hearing = await clerk.publish(deadline=soon.isoformat())
    kari = await polling.moves(consents=["personal_feed"])
    await polling.client.put(f"/v1/hearings/{hearing}/follow", headers=kari.headers)
    was = (await polling.client.get("/v1/feed", headers=kari.headers)).json()["items"][0]["updated_at"]
    with clock.at(datetime.now(UTC) + timedelta(days=3)):
        assert (await clerk.post("/outcome", OUTCOME)).status_code == 200
        new = await polling.client.get("/v1/feed", headers=kari.headers, params={"since": was})
        assert [entry["body"] for entry in new.json()["items"]] == ["Vedtatt med lys."]


async def test_the_website_shows_the_list_in_a_frame_and_nobody_else_does(polling: Polling) -> None:
    survey = await polling.launch({**SURVEY, "closes_at": "2030-06-15T22:00:00Z"})
    await tell(polling)
    page = await polling.client.get("/embed/3907", headers={"Accept-Language": "nb"})
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors 'self' https://www.kommune.example https://x.example:8443" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "set-cookie" not in page.headers
    assert "x-frame-options" not in page.headers
    assert '<html lang="nb">' in page.text
    assert "<h1>Nytt i Sandefjord</h1>" in page.text
    assert f"/app?m=3907#/survey/{survey}" in page.text
    assert "Veien &lt;er&gt; stengt &amp; fin" in page.text
    assert "Til 2030-06-15" in page.text, "the day on which it ends, where the municipality lies"
    assert "<script" not in page.text
    again = await polling.client.get(
        "/embed/3907", headers={"Accept-Language": "nb", "If-None-Match": page.headers["etag"]}
    )
    assert again.status_code == 304
    app = await polling.client.get("/app?m=3907")
    assert "frame-ancestors 'none'" in app.headers["content-security-policy"], "no other page can be framed"


def test_what_is_no_origin_is_no_setting() -> None:
    for wrong in ("https://a.example/path", "a.example", "https://a;script-src *", "https://*"):
        with pytest.raises(ValueError, match="MEDVIRK_EMBED_ORIGINS"):
            Settings(_env_file=None, embed_origins=wrong)  # type: ignore[call-arg]  # as above
