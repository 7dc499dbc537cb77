"""Joining and leaving, over HTTP."""

import httpx

from api.app import create
from api.http.services import build
from base import clock
from base.keys import MemoryKeyStore
from base.settings import Settings
from residents import registration
from tests.town import Moves, Neighbour, Town

DEVICE = {"municipality": "3907", "language": "nb", "platform": "web", "app_version": "1.0"}


async def _code(client: httpx.AsyncClient, who: Neighbour) -> str:
    answer = await client.post("/v1/me/links", headers=who.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


async def test_a_resident_joins_without_saying_who_they_are(client: httpx.AsyncClient, town: Town) -> None:
    answer = await client.post("/v1/residents", json=DEVICE)
    assert answer.status_code == 201, answer.text
    assert set(answer.json()) == {"id", "token", "municipality"}
    rows = await town.sql(
        "select to_jsonb(r)::text as row from resident r union all select to_jsonb(c)::text from credential c"
    )
    assert all(answer.json()["token"].split(".")[1] not in row["row"] for row in rows)


async def test_a_registration_names_the_field_that_is_wrong(client: httpx.AsyncClient, town: Town) -> None:
    for wrong, pointer in (
        ({"municipality": "9999"}, "/municipality"),
        ({"platform": "fax"}, "/platform"),
        ({"language": "klingon!"}, "/language"),
        ({"app_version": "1\u0000"}, "/app_version"),
        ({"name": "Kari"}, "/name"),
        ({"link": "AAAA-BBBB-CCCC"}, "/link"),
    ):
        answer = await client.post("/v1/residents", json={**DEVICE, **wrong})
        assert answer.status_code == 422, answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_second_device_joins_with_a_code_that_works_once(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves()
    code = await _code(client, kari)
    second = await client.post("/v1/residents", json={**DEVICE, "link": f" {code.lower()} "})
    assert second.status_code == 201, second.text
    assert second.json()["id"] == str(kari.id)
    assert second.json()["token"] != kari.token
    assert (await client.post("/v1/residents", json={**DEVICE, "link": code})).status_code == 422


async def test_a_code_runs_out_after_a_quarter_of_an_hour(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves()
    code = await _code(client, kari)
    with clock.at(clock.now() + registration.LINK_LIFE):
        assert (await client.post("/v1/residents", json={**DEVICE, "link": code})).status_code == 422


async def test_a_rotated_token_is_nobodys(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves()
    fresh = (await client.post("/v1/me/token", headers=kari.headers)).json()["token"]
    assert (await client.get("/v1/me", headers=kari.headers)).status_code == 401
    me = await client.get("/v1/me", headers={"Authorization": f"Bearer {fresh}"})
    assert me.json()["id"] == str(kari.id)


async def test_signing_out_leaves_the_other_device_in(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves()
    token = (await client.post("/v1/residents", json={**DEVICE, "link": await _code(client, kari)})).json()["token"]
    assert (await client.delete("/v1/me/token", headers=kari.headers)).status_code == 204
    assert (await client.get("/v1/me", headers=kari.headers)).status_code == 401
    assert (await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).status_code == 200


async def test_a_token_of_one_town_opens_nothing_in_another(client: httpx.AsyncClient, moves: Moves) -> None:
    kari, ola = await moves(), await moves()
    claim, secret = kari.token.split(".")
    other = claim[:-4] + ("AAAA" if not claim.endswith("AAAA") else "BBBB")
    for token in (f"{other}.{secret}", f"{claim}.{ola.token.split('.')[1][::-1]}", "x", f"{kari.token}x"):
        answer = await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401


async def test_too_many_registrations_from_one_network_wait_a_little(
    town: Town, settings: Settings, keys: MemoryKeyStore
) -> None:
    services = build(settings.model_copy(update={"registrations_per_minute": 2}), keys, "postgresql://nobody@/nowhere")
    transport = httpx.ASGITransport(app=create(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as calling:
        answers = [await calling.post("/v1/residents", json=DEVICE) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
