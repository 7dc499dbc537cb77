"""What staff do is written down, and nobody writes it otherwise."""

import asyncpg
import httpx
import pytest

from base.embedded import OWNER, Server
from tests.town import Moves, Town


async def test_whatever_staff_do_is_written_down(client: httpx.AsyncClient, town: Town) -> None:
    staff, officer = await town.key("communications"), await town.key("privacy_officer")
    made = await client.post(
        "/v1/staff/interests", headers=staff, json={"key": "library", "label": {"nb": "Bibliotek"}}
    )
    await client.put(f"/v1/staff/interests/{made.json()['id']}", headers=staff, json={"label": {"nb": "Biblioteket"}})
    await client.get("/v1/staff/interests", headers=staff)
    await client.delete(f"/v1/staff/interests/{made.json()['id']}", headers=staff)
    await client.post("/v1/staff/interests", headers=staff, json={"key": "UPPER", "label": {"nb": "x"}})
    items = (await client.get("/v1/staff/audit", headers=officer)).json()["items"]
    assert [(item["act"], item["kind"]) for item in reversed(items)] == [
        ("add_interest", "created"),
        ("rename_interest", "changed"),
        ("staff_interests", "viewed"),
        ("remove_interest", "removed"),
        ("audit_entries", "viewed"),
    ]
    assert items[1]["subject_id"] == made.json()["id"]
    assert len({item["caller_id"] for item in items}) == 2
    first = (await client.get("/v1/staff/audit?limit=2", headers=officer)).json()
    then = (await client.get(f"/v1/staff/audit?limit=200&cursor={first['next']}", headers=officer)).json()
    assert len(first["items"]) == 2
    assert then["items"][-1]["act"] == "add_interest"


async def test_only_admins_and_the_privacy_officer_read_it(client: httpx.AsyncClient, town: Town) -> None:
    for role, status in (("communications", 403), ("planner", 403), ("privacy_officer", 200), ("admin", 200)):
        answer = await client.get("/v1/staff/audit", headers=await town.key(role))
        assert answer.status_code == status


async def test_not_even_the_tables_owner_changes_what_was_written(
    client: httpx.AsyncClient, town: Town, server: Server
) -> None:
    await client.get("/v1/staff/interests", headers=await town.key("communications"))
    owner = await asyncpg.connect(server.url(OWNER))
    try:
        for statement in ("update audit_entry set act = 'x'", "delete from audit_entry", "truncate audit_entry"):
            with pytest.raises(asyncpg.RestrictViolationError):
                await owner.execute(statement)
    finally:
        await owner.close()


async def test_after_a_leak_the_officer_sees_what_could_be_reached(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    for _ in range(3):
        await moves()
    staff, officer = await town.key("communications"), await town.key("privacy_officer")
    for _ in range(2):
        await client.get("/v1/staff/interests", headers=staff)
    caller = (await client.get("/v1/staff/audit", headers=officer)).json()["items"][-1]["caller_id"]
    found = (await client.get(f"/v1/staff/audit/reach?caller_id={caller}", headers=officer)).json()
    assert found["roles"] == ["communications"]
    assert [(act["act"], act["times"]) for act in found["acts"]] == [("staff_interests", 2)]
    assert {(c["residents"], c["individually"]) for c in found["categories"]} == {(3, False), (0, False)}
    nobody = "00000000-0000-0000-0000-000000000000"
    assert (await client.get(f"/v1/staff/audit/reach?caller_id={nobody}", headers=officer)).status_code == 404
