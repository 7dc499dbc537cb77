"""The anonymous door where it has an origin of its own."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest_asyncio

from api.app import create
from api.http.services import build
from base.embedded import Server
from base.keys import MemoryKeyStore
from base.settings import Settings
from tests.town import Town

HOME, DOOR = "https://medvirk.example", "https://svar.example"


@pytest_asyncio.fixture
async def at_the_door(town: Town, server: Server, keys: MemoryKeyStore) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(_env_file=None, public_url=HOME, ballot_origin=DOOR)  # type: ignore[call-arg]  # _env_file is pydantic-settings' own
    services = build(settings, keys, server.url())
    await services.open()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=create(services)), base_url=DOOR) as calling:
        yield calling
    await services.close()


async def test_our_own_pages_may_hand_answers_in_at_the_doors_origin(at_the_door: httpx.AsyncClient) -> None:
    asks = {"Origin": HOME, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    allowed = await at_the_door.options(f"/v1/surveys/{uuid4()}/responses", headers=asks)
    assert allowed.status_code == 204
    assert allowed.headers["access-control-allow-origin"] == HOME
    assert "access-control-allow-credentials" not in allowed.headers
    refused = await at_the_door.get(f"/v1/surveys/{uuid4()}/issuer", headers={"Origin": HOME})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (404, HOME)


async def test_nothing_else_is_shared_with_another_origin(at_the_door: httpx.AsyncClient) -> None:
    answer = await at_the_door.get("/v1/me", headers={"Origin": HOME})
    assert "access-control-allow-origin" not in answer.headers


async def test_without_an_origin_of_its_own_the_door_is_shared_with_nobody(client: httpx.AsyncClient) -> None:
    asked = await client.options(f"/v1/surveys/{uuid4()}/responses", headers={"Origin": "https://evil.example"})
    assert asked.status_code == 405
    assert "access-control-allow-origin" not in asked.headers
