"""What a resident says about consent, over HTTP."""

import httpx

from tests.town import Moves, Town, grant


async def test_a_resident_reads_what_each_consent_is_for_in_their_language(
    client: httpx.AsyncClient, moves: Moves
) -> None:
    kari = await moves()
    answer = await client.get("/v1/purposes", headers={**kari.headers, "Accept-Language": "nn"})
    assert answer.status_code == 200, answer.text
    items = {item["purpose"]: item for item in answer.json()["items"]}
    assert list(items) == [
        "personal_feed",
        "location_zones",
        "location_beacons",
        "push_messages",
        "profile_statistics",
        "registration",
        "participation",
        "accountability",
    ]
    assert answer.headers["content-language"] == "nn"
    assert items["location_zones"]["title"] == "Spør meg der eg er"
    assert {item["status"] for item in items.values()} == {"none", "applies"}
    assert (items["location_zones"]["needs_age"], items["location_zones"]["age"]) == (True, 15)
    assert (items["push_messages"]["needs_age"], items["push_messages"]["age"]) == (False, None)


async def test_a_yes_and_a_no_are_both_kept_and_both_have_a_receipt(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves()
    yes = await grant(client, kari, "push_messages")
    no = (await client.delete("/v1/me/consents/push_messages", headers=kari.headers)).json()
    assert (yes["status"], no["status"]) == ("granted", "withdrawn")
    said = (await client.get("/v1/me/consents/history", headers=kari.headers)).json()["items"]
    assert [(line["receipt"], line["granted"]) for line in said] == [(yes["receipt"], True), (no["receipt"], False)]
    stands = (await client.get("/v1/me/consents", headers=kari.headers)).json()["items"]
    assert [(item["purpose"], item["status"]) for item in stands] == [("push_messages", "withdrawn")]


async def test_the_same_yes_again_is_the_same_line(client: httpx.AsyncClient, moves: Moves, town: Town) -> None:
    kari = await moves()
    first, again = [await grant(client, kari, "personal_feed") for _ in range(2)]
    assert first == again
    assert len(await town.sql("select 1 from consent_event")) == 1


async def test_an_old_notice_is_refused_before_anything_else(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves()
    for version in (0, 2, 10**12):
        answer = await client.put(
            "/v1/me/consents/location_zones",
            headers=kari.headers,
            json={"granted": True, "notice_version": version, "language": "xx"},
        )
        assert answer.status_code == 409, answer.text


async def test_who_does_not_say_that_they_are_old_enough_counts_as_too_young(
    client: httpx.AsyncClient, moves: Moves
) -> None:
    kari = await moves()
    for of_age in ({}, {"of_age": False}, {"of_age": None}):
        answer = await client.put(
            "/v1/me/consents/location_zones",
            headers=kari.headers,
            json={"granted": True, "notice_version": 1, "language": "nb", **of_age},
        )
        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) == (403, "not-entitled")
        assert "voksen" in answer.json()["detail"]
    young = await client.put(
        "/v1/me/consents/push_messages",
        headers=kari.headers,
        json={"granted": True, "notice_version": 1, "language": "nb"},
    )
    assert young.status_code == 200


async def test_nobody_consents_in_a_language_that_the_notice_is_not_written_in(
    client: httpx.AsyncClient, moves: Moves
) -> None:
    kari = await moves()
    answer = await client.put(
        "/v1/me/consents/push_messages",
        headers=kari.headers,
        json={"granted": True, "notice_version": 1, "language": "fr"},
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/language")


async def test_there_is_no_consent_to_what_nobody_asks_for(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves()
    for purpose in ("world_peace", "personal_feed%00"):
        answer = await client.delete(f"/v1/me/consents/{purpose}", headers=kari.headers)
        assert answer.status_code == 404


async def test_what_rests_on_a_consent_goes_with_it(client: httpx.AsyncClient, moves: Moves, town: Town) -> None:
    kari = await moves(consents=["personal_feed", "profile_statistics"], interests=["culture", "nature"])
    answer = await client.patch("/v1/me", headers=kari.headers, json={"birth_year_band": "1980-1989"})
    assert answer.json()["birth_year_band"] == "1980-1989"
    await client.delete("/v1/me/consents/personal_feed", headers=kari.headers)
    await client.delete("/v1/me/consents/profile_statistics", headers=kari.headers)
    me = (await client.get("/v1/me", headers=kari.headers)).json()
    assert (me["interests"], me["birth_year_band"]) == ([], None)
    assert not await town.sql("select 1 from resident_interest")


async def test_what_rests_on_the_law_is_told_and_is_no_switch(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves(consents=["push_messages"])
    items = {item["purpose"]: item for item in (await client.get("/v1/purposes", headers=kari.headers)).json()["items"]}
    assert {key: (items[key]["legal_basis"], items[key]["status"]) for key in items} == {
        "personal_feed": ("consent", "none"),
        "location_zones": ("consent", "none"),
        "location_beacons": ("consent", "none"),
        "push_messages": ("consent", "granted"),
        "profile_statistics": ("consent", "none"),
        "registration": ("public_task", "applies"),
        "participation": ("public_task", "applies"),
        "accountability": ("legal_obligation", "applies"),
    }
    for duty in ("registration", "participation", "accountability"):
        assert "samtykke" in items[duty]["text"] or "Loven krever" in items[duty]["text"]
        for yes in (True, False):
            said = {"granted": yes, "notice_version": 1, "language": "nb"}
            answer = await client.put(f"/v1/me/consents/{duty}", headers=kari.headers, json=said)
            assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (409, "conflict")
        assert (await client.delete(f"/v1/me/consents/{duty}", headers=kari.headers)).status_code == 409
    assert len((await client.get("/v1/me/consents/history", headers=kari.headers)).json()["items"]) == 1
    overview = (await client.get("/v1/me/overview", headers=kari.headers)).json()["items"]
    told = {item["purpose"]: item for item in overview}
    assert told["registration"]["status"] == "applies"
    assert "credential" in {part["table"] for part in told["registration"]["held"]}
    assert {part["what"] for part in told["registration"]["held"]} >= {
        "En enhets adgang: hash av en tilfeldig hemmelighet, og hva slags enhet det er."
    }


async def test_staff_tell_a_duty_anew_but_nobody_can_be_asked_to_renew_it(
    client: httpx.AsyncClient, town: Town
) -> None:
    officer = await town.key("privacy_officer")
    words = {
        "title": "Registreringen",
        "text": "Vi kjenner deg som et nummer.",
        "data_categories": ["Et nummer"],
        "systems": ["Medvirk"],
        "retention": "Til du sletter den.",
        "withdraw": "Slett den.",
    }
    notice = {"purpose": "registration", "texts": {"nb": words, "nn": words, "en": words}}
    again = await client.post(
        "/v1/staff/purposes", headers=officer, json={**notice, "lapses_at": "2090-01-01T00:00:00Z"}
    )
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/lapses_at")
    told = await client.post("/v1/staff/purposes", headers=officer, json=notice)
    assert (told.status_code, told.json()["legal_basis"], told.json()["notice_version"]) == (201, "public_task", 2)
