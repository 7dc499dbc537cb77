"""What a caller is told when something is not right."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.town import Town

PROBLEM = "application/problem+json"


async def test_a_healthy_process_says_so(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    ready = await client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["warnings"] == []


async def test_an_unknown_address_or_method_is_a_problem_too(client: httpx.AsyncClient) -> None:
    nowhere = await client.get("/v1/nowhere")
    assert (nowhere.status_code, nowhere.headers["content-type"]) == (404, PROBLEM)
    assert nowhere.json()["type"] == "/problems/not-found"
    wrong = await client.request("DELETE", "/healthz")
    assert (wrong.status_code, wrong.headers["content-type"]) == (405, PROBLEM)


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer mvr_AAAAAAAAAAAAAAAAAAAAAA." + "A" * 43, "Bearer mvr_æ.ø"],
)
async def test_without_a_valid_token_nobody_is_known(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.get("/v1/me", headers=[(b"authorization", header.encode())])
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"] == "/problems/unauthorized"


async def test_bad_input_names_the_field_and_repeats_nothing_of_it(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/v1/residents", json={"municipality": "secret-secret", "language": 7, "platform": "fridge", "name": "Kari"}
    )
    assert answer.status_code == 422
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert {"/language", "/platform", "/name"} <= pointers
    assert "Kari" not in answer.text
    assert "secret-secret" not in answer.text


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"a":' * 5000])
async def test_what_cannot_be_read_is_422_and_not_an_accident(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/v1/residents", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422


async def test_too_large_a_body_is_refused_also_when_its_length_is_not_said(client: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 32768

    headers = {"content-type": "application/json"}
    assert (await client.post("/v1/residents", content=b" " * (1 << 21), headers=headers)).status_code == 413
    assert (await client.post("/v1/residents", content=chunks(), headers=headers)).status_code == 413


async def test_another_content_type_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/residents", content=b"a=b", headers={"content-type": "text/plain"})
    assert answer.status_code == 415


async def test_a_session_cookie_does_not_speak_for_staff_from_another_site(
    client: httpx.AsyncClient, town: Town
) -> None:
    answer = await client.post(
        "/v1/staff/keys",
        json={"name": "x", "roles": ["admin"]},
        headers={"cookie": "medvirk_session=mvs_x.y", "origin": "https://evil.example"},
    )
    assert answer.status_code == 403


async def test_a_byte_order_mark_before_json_is_skipped_everywhere(client: httpx.AsyncClient, town: Town) -> None:
    body = b'\xef\xbb\xbf{"municipality": "3907", "language": "nb", "platform": "web", "app_version": "1.0"}'
    answer = await client.post("/v1/residents", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 201, answer.text
