"""Those whose data were breached are told, whatever they have consented to."""

from datetime import timedelta
from typing import Any

import httpx

from base import clock
from base.database import work
from commands.retention import CLEARINGS
from consent.retention import clear
from tests.town import Moves, Town, grant

WORDS = ("title", "happened", "consequences", "measures", "contact")


def breach(**more: Any) -> dict[str, Any]:
    at = clock.now()
    return {
        "since": (at - timedelta(days=3)).isoformat(),
        "until": (at - timedelta(seconds=1)).isoformat(),
        **{word: {tag: f"{word} på {tag}" for tag in ("nb", "nn", "en")} for word in WORDS},
        **more,
    }


async def told(client: httpx.AsyncClient, who: Any) -> list[dict[str, Any]]:
    answer = await client.get("/v1/me/notices", headers={**who.headers, "Accept-Language": "nn"})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["breaches"]
    return found


async def test_who_consented_to_nothing_is_told_of_a_breach_and_newcomers_are_not(
    client: httpx.AsyncClient, moves: Moves, town: Town
) -> None:
    officer = await town.key("privacy_officer")
    kari = await moves()
    answer = await client.post("/v1/staff/breaches", headers=officer, json=breach())
    assert answer.status_code == 201, answer.text
    assert answer.json()["residents"] == "<5", "that it was one alone is nobody's business"
    later = await moves()
    await town.sql("update resident set registered_on = registered_on + 1 where id = $1", later.id)
    [found] = await told(client, kari)
    assert [found[word] for word in WORDS] == [f"{word} på nn" for word in WORDS]
    shown = (await client.get("/v1/staff/breaches", headers=officer)).json()["items"]
    assert [each["id"] for each in shown] == [found["id"]]
    assert await told(client, later) == []


async def test_only_those_whose_consent_stood_in_the_time_are_told(
    client: httpx.AsyncClient, moves: Moves, town: Town
) -> None:
    officer = await town.key("privacy_officer")
    follows, never = await moves(consents=["personal_feed"]), await moves(consents=["push_messages"])
    since_then, before_then = await moves(consents=["personal_feed"]), await moves(consents=["personal_feed"])
    await grant(client, since_then, "personal_feed", False)
    await grant(client, before_then, "personal_feed", False)
    await town.sql("update standing_consent set at = at - interval '5 days' where resident_id = $1", before_then.id)
    preview = await client.post(
        "/v1/staff/breaches/preview",
        headers=officer,
        json={key: value for key, value in breach(purposes=["personal_feed"]).items() if key not in WORDS},
    )
    assert preview.json() == {"residents": "<5"}
    assert await told(client, follows) == [], "a preview tells nobody"
    await client.post("/v1/staff/breaches", headers=officer, json=breach(purposes=["personal_feed"]))
    assert [len(await told(client, who)) for who in (follows, since_then, never, before_then)] == [1, 1, 0, 0]
    feed = (await client.get("/v1/feed", headers=follows.headers)).json()
    assert [each["title"] for each in feed["breaches"]] == ["title på nb"]


async def test_who_wants_messages_is_told_on_the_phone_too(client: httpx.AsyncClient, moves: Moves, town: Town) -> None:
    officer, kari = await town.key("privacy_officer"), await moves(consents=["push_messages"])
    device = {"address_kind": "log", "address": "kari", "locale": "nb", "timezone": "Europe/Oslo", "app_version": "1"}
    assert (await client.put("/v1/me/device", headers=kari.headers, json=device)).status_code in (200, 204)
    await client.post("/v1/staff/breaches", headers=officer, json=breach())
    waiting = await town.sql("select state from delivery where resident_id = $1", kari.id)
    assert [row["state"] for row in waiting] == ["queued"]
    await town.sql("update delivery set state = 'sent', done_at = now()")
    [message] = (await client.get("/v1/me/messages", headers=kari.headers)).json()["items"]
    assert (message["title"], message["why"]["reason"]) == ("title på nb", "breach")


async def test_a_breach_is_told_in_every_language_of_a_time_that_was(client: httpx.AsyncClient, town: Town) -> None:
    officer = await town.key("privacy_officer")
    at = clock.now()
    for wrong, pointers in (
        ({"measures": {"nb": "Sperret."}}, {"/measures/nn", "/measures/en"}),
        ({"until": (at + timedelta(hours=1)).isoformat()}, {"/until"}),
        ({"since": at.isoformat()}, {"/until"}),
        ({"purposes": ["personal_feed", "gossip"]}, {"/purposes/1"}),
        ({"purposes": ["registration"]}, {"/purposes/0"}),
    ):
        answer = await client.post("/v1/staff/breaches", headers=officer, json=breach(**wrong))
        assert answer.status_code == 422, answer.text
        assert {error["pointer"] for error in answer.json()["errors"]} == pointers
    staff = await town.key("communications", "planner")
    assert (await client.post("/v1/staff/breaches", headers=staff, json=breach())).status_code == 403
    assert (await client.get("/v1/staff/breaches", headers=staff)).status_code == 403


async def test_what_was_told_cannot_be_changed_and_whom_is_forgotten_after_a_year(
    client: httpx.AsyncClient, moves: Moves, town: Town
) -> None:
    officer, kari = await town.key("privacy_officer"), await moves()
    await client.post("/v1/staff/breaches", headers=officer, json=breach())
    with clock.at(clock.now() + timedelta(days=366)):
        assert await told(client, kari) == []
    async with work(town.system) as unit:
        await clear(unit, CLEARINGS)
    assert len(await told(client, kari)) == 1
    await town.sql("alter table breach disable trigger published")
    await town.sql("update breach set published_at = published_at - interval '366 days'")
    await town.sql("alter table breach enable trigger published")
    async with work(town.system) as unit:
        await clear(unit, CLEARINGS)
    assert await town.sql("select * from breach_told") == []
    assert len(await town.sql("select * from breach")) == 1
