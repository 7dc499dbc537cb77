"""Announcements, reminders and outcomes; a topic that has had its say; an emergency that is written down."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from base.clock import now
from base.database import work
from push.audiences.audience import Audience
from push.delivery import policy
from push.delivery.policy import SendingPolicy
from tests.push.audiences.test_choosing_an_audience import topic
from tests.push.crowd import NotingCourier, district, draft, launched, send_out, settle, states
from tests.push.test_messages import follower
from tests.push.test_over_http import message
from tests.town import Town


async def posted(client: httpx.AsyncClient, town: Town, **changes: Any) -> httpx.Response:
    staff = await town.key("communications")
    return await client.post("/v1/staff/campaigns", headers=staff, json=message(**changes))


async def test_a_reminder_goes_to_the_whole_audience_about_the_same(client: httpx.AsyncClient, town: Town) -> None:
    area, survey = await district(town.system), uuid4()
    await settle(town.system, 6, areas=[area])
    await settle(town.system, 6)
    first = await launched(town.system, draft(Audience(areas=(area,)), subject_kind="survey", subject_id=survey))
    body = message(kind="reminder", reminds=str(first))
    del body["audience"]
    staff = await town.key("communications")
    written = (await client.post("/v1/staff/campaigns", headers=staff, json=body)).json()
    assert written["subject"] == {"kind": "survey", "id": str(survey)}
    assert written["audience"]["areas"] == [str(area)]
    assert (written["kind"], written["reminds"]) == ("reminder", str(first))


async def test_the_app_learns_that_it_is_a_reminder_and_hides_it_itself(client: httpx.AsyncClient, town: Town) -> None:
    area = await district(town.system)
    _, headers = await follower(town, area)
    await settle(town.system, 6, areas=[area])
    first = await launched(town.system, draft(Audience(areas=(area,)), subject_kind="survey", subject_id=uuid4()))
    again = await launched(town.system, draft(kind="reminder", reminds=first))
    courier = NotingCourier()
    await send_out(town.system, again, courier.couriers)
    assert len(courier.parcels) == 7
    [shown] = (await client.get("/v1/me/messages", headers=headers)).json()["items"]
    assert shown["kind"] == "reminder"


async def test_only_what_was_sent_about_something_is_reminded_of(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 6)
    plain = await launched(town.system)
    staff = await town.key("communications")
    body = {**message(kind="reminder", reminds=str(plain)), "audience": None}
    assert (await client.post("/v1/staff/campaigns", headers=staff, json=body)).status_code == 409
    nothing = {**body, "reminds": None}
    refused = await client.post("/v1/staff/campaigns", headers=staff, json=nothing)
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/reminds"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "outcome"}, "/subject"),
        ({"reminds": "00000000-0000-0000-0000-000000000001"}, "/reminds"),
        ({"topic": "nothing"}, "/topic"),
        ({"title": {"nb": "x" * 121}}, "/title/nb"),
        ({"body": {"nb": "x" * 1001}}, "/body/nb"),
    ],
)
async def test_a_message_that_makes_no_sense_is_refused_by_name(
    client: httpx.AsyncClient, town: Town, changes: dict[str, Any], pointer: str
) -> None:
    refused = await posted(client, town, **changes)
    assert refused.status_code == 422
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]


async def test_who_has_had_enough_of_a_topic_this_week_waits_and_hears_of_others(town: Town) -> None:
    await topic(town, "culture", "sports")
    await settle(town.system, 8, interests=["culture", "sports"])
    async with work(town.system) as unit:
        await policy.change_policy(unit, SendingPolicy(per_topic_per_week=1))
    one, again = Audience(interests=("culture",)), draft(Audience(interests=("culture",)))
    await send_out(town.system, await launched(town.system, draft(one)), NotingCourier().couriers)
    more = await launched(town.system, again)
    await send_out(town.system, more, NotingCourier().couriers)
    assert await states(town.system, more) == {("deferred", "cap"): 8}
    other = await launched(town.system, draft(Audience(interests=("sports",))))
    await send_out(town.system, other, NotingCourier().couriers)
    assert await states(town.system, other) == {("sent", None): 8}
    untold = await launched(town.system)
    await send_out(town.system, untold, NotingCourier().couriers)
    assert await states(town.system, untold) == {("sent", None): 8}


async def test_an_emergency_is_written_down_with_both_who_answer_for_it(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 6)
    writer, other = await town.member("communications"), await town.member("communications")
    written = (await client.post("/v1/staff/campaigns", headers=writer, json=message(importance="emergency"))).json()
    await client.post(f"/v1/staff/campaigns/{written['id']}/launch", headers=writer)
    await client.post(f"/v1/staff/campaigns/{written['id']}/launch", headers=other)
    officer = await town.key("privacy_officer")
    entries = (await client.get("/v1/staff/audit", headers=officer)).json()["items"]
    [entry] = [each for each in entries if each["act"] == "emergency_launched"]
    [wrote] = await town.sql("select written_by, launched_by from campaign")
    assert (entry["subject_id"], entry["caller_id"]) == (written["id"], str(wrote["launched_by"]))
    assert entry["detail"] == {"written_by": str(wrote["written_by"])}
    assert wrote["written_by"] != wrote["launched_by"]


async def test_a_message_names_the_receipt_of_each_consent_it_rests_on(client: httpx.AsyncClient, town: Town) -> None:
    area = await district(town.system)
    resident, headers = await follower(town, area)
    await settle(town.system, 6, areas=[area])
    await send_out(town.system, await launched(town.system, draft(Audience(areas=(area,)))), NotingCourier().couriers)
    [shown] = (await client.get("/v1/me/messages", headers=headers)).json()["items"]
    rows = await town.sql("select purpose, event_id from standing_consent where resident_id = $1", resident)
    assert shown["why"]["receipts"] == {row["purpose"]: str(row["event_id"]) for row in rows}
    assert set(shown["why"]["receipts"]) == {"push_messages", "personal_feed"}


async def test_the_calendar_shows_what_is_planned_and_what_still_stands(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 10)
    standing = await launched(town.system)
    later = (await posted(client, town, send_at=(now() + timedelta(days=1)).isoformat())).json()["id"]
    await posted(client, town)
    staff = await town.key("communications")
    items = (await client.get("/v1/staff/campaigns/calendar", headers=staff)).json()["items"]
    assert [each["id"] for each in items] == [str(standing), later]
    assert [each["audience_size"] for each in items] == [10, None]
    far = {"since": (now() + timedelta(days=40)).isoformat()}
    assert (await client.get("/v1/staff/campaigns/calendar", headers=staff, params=far)).json()["items"] == []
    back = {**far, "until": now().isoformat()}
    assert (await client.get("/v1/staff/campaigns/calendar", headers=staff, params=back)).status_code == 422


async def test_staff_see_what_each_platform_shows_of_a_text(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    long = {"title": {"nb": "Torget"}, "body": {"nb": "Hva skal skje? " * 15}}
    shown = (await client.post("/v1/staff/campaigns/texts", headers=staff, json=long)).json()["items"]
    assert {each["platform"]: each["cut"] for each in shown} == {"android": False, "ios": True, "web": True}
    assert {each["locked_title"] for each in shown} == {"Ny melding"}
    async with work(town.system) as unit:
        await policy.change_policy(unit, SendingPolicy(encrypted=True))
    shown = (await client.post("/v1/staff/campaigns/texts", headers=staff, json=long)).json()["items"]
    assert {each["locked_title"] for each in shown} == {"Torget"}
    assert next(each for each in shown if each["platform"] == "ios")["body"].endswith("…")
