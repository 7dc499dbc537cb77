"""People come and go, are seen and signed out; what reaches many takes a fresh sign-in; two people are two people."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from api.http.services import Services
from base import clock
from base.clock import now
from base.database import work
from consent.retention import clear
from municipality import access, step_up
from municipality.retention import CLEARINGS
from tests.push.crowd import settle
from tests.surveys.hearings.smtp_peer import SmtpPeer
from tests.town import Town, night

MEMBERS = "/v1/staff/members"


async def hired(client: httpx.AsyncClient, town: Town, name: str, *roles: str, **more: Any) -> UUID:
    made = await client.post(MEMBERS, headers=await town.key("admin"), json={"name": name, "roles": roles, **more})
    assert made.status_code == 201, made.text
    return UUID(made.json()["id"])


async def signed_in(town: Town, member: UUID, by: UUID | None = None) -> dict[str, str]:
    """The headers of a session, opened by a link that was made on the command line, or by somebody."""
    async with work(town.system) as unit:
        link = await access.sign_in_link(unit, member)
        if by is not None:
            await unit.execute("update staff_session set made_by = $1 where member_id = $2", by, member)
        session, _ = await access.open_session(unit, link)
    return {"Cookie": f"medvirk_session={session}", "Origin": "http://test", "Accept-Language": "nb"}


async def listed(client: httpx.AsyncClient, town: Town) -> dict[str, Any]:
    items = (await client.get(MEMBERS, headers=await town.key("admin"))).json()["items"]
    return {item["name"]: item for item in items}


async def test_whoever_is_removed_is_signed_out_and_keeps_their_name_in_the_audit(
    client: httpx.AsyncClient, town: Town
) -> None:
    admin = await signed_in(town, await hired(client, town, "Anne", "admin"))
    siri = await hired(client, town, "Siri", "communications")
    hers = await signed_in(town, siri)
    await client.post("/v1/staff/interests", headers=hers, json={"key": "ski", "label": {"nb": "Ski"}})
    assert (await client.delete(f"{MEMBERS}/{siri}", headers=admin)).status_code == 204
    assert (await client.get("/v1/staff/interests", headers=hers)).status_code == 401
    assert "Siri" not in await listed(client, town)
    assert (await client.get(f"{MEMBERS}/{siri}", headers=admin)).status_code == 404
    page = await client.get("/console/oversight/audit", headers=admin)
    told = " ".join(re.sub("<[^>]+>", "", page.text).split())
    assert "Siri laget temaet «Ski»" in told
    assert "Anne fjernet «Siri» fra de ansatte" in told


async def test_a_removed_member_is_deleted_when_the_audit_no_longer_names_them(
    client: httpx.AsyncClient, town: Town
) -> None:
    siri = await hired(client, town, "Siri", "communications")
    await client.delete(f"{MEMBERS}/{siri}", headers=await town.key("admin"))

    async def cleared() -> int:
        async with work(town.system) as unit:
            await clear(unit, CLEARINGS)
        return len(await town.sql("select from staff_member where id = $1", siri))

    assert await cleared() == 1
    await town.superuser.execute("set session_replication_role = replica")
    await town.sql("delete from audit_entry")
    await town.superuser.execute("set session_replication_role = origin")
    assert await cleared() == 0


async def test_somebody_is_always_left_who_can_let_others_in(client: httpx.AsyncClient, town: Town) -> None:
    anne = await hired(client, town, "Anne", "admin")
    hers, key = await signed_in(town, anne), await town.key("admin")
    assert (await client.delete(f"{MEMBERS}/{anne}", headers=key)).status_code == 409
    for changed in ({"roles": ["planner"]}, {"roles": ["admin"], "active": False}):
        answer = await client.put(f"{MEMBERS}/{anne}", headers=key, json={"name": "Anne", **changed})
        assert answer.status_code == 409, changed
    await hired(client, town, "Per", "admin")
    own = await client.delete(f"{MEMBERS}/{anne}", headers=hers)
    assert (own.status_code, own.json()["detail"]) == (
        409,
        "Du kan ikke fjerne deg selv. Be en annen administrator om det.",
    )
    assert (await client.delete(f"{MEMBERS}/{anne}", headers=key)).status_code == 204


async def test_only_the_day_of_the_last_sign_in_is_known(client: httpx.AsyncClient, town: Town) -> None:
    siri = await hired(client, town, "Siri", "planner")
    assert (await listed(client, town))["Siri"]["last_seen_on"] is None
    await signed_in(town, siri)
    assert (await listed(client, town))["Siri"]["last_seen_on"] == clock.today("Europe/Oslo").isoformat()


async def test_sessions_are_listed_and_ended_one_by_one(client: httpx.AsyncClient, town: Town) -> None:
    anne, siri = await hired(client, town, "Anne", "admin"), await hired(client, town, "Siri", "planner")
    hers, phone, desk = await signed_in(town, anne), await signed_in(town, siri), await signed_in(town, siri)
    found = (await client.get("/v1/staff/sessions", headers=hers)).json()["items"]
    assert [(UUID(one["member"]), one["current"]) for one in found] == [(siri, False), (siri, False), (anne, True)]
    assert (await client.delete(f"/v1/staff/sessions/{found[0]['id']}", headers=hers)).status_code == 204
    answers = [(await client.get("/v1/staff/zones", headers=each)).status_code for each in (phone, desk)]
    assert answers == [200, 401]
    assert (await client.get("/v1/staff/sessions", headers=phone)).status_code == 403


@pytest_asyncio.fixture
async def peer(services: Services) -> AsyncIterator[SmtpPeer]:
    running = SmtpPeer()
    await running.start()
    services.settings = services.settings.model_copy(
        update={"smtp_url": SecretStr(f"smtp://127.0.0.1:{running.port}"), "smtp_from": "medvirk@kommune.example"}
    )
    yield running
    await running.stop()


async def test_a_link_comes_by_e_mail_and_leads_back(client: httpx.AsyncClient, town: Town, peer: SmtpPeer) -> None:
    siri = await hired(client, town, "Siri", "communications", email="siri@kommune.example")
    sent = await client.post(f"{MEMBERS}/{siri}/letters", headers=await town.key("admin"))
    assert (sent.status_code, sent.json()) == (202, {"to": "s…@kommune.example"})
    own = await client.post(
        "/v1/staff/me/letters", headers=await signed_in(town, siri), json={"next": "/console/messages"}
    )
    assert own.status_code == 202, own.text
    first, second = [letter.get_content() for letter in peer.letters]
    assert "Her er lenken din" in first
    [link] = [line for line in second.splitlines() if "/sign-in/" in line]
    path = link[link.index("/sign-in/") :]
    opened = await client.post(path, headers={"Origin": "http://test"})
    assert (opened.status_code, opened.headers["location"]) == (303, "/console/messages")
    again = await client.post(path, headers={"Origin": "http://test"})
    assert again.status_code == 401


@pytest.mark.parametrize(
    "wrong", ["//evil.example", "https://evil.example", "/console/../app", "/consoles", "/app", ""]
)
async def test_a_sign_in_leads_to_no_other_site(client: httpx.AsyncClient, town: Town, wrong: str) -> None:
    siri = await hired(client, town, "Siri", "planner")
    async with work(town.system) as unit:
        link = await access.sign_in_link(unit, siri)
    opened = await client.post(f"/sign-in/{link}", params={"next": wrong}, headers={"Origin": "http://test"})
    assert opened.headers["location"] == "/console"
    page = await client.get("/console/sign-in-again", params={"next": wrong}, headers=await signed_in(town, siri))
    assert "evil.example" not in page.text


async def test_without_a_mail_server_or_an_address_it_is_said(
    client: httpx.AsyncClient, town: Town, services: Services
) -> None:
    siri = await hired(client, town, "Siri", "communications")
    admin = {**await town.key("admin"), "Accept-Language": "nb"}
    refused = await client.post(f"{MEMBERS}/{siri}/letters", headers=admin)
    assert (refused.status_code, refused.json()["detail"][:37]) == (409, "Det er ikke satt opp noen e-postserve")


def message(**more: Any) -> dict[str, Any]:
    words = {"title": {"nb": "Stengt vei"}, "body": {"nb": "Storgata er stengt."}}
    return {"audience": {}, **words, "expires_at": (now() + timedelta(days=2)).isoformat(), **more}


async def written(client: httpx.AsyncClient, headers: dict[str, str], **more: Any) -> str:
    made = await client.post("/v1/staff/campaigns", headers=headers, json=message(**more))
    assert made.status_code == 201, made.text
    return f"/v1/staff/campaigns/{made.json()['id']}/launch"


async def test_what_goes_to_many_takes_a_fresh_sign_in(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 12)
    await night(town)
    kari = await hired(client, town, "Kari", "communications")
    hers = await signed_in(town, kari)
    launch = await written(client, hers)
    admin = await signed_in(town, await hired(client, town, "Anne", "admin"))
    assert (await client.put("/v1/staff/sign-in-rules", headers=admin, json={"fresh_from": 10})).status_code == 200
    with clock.at(now() + step_up.FRESH):
        refused = await client.post(launch, headers=hers)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/sign-in-again")
        assert refused.json()["detail"].startswith("Dette når så mange")
        assert await town.sql("select from campaign where state <> 'draft'") == []
        key = {"name": "GIS", "roles": ["admin"]}
        stale = [
            await client.put("/v1/staff/sign-in-rules", headers=admin, json={"fresh_from": 1000}),
            await client.post("/v1/staff/keys", headers=admin, json=key),
        ]
        assert [answer.status_code for answer in stale] == [403, 403]
        again = await client.post(launch, headers=await signed_in(town, kari))
    assert (again.status_code, again.json()["state"]) == (202, "launched")


async def test_what_goes_to_few_does_not(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 12)
    await night(town)
    hers = await signed_in(town, await hired(client, town, "Kari", "communications"))
    launch = await written(client, hers)
    with clock.at(now() + timedelta(hours=3)):
        assert (await client.post(launch, headers=hers)).json()["state"] == "launched"


async def test_an_emergency_takes_a_fresh_sign_in_of_whoever_sends_it(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 12)
    await night(town)
    kari, per = await hired(client, town, "Kari", "communications"), await hired(client, town, "Per", "communications")
    hers, his = await signed_in(town, kari), await signed_in(town, per)
    launch = await written(client, hers, importance="emergency")
    with clock.at(now() + timedelta(hours=1)):
        assert (await client.post(launch, headers=hers)).json()["waits_for_approval"] is True
        assert (await client.post(launch, headers=his)).status_code == 403
        assert (await client.post(launch, headers=await signed_in(town, per))).json()["state"] == "launched"


async def test_nobody_approves_their_own_message_in_another_guise(client: httpx.AsyncClient, town: Town) -> None:
    """Not with a second role, not with a key of theirs, not signed in as somebody else by a link that they made."""
    await settle(town.system, 12)
    await night(town)
    kari = await hired(client, town, "Kari", "communications", "admin")
    hers, per = await signed_in(town, kari), await hired(client, town, "Per", "communications")
    launch = await written(client, hers, importance="emergency")
    assert (await client.post(launch, headers=hers)).json()["waits_for_approval"] is True
    assert (await client.post(launch, headers=await signed_in(town, kari))).json()["state"] == "draft"
    made = await client.post("/v1/staff/keys", headers=hers, json={"name": "Mine", "roles": ["communications"]})
    bearer = {"Authorization": f"Bearer {made.json()['token']}"}
    assert (await client.post(launch, headers=bearer)).json()["state"] == "draft"
    link = (await client.post(f"{MEMBERS}/{per}/links", headers=hers)).json()["url"]
    opened = await client.post(link[link.index("/sign-in/") :], headers={"Origin": "http://test"})
    as_per = {"Cookie": opened.headers["set-cookie"].split(";")[0], "Origin": "http://test", "Accept-Language": "nb"}
    client.cookies.clear()
    refused = await client.post(launch, headers=as_per)
    assert (refused.status_code, refused.json()["detail"][:38]) == (409, "Den som ba om denne meldingen, har lag")
    assert (await client.post(launch, headers=await signed_in(town, per))).json()["state"] == "launched"
