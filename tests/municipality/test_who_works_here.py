"""Who works for a municipality, and what their keys open, over HTTP."""

from uuid import uuid4

import asyncpg
import httpx
import pytest

from base import clock
from base.database import work
from base.errors import Unauthorized
from municipality import access, members
from tests.town import Moves, Town, found_town


async def test_an_admin_hands_out_a_key_that_opens_what_its_roles_open(client: httpx.AsyncClient, town: Town) -> None:
    admin = await town.key("admin")
    made = await client.post("/v1/staff/keys", headers=admin, json={"name": "GIS", "roles": ["communications"]})
    assert made.status_code == 201, made.text
    key = {"Authorization": f"Bearer {made.json()['token']}"}
    assert (await client.get("/v1/staff/interests", headers=key)).status_code == 200
    assert (await client.get("/v1/staff/keys", headers=key)).status_code == 403
    listed = (await client.get("/v1/staff/keys", headers=admin)).json()["items"]
    assert [item["name"] for item in listed][:1] == ["GIS"]
    assert "token" not in listed[0]
    await client.delete(f"/v1/staff/keys/{made.json()['id']}", headers=admin)
    assert (await client.get("/v1/staff/interests", headers=key)).status_code == 401


async def test_a_key_lies_in_the_database_as_a_hash_alone(client: httpx.AsyncClient, town: Town) -> None:
    admin = await town.key("admin")
    token = (await client.post("/v1/staff/keys", headers=admin, json={"name": "GIS", "roles": ["planner"]})).json()[
        "token"
    ]
    for table in await town.sql("select tablename from pg_tables where schemaname = 'public'"):
        for row in await town.sql(f'select to_jsonb(t)::text as row from "{table[0]}" t'):
            assert token not in row["row"]


async def test_another_town_never_learns_that_a_row_exists(
    client: httpx.AsyncClient, town: Town, superuser: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    ours, theirs = await town.key("admin"), await (await found_town(superuser, "1103")).key("admin")
    topic = (
        await client.post("/v1/staff/interests", headers=ours, json={"key": "library", "label": {"nb": "Bibliotek"}})
    ).json()["id"]
    member = (await client.post("/v1/staff/members", headers=ours, json={"name": "Kari", "roles": ["planner"]})).json()[
        "id"
    ]
    key = (await client.get("/v1/staff/keys", headers=ours)).json()["items"][0]["id"]
    label = {"label": {"nb": "Tyveri"}}
    tried = [
        await client.put(f"/v1/staff/interests/{topic}", headers=theirs, json=label),
        await client.delete(f"/v1/staff/interests/{topic}", headers=theirs),
        await client.get(f"/v1/staff/members/{member}", headers=theirs),
        await client.delete(f"/v1/staff/keys/{key}", headers=theirs),
    ]
    nowhere = await client.delete(f"/v1/staff/keys/{uuid4()}", headers=theirs)
    assert [answer.status_code for answer in tried] == [404] * 4
    assert {answer.text for answer in tried} == {nowhere.text}
    assert (await client.get("/v1/staff/members", headers=theirs)).json()["items"] == []
    assert (await client.get("/v1/staff/keys", headers=ours)).json()["items"][0]["revoked_at"] is None


async def test_a_sign_in_link_opens_one_session_within_a_quarter_of_an_hour(town: Town) -> None:
    async with work(town.system) as unit:
        kari = await members.add_member("Kari", ["planner"])
        link, late = [await access.sign_in_link(unit, kari.id) for _ in range(2)]
        session, ends = await access.open_session(unit, link)
        assert (await access.authenticate_session(unit, session)).roles == {"planner"}
        with pytest.raises(access.LinkIsSpent):
            await access.open_session(unit, link)
        with pytest.raises(Unauthorized):
            await access.authenticate_session(unit, late)
        with clock.at(clock.now() + access.LINK_LIFE), pytest.raises(access.LinkIsSpent):
            await access.open_session(unit, late)
        with clock.at(ends), pytest.raises(Unauthorized):
            await access.authenticate_session(unit, session)


async def test_whoever_leaves_is_signed_out_at_once(town: Town) -> None:
    async with work(town.system) as unit:
        kari = await members.add_member("Kari", ["planner"])
        session, _ = await access.open_session(unit, await access.sign_in_link(unit, kari.id))
        waiting = await access.sign_in_link(unit, kari.id)
        await members.change_member(unit, kari.id, name="Kari", roles=["planner"], active=False)
        with pytest.raises(Unauthorized):
            await access.authenticate_session(unit, session)
        with pytest.raises(access.LinkIsSpent):
            await access.open_session(unit, waiting)


async def test_a_topic_that_is_removed_is_followed_by_nobody(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    kari = await moves(consents=["personal_feed"], interests=["culture", "nature"])
    staff = await town.key("communications")
    topics = {t["key"]: t["id"] for t in (await client.get("/v1/staff/interests", headers=staff)).json()["items"]}
    await client.delete(f"/v1/staff/interests/{topics['culture']}", headers=staff)
    assert (await client.get("/v1/me", headers=kari.headers)).json()["interests"] == ["nature"]


async def test_lists_are_read_page_by_page(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    keys, after = [], None
    while True:
        query = {"limit": "3", **({"cursor": after} if after else {})}
        page = (await client.get("/v1/staff/interests", headers=staff, params=query)).json()
        keys += [item["key"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(keys) == 8
    assert keys == sorted(set(keys))


async def test_anybody_may_know_which_towns_are_here(client: httpx.AsyncClient, town: Town) -> None:
    listed = await client.get("/v1/municipalities")
    assert [item["number"] for item in listed.json()["items"]] == ["3907"]
    there = await client.get("/v1/municipalities/3907", headers={"Accept-Language": "en"})
    assert there.status_code == 200, there.text
    purposes = there.json()["purposes"]
    assert [p["legal_basis"] for p in purposes] == ["consent"] * 5 + ["public_task"] * 2 + ["legal_obligation"]
    again = await client.get(
        "/v1/municipalities/3907", headers={"Accept-Language": "en", "If-None-Match": there.headers["etag"]}
    )
    assert again.status_code == 304
    for nowhere in ("9999", "x", "39%00", "٣٩٠٧"):
        assert (await client.get(f"/v1/municipalities/{nowhere}")).status_code == 404
