"""Who is counted for whom, how much the doors take, and which paths and forms are none of ours."""

import asyncio
import base64
import secrets
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
import pytest_asyncio
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.app import create
from api.ballots import responses
from api.http.rate_limits import RateLimits, network_of
from api.http.services import Services, build
from api.residents import surveys
from base.database import work
from base.errors import RateLimited, Unavailable
from base.keys import MemoryKeyStore
from base.settings import Settings
from commands.serve import with_mapped
from municipality import access, members
from tests.surveys.polling import Polling, receipt_of
from tests.surveys.voter import header
from tests.town import Moves, Town

Headers = Mapping[str, str]
PROXY = "192.0.2.1"
STATEMENT = {"kind": "person", "name": "Kari Nordmann", "body": "Gangveien bør få lys."}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:DB8:1:2:0:0:0:9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("192.0.2.7", "::ffff:c000:207", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("192.0.2.7", "192.0.2.8", False),
        ("192.0.2.7", "64:ff9b::192.0.2.7", True),
        ("2002:c000:207::1", "2002:c000:207:ffff::9", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("unknown:", "unknown:", True),
    ],
)
def test_a_network_is_counted_as_one(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_nothing_is_remembered_of_who_was_counted() -> None:
    limits = RateLimits()
    limits.count("x", "192.0.2.7", 5)
    assert "192.0.2.7" not in repr(vars(limits))


def test_a_process_takes_in_only_so_much_at_once() -> None:
    limits = RateLimits()
    for _ in range(9):
        limits.hold(20 << 20)
    with pytest.raises(Unavailable):
        limits.hold(20 << 20)
    limits.release(20 << 20)
    limits.hold(20 << 20)


@pytest_asyncio.fixture
async def asking(client: httpx.AsyncClient, town: Town, moves: Moves, keys: MemoryKeyStore) -> Polling:
    """A town's staff and residents, about to have a survey."""
    return Polling(client, town, moves, keys, await town.key("communications"))


def behind_a_proxy(services: Services, proxies: str = PROXY) -> httpx.AsyncClient:
    app: Any = ProxyHeadersMiddleware(create(services), with_mapped(proxies))  # type: ignore[arg-type]  # the same ASGI by another name
    transport = httpx.ASGITransport(app=app, client=(PROXY, 1), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def hearing(client: httpx.AsyncClient, staff: Headers) -> str:
    words = {"nb": "x", "nn": "x", "en": "x"}
    body = {"title": words, "summary": words, "case_reference": "26/1", "deadline": "2027-06-15"}
    written = (await client.post("/v1/staff/hearings", json=body, headers=staff)).json()["id"]
    assert (await client.post(f"/v1/staff/hearings/{written}/launch", headers=staff)).status_code == 200
    return f"/v1/hearings/{written}/statements"


async def test_an_ipv6_network_is_one_network(
    services: Services, client: httpx.AsyncClient, staff_key: Headers
) -> None:
    path = await hearing(client, staff_key)
    async with behind_a_proxy(services) as calling:
        said = [
            (await calling.post(path, json=STATEMENT, headers={"X-Forwarded-For": f"2001:db8:1:2::{n:x}"})).status_code
            for n in range(30)
        ]
        other = await calling.post(path, json=STATEMENT, headers={"X-Forwarded-For": "2001:db8:1:3::1"})
    assert said == [201] * 20 + [429] * 10
    assert other.status_code == 201


async def test_who_is_counted_is_said_by_the_nearest_proxy_that_is_trusted(
    services: Services, client: httpx.AsyncClient, staff_key: Headers
) -> None:
    path = await hearing(client, staff_key)
    async with behind_a_proxy(services) as calling:
        answers = [
            await calling.post(path, json=STATEMENT, headers={"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.9"})
            for n in range(21)
        ]
    assert [a.status_code for a in answers] == [201] * 20 + [429]
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert 0 < int(refused.headers["retry-after"]) <= 60


def test_a_proxy_is_trusted_also_where_its_address_is_mapped() -> None:
    assert with_mapped("10.0.0.1, 10.1.0.0/16,2001:db8::1") == [
        "10.0.0.1",
        "10.1.0.0/16",
        "2001:db8::1",
        "::ffff:10.0.0.1/128",
        "::ffff:10.1.0.0/112",
    ]


async def test_registrations_are_counted_by_network(town: Town, settings: Settings, keys: MemoryKeyStore) -> None:
    few = build(settings.model_copy(update={"registrations_per_minute": 5}), keys, "postgresql://nobody@/nowhere")
    body = {"municipality": "3907", "language": "nb", "platform": "android", "app_version": "1.0"}
    async with behind_a_proxy(few) as calling:
        said = [
            (
                await calling.post("/v1/residents", json=body, headers={"X-Forwarded-For": f"2001:db8::{n:x}"})
            ).status_code
            for n in range(8)
        ]
    assert said == [201] * 5 + [429] * 3


async def test_ballots_that_are_forged_are_not_verified_for_ever(
    asking: Polling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responses, "REFUSED_A_MINUTE", 10)
    await asking.launch()
    path = f"/v1/surveys/{asking.survey}/responses"
    body = {"answers": {"bike": "no"}, "receipt_hash": receipt_of(1)}
    ballot = await asking.ballot()
    for _ in range(10):
        forged = base64.urlsafe_b64encode(ballot[:98] + secrets.token_bytes(256)).decode()
        refused = await asking.client.post(path, json=body, headers={"Authorization": f'PrivateToken token="{forged}"'})
        assert refused.status_code == 401
    late = await asking.client.post(path, json=body, headers={"Authorization": f'PrivateToken token="{forged}"'})
    assert (late.status_code, late.json()["type"]) == (429, "/problems/rate-limited")
    assert 0 < int(late.headers["retry-after"]) <= 60


async def test_an_answer_may_be_sent_again_within_reason(asking: Polling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "BALLOT_A_MINUTE", 10)
    await asking.launch()
    path = f"/v1/surveys/{asking.survey}/responses"
    ballot = header(await asking.ballot())
    body = {"answers": {"bike": "no"}, "receipt_hash": receipt_of(1)}
    said = [(await asking.client.post(path, json=body, headers=ballot)).status_code for _ in range(12)]
    assert said == [201] * 10 + [429] * 2
    other = header(await asking.ballot())
    again = await asking.client.post(path, json={**body, "receipt_hash": receipt_of(2)}, headers=other)
    assert again.status_code == 201


async def test_a_registration_has_so_many_ballots_signed_in_a_minute(
    asking: Polling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surveys, "SIGNED_A_MINUTE", 5)
    await asking.launch()
    resident = await asking.moves()
    path = f"/v1/surveys/{asking.survey}/ballots"
    headers = {**resident.headers, "Content-Type": surveys.REQUEST}
    said = [(await asking.client.post(path, content=b"\0" * 259, headers=headers)).status_code for _ in range(6)]
    assert said[-1] == 429
    assert 429 not in said[:-1]
    other = await asking.moves()
    answer = await asking.client.post(
        path, content=b"\0" * 259, headers={**other.headers, "Content-Type": surveys.REQUEST}
    )
    assert answer.status_code != 429


@pytest.mark.parametrize(
    "path",
    [
        "/v1%2Fresidents",
        "/v1/me%0A",
        "/v1/me%00",
        "/healthz%0a",
        "/%2fhealthz",
        "/v1/me%5c",
        "/v1%2f..%2fhealthz",
        "/static%2fapp",
    ],
)
async def test_a_path_that_two_readers_would_read_otherwise_is_none(client: httpx.AsyncClient, path: str) -> None:
    for method in ("GET", "POST"):
        answer = await client.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_the_reference_is_rendered_once(client: httpx.AsyncClient) -> None:
    pages = await asyncio.gather(*(client.get("/docs") for _ in range(3)))
    assert {page.status_code for page in pages} == {200}
    assert len({page.text for page in pages}) == 1
    assert "nonce-" in pages[0].headers["content-security-policy"]


async def staff_link(town: Town) -> str:
    async with work(town.system) as unit:
        member = await members.add_member("Kari", ["planner"], None)
        return await access.sign_in_link(unit, member.id)


CROSS = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://test.evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://test", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://test"},
    {"Origin": ""},
]


@pytest.mark.parametrize("headers", CROSS)
async def test_another_site_signs_nobody_in_or_out(client: httpx.AsyncClient, town: Town, headers: Headers) -> None:
    link = await staff_link(town)
    refused = await client.post(f"/sign-in/{link}", headers=headers)
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers
    own = await client.post(f"/sign-in/{link}", headers={"Origin": "http://test", "Sec-Fetch-Site": "same-origin"})
    assert own.status_code == 303  # The link was not spent by the other site.
    out = await client.post("/sign-out", headers=headers)
    assert out.status_code == 403
    assert "set-cookie" not in out.headers


async def test_a_link_is_guessed_only_so_often(client: httpx.AsyncClient, town: Town) -> None:
    link = await staff_link(town)
    for _ in range(30):
        assert (await client.post(f"/sign-in/{link[:-4]}AAAA")).status_code == 401
    late = await client.post(f"/sign-in/{link}")
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) > 0


def test_too_many_are_told_when_to_come_again() -> None:
    limits = RateLimits()
    with pytest.raises(RateLimited) as refused:
        for _ in range(3):
            limits.count("x", "y", 2)
    assert 0 < refused.value.retry_after_s <= 60


async def test_a_hearings_door_takes_no_surveys_ballot(asking: Polling) -> None:
    await asking.launch()
    ballot, body = header(await asking.ballot()), {"answers": {"bike": "no"}, "receipt_hash": receipt_of(1)}
    for _ in range(2):
        wrong = await asking.client.post(f"/v1/hearings/{asking.survey}/responses", json=body, headers=ballot)
        assert wrong.status_code == 404
        right = await asking.client.post(f"/v1/surveys/{asking.survey}/responses", json=body, headers=ballot)
        assert right.status_code == 201
