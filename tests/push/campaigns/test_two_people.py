"""A message that takes two people: the first is told who must say yes, the second finds it waiting."""

from datetime import timedelta
from uuid import UUID

import httpx

from base.clock import now
from base.database import work
from base.minted import SEAL
from base.tenant import Tenant
from municipality.members import add_member, remove_member
from push.campaigns.approval import waiting_approvals
from push.delivery import policy
from push.delivery.policy import SendingPolicy
from tests.push.crowd import settle
from tests.town import Town


def calling(town: Town, member: UUID, *roles: str) -> Tenant:
    return Tenant(town.municipality, "staff", member, frozenset(roles), seal=SEAL)


def message(**changes: object) -> dict[str, object]:
    ends = (now() + timedelta(days=1)).isoformat()
    return {"audience": {}, "title": {"nb": "Torget"}, "body": {"nb": "Si fra."}, "expires_at": ends, **changes}


async def test_the_first_is_told_who_must_say_yes_and_the_second_that_it_may(
    client: httpx.AsyncClient, town: Town
) -> None:
    await settle(town.system, 6)
    async with work(town.system) as unit:
        await policy.change_policy(unit, SendingPolicy(second_person=True))
        per = await add_member("Per", ["communications"])
        await add_member("Pål", ["planner"])
        left = await add_member("Siri", ["communications"])
        await remove_member(unit, left.id)
    kari = await town.member("communications")
    written = (await client.post("/v1/staff/campaigns", headers=kari, json=message())).json()
    asked = {
        "needs_two": True,
        "asked_by": "Kari",
        "may_launch": False,
        "approvers": ["Per"],
        "vouched_for_by_first": False,
    }
    assert written["approval"] == asked
    launched = (await client.post(f"/v1/staff/campaigns/{written['id']}/launch", headers=kari)).json()
    assert (launched["state"], launched["waits_for_approval"], launched["approval"]) == ("draft", True, asked)
    tenant = calling(town, per.id, "communications")
    async with work(tenant) as unit:
        [waiting] = await waiting_approvals(unit, tenant)
    assert (str(waiting.campaign.id), waiting.asked_by) == (written["id"], "Kari")


async def test_nothing_waits_for_who_asked_for_it_or_may_send_nothing(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 6)
    async with work(town.system) as unit:
        per = await add_member("Per", ["communications", "planner"])
    kari = await town.member("communications")
    alarm = message(importance="emergency")
    written = (await client.post("/v1/staff/campaigns", headers=kari, json=alarm)).json()
    await client.post(f"/v1/staff/campaigns/{written['id']}/launch", headers=kari)
    [row] = await town.sql("select written_by from campaign")
    author = row["written_by"]
    for member, roles, many in ((author, ("communications",), 0), (per.id, ("planner",), 0), (per.id, ("admin",), 1)):
        tenant = calling(town, member, *roles)
        async with work(tenant) as unit:
            assert len(await waiting_approvals(unit, tenant)) == many


async def test_where_one_is_enough_nobody_is_asked(client: httpx.AsyncClient, town: Town) -> None:
    kari = await town.member("communications")
    written = (await client.post("/v1/staff/campaigns", headers=kari, json=message())).json()
    assert written["approval"] == {
        "needs_two": False,
        "asked_by": "Kari",
        "may_launch": True,
        "approvers": [],
        "vouched_for_by_first": False,
    }
