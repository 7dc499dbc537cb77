"""Answering over HTTP: one for everyone entitled, none twice, none lost, none by whom it came from."""

import asyncio
import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from base import clock
from geofence.memory import EMPTY, Spent
from geofence.places import tag
from geofence.sealed import Seal
from tests.surveys.polling import SURVEY, L, Polling, receipt_of, secret_of
from tests.surveys.voter import header
from tests.town import found_town, move_in


async def test_a_resident_answers_once_and_finds_the_receipt_when_all_is_counted(polling: Polling) -> None:
    await polling.launch()
    for number in range(6):
        token = await polling.ballot()
        answer = await polling.hand_in(token, {"bike": "yes", "safe": 4, "why": "Lys"}, number)
        assert (answer.status_code, answer.json()) == (201, {"accepted": True})
    assert await polling.box() == {
        "state": "open", "counted": None, "receipts": f"/v1/surveys/{polling.survey}/box/{{prefix}}",
    }  # fmt: skip
    assert (await polling.client.get(f"/v1/surveys/{polling.survey}/box/ab")).status_code == 404
    await polling.close()
    await polling.count()
    assert (await polling.box())["state"] == "counted"
    assert (await polling.box())["counted"] == 6
    for number in range(6):
        found = await polling.client.get(f"/v1/surveys/{polling.survey}/box/{receipt_of(number)[:5]}")
        assert receipt_of(number) in found.json()["items"]


async def test_a_hundred_spends_of_one_ballot_with_different_answers_give_exactly_one_201(polling: Polling) -> None:
    await polling.launch()
    token = await polling.ballot()
    answers = await asyncio.gather(*(polling.hand_in(token, {"bike": "no"}, number) for number in range(100)))
    assert sorted(a.status_code for a in answers) == [201] + [409] * 99
    assert len(await polling.answers()) == 1


async def test_identical_retries_are_all_accepted_and_count_once(polling: Polling) -> None:
    await polling.launch()
    token = await polling.ballot()
    answers = await asyncio.gather(*(polling.hand_in(token, {"bike": "no", "why": "x"}) for _ in range(50)))
    assert {a.status_code for a in answers} == {201}
    assert await polling.answers() == [{"bike": "no", "why": "x"}]


async def test_an_invalid_answer_does_not_burn_its_ballot(polling: Polling) -> None:
    await polling.launch()
    token = await polling.ballot()
    refused = await polling.hand_in(token, {"bike": "no", "safe": 3, "stranger": 1})
    assert refused.status_code == 422
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/answers/stranger", "/answers/safe"]
    assert (await polling.hand_in(token, {"bike": "no"})).status_code == 201


async def test_nobody_answers_without_a_ballot_or_with_one_of_another_survey(polling: Polling) -> None:
    await polling.launch()
    elsewhere = await polling.ballot()
    await polling.launch()
    path = f"/v1/surveys/{polling.survey}/responses"
    body = {"answers": {"bike": "no"}, "receipt_hash": receipt_of(1)}
    assert (await polling.client.post(path, json=body)).status_code == 401
    assert (await polling.client.post(path, json=body, headers=header(b"\x00" * 354))).status_code == 401
    assert (await polling.hand_in(elsewhere, {"bike": "no"})).status_code == 401
    assert await polling.answers() == []


async def test_the_anonymous_door_refuses_whoever_says_who_they_are(polling: Polling) -> None:
    await polling.launch()
    token = await polling.ballot()
    path = f"/v1/surveys/{polling.survey}/responses"
    body = {"answers": {"bike": "no"}, "receipt_hash": receipt_of(1)}
    with_cookie = await polling.client.post(path, json=body, headers={**header(token), "Cookie": "a=b"})
    assert with_cookie.status_code == 400
    assert (await polling.client.post(path, json=body, headers=(await polling.moves()).headers)).status_code == 400
    assert (await polling.hand_in(token, {"bike": "no"})).status_code == 201


async def test_a_second_request_for_a_ballot_is_refused_and_the_identical_one_answered_again(polling: Polling) -> None:
    await polling.launch()
    resident = await polling.moves()
    voter = polling.voter()
    first = await polling.ask(resident, voter)
    again = await polling.ask(resident, voter)
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert first.headers["content-type"] == "application/private-token-response"
    assert (await polling.ask(resident, polling.voter())).status_code == 409


async def test_of_many_different_requests_by_one_resident_at_once_one_is_signed(polling: Polling) -> None:
    await polling.launch()
    resident = await polling.moves()
    answers = await asyncio.gather(*(polling.ask(resident, polling.voter()) for _ in range(20)))
    assert sorted(a.status_code for a in answers) == [200] + [409] * 19


@pytest.mark.parametrize("content", [b"", b"\x00" * 259, b"\x00\x02", b"\xff" * 259])
async def test_a_malformed_ballot_request_is_refused_and_costs_nothing(polling: Polling, content: bytes) -> None:
    await polling.launch()
    resident = await polling.moves()
    refused = await polling.client.post(
        f"/v1/surveys/{polling.survey}/ballots",
        headers={**resident.headers, "Content-Type": "application/private-token-request"},
        content=content,
    )
    assert refused.status_code == 422
    await polling.ballot(resident)


async def test_after_close_nothing_is_issued_accepted_or_taken_back(polling: Polling) -> None:
    await polling.launch()
    token = await polling.ballot()
    resident = await polling.moves()
    await polling.close()
    assert (await polling.ask(resident, polling.voter())).status_code == 410
    assert (await polling.hand_in(token, {"bike": "no"})).status_code == 410
    assert (await polling.take_back(secret_of(0))).status_code == 410
    again = await polling.client.post(f"/v1/staff/surveys/{polling.survey}/close", headers=polling.staff)
    assert again.status_code == 409


async def test_answers_end_on_time_even_where_nobody_has_closed_the_survey_yet(polling: Polling) -> None:
    closes_at = datetime.now(UTC) + timedelta(hours=1)
    await polling.launch({**SURVEY, "closes_at": closes_at.isoformat()})
    token, late = await polling.ballot(), await polling.ballot()
    assert (await polling.hand_in(token, {"bike": "no"})).status_code == 201
    with clock.at(closes_at):
        assert (await polling.hand_in(late, {"bike": "no"})).status_code == 410


async def test_no_answer_slips_in_while_the_survey_is_being_closed(polling: Polling) -> None:
    await polling.launch()
    tokens = await asyncio.gather(*(polling.ballot() for _ in range(30)))

    async def close_soon() -> Any:
        await asyncio.sleep(0.02)
        return await polling.close()

    answers = await asyncio.gather(
        close_soon(), *(polling.hand_in(token, {"bike": "no"}, n) for n, token in enumerate(tokens))
    )
    codes = [a.status_code for a in answers[1:]]
    assert set(codes) <= {201, 410}
    assert len(await polling.answers()) == codes.count(201)


async def test_an_answer_is_taken_back_by_its_secret_and_given_anew(polling: Polling) -> None:
    await polling.launch()
    token = await polling.ballot()
    await polling.hand_in(token, {"bike": "no"}, 7)
    assert (await polling.take_back("somebody else's secret")).status_code == 404
    assert (await polling.take_back(secret_of(7))).status_code == 204
    assert await polling.answers() == []
    assert (await polling.take_back(secret_of(7))).status_code == 404
    assert (await polling.hand_in(token, {"bike": "yes"}, 8)).status_code == 201


@pytest.mark.parametrize("written", [bytes.hex, lambda secret: base64.urlsafe_b64encode(secret).decode().rstrip("=")])
async def test_a_secret_of_bytes_is_known_by_its_hex_or_base64url(polling: Polling, written: Any) -> None:
    secret = bytes(range(200, 232))
    await polling.launch()
    handed = await polling.client.post(
        f"/v1/surveys/{polling.survey}/responses",
        headers=header(await polling.ballot()),
        json={"answers": {"bike": "no"}, "receipt_hash": hashlib.sha256(secret).hexdigest()},
    )
    assert handed.status_code == 201
    assert (await polling.take_back(written(secret))).status_code == 204


async def test_a_draft_and_an_unknown_survey_look_the_same_from_outside(polling: Polling) -> None:
    await polling.write()
    resident = await polling.moves()
    for survey in (polling.survey, str(uuid4())):
        polling.survey = survey
        for path in ("issuer", "box", "box/ab"):
            assert (await polling.client.get(f"/v1/surveys/{survey}/{path}")).status_code == 404
        assert (await polling.client.get(f"/v1/surveys/{survey}", headers=resident.headers)).status_code == 404
        assert (await polling.hand_in(b"\x00" * 354, {})).status_code in (401, 404)
        assert (await polling.take_back("x" * 10)).status_code == 404


async def test_a_survey_for_those_registered_before_it_opened_refuses_who_came_later(polling: Polling) -> None:
    before = [await polling.moves() for _ in range(5)]
    await polling.launch({**SURVEY, "assurance": "registered"})
    after = await polling.moves()
    assert (await polling.ask(after, polling.voter())).status_code == 403
    for resident in before:
        voter = polling.voter()
        assert (await polling.ask(resident, voter)).status_code == 200
        assert (await polling.ask(resident, voter)).status_code == 200
        assert (await polling.ask(resident, polling.voter())).status_code == 409


async def test_a_survey_for_an_interest_needs_the_consent_and_the_interest(polling: Polling) -> None:
    cyclists = [await polling.moves(consents=["personal_feed"], interests=["traffic"]) for _ in range(5)]
    await polling.launch({**SURVEY, "eligibility": {"kind": "interest", "interests": ["traffic"]}})
    await polling.ballot(cyclists[0])
    gardener = await polling.moves(consents=["personal_feed"], interests=["nature"])
    refused = await polling.ask(gardener, polling.voter())
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-entitled")
    stranger = await polling.ask(await polling.moves(), polling.voter())
    assert (stranger.status_code, stranger.json()["purpose"]) == (403, "personal_feed")


async def test_a_survey_for_a_district_is_also_for_those_who_follow_a_part_of_it(polling: Polling) -> None:
    whole, part, elsewhere = uuid4(), uuid4(), uuid4()
    for zone, parent in ((whole, None), (part, whole), (elsewhere, None)):
        await polling.town.sql(
            "insert into zone (id, municipality_id, name, kind, geometry, parent_id, sensitive, changed_at) "
            "values ($1, $2, '{}', 'district', '{}', $3, false, now())", zone, polling.town.municipality, parent,
        )  # fmt: skip
    neighbours = [await polling.moves(consents=["personal_feed"], areas=[part]) for _ in range(5)]
    stranger = await polling.moves(consents=["personal_feed"], areas=[elsewhere])
    await polling.launch({**SURVEY, "eligibility": {"kind": "area", "areas": [str(whole)]}})
    assert (await polling.ask(stranger, polling.voter())).status_code == 403
    await polling.ballot(neighbours[0])
    feed = (await polling.client.get("/v1/feed", headers=neighbours[1].headers)).json()["items"]
    assert [(e["id"], e["why"]["reason"], e["why"]["area"]) for e in feed] == [(polling.survey, "area", str(whole))]
    assert (await polling.client.get("/v1/feed", headers=stranger.headers)).json()["items"] == []


async def test_a_survey_for_those_who_were_there_wants_their_sealed_state(polling: Polling) -> None:

    trigger = uuid4()
    await polling.town.sql(
        "insert into zone (id, municipality_id, name, kind, geometry, sensitive, changed_at) "
        "values ($1, $2, '{}', 'trigger', '{}', false, now())", zone := uuid4(), polling.town.municipality,
    )  # fmt: skip
    await polling.town.sql(
        'insert into "trigger" (id, municipality_id, zone_id, rule, active_to, subject_kind, subject_id, changed_at) '
        "values ($1, $2, $3, '{}', now() + interval '1 day', 'survey', $1, now())",
        trigger, polling.town.municipality, zone,
    )  # fmt: skip
    visitors = [await polling.moves(consents=["location_zones"]) for _ in range(5)]
    await polling.launch({**SURVEY, "eligibility": {"kind": "present", "triggers": [str(trigger)]}})
    seal, moment = Seal(polling.keys), clock.now().timestamp()
    there = EMPTY._replace(fired={tag(trigger): Spent(int(moment))})
    where = polling.town.municipality
    states = [seal.seal(there, visitors[0].id, where, at=moment), seal.seal(EMPTY, visitors[1].id, where, at=moment)]
    assert (await polling.ask(visitors[1], polling.voter())).status_code == 403
    assert (await polling.ask(visitors[1], polling.voter(), **{"Medvirk-State": states[1]})).status_code == 403
    assert (await polling.ask(visitors[1], polling.voter(), **{"Medvirk-State": states[0]})).status_code == 403
    assert (await polling.ask(visitors[0], polling.voter(), **{"Medvirk-State": states[0]})).status_code == 200


async def test_an_independent_client_answers_over_http(polling: Polling, independent_voter: Any) -> None:

    await polling.launch()
    resident = await polling.moves()
    asked = independent_voter(
        "ask", survey=polling.survey, **{k: polling.issuer[k] for k in ("token_key", "token_challenge")}
    )
    request = base64.urlsafe_b64decode(asked["request"] + "==")
    issued = await polling.client.post(
        f"/v1/surveys/{polling.survey}/ballots",
        headers={**resident.headers, "Content-Type": "application/private-token-request"},
        content=request,
    )
    response = base64.urlsafe_b64encode(issued.content).decode()
    handed = independent_voter("finish", id=asked["id"], response=response)
    taken = await polling.client.post(
        f"/v1/surveys/{polling.survey}/responses",
        headers={"Authorization": handed["authorization"]},
        json={"answers": {"bike": "no"}, "receipt_hash": receipt_of(0)},
    )
    assert taken.status_code == 201


async def test_another_towns_key_and_token_find_no_survey(polling: Polling) -> None:

    await polling.launch()
    other = await found_town(polling.town.superuser, "1108")
    stranger = await move_in(polling.client, "1108")
    assert (await polling.ask(stranger, polling.voter())).status_code == 404
    key = await other.key("admin")
    assert (await polling.client.get(f"/v1/staff/surveys/{polling.survey}", headers=key)).status_code == 404
    assert (await polling.client.post(f"/v1/staff/surveys/{polling.survey}/close", headers=key)).status_code == 404


async def test_few_answers_are_destroyed_with_all_that_belongs_to_them(polling: Polling) -> None:
    await polling.launch()
    for number in range(4):
        await polling.hand_in(await polling.ballot(), {"bike": "no"}, number)
    await polling.close()
    await polling.count()
    assert (await polling.box())["state"] == "destroyed"
    assert (await polling.box())["counted"] is None
    for table in ("answer", "receipt", "spent_ballot", "participation"):
        assert await polling.town.sql(f"select 1 from {table}") == []
    found = await polling.client.get(f"/v1/surveys/{polling.survey}/box/{receipt_of(0)[:3]}")
    assert found.json()["items"] == []
    queued = await polling.town.sql("select entrypoint from pgqueuer")
    assert "insights.release" not in {row["entrypoint"] for row in queued}


async def test_counting_destroys_the_keys_and_ends_the_same_when_it_is_done_again(polling: Polling) -> None:
    await polling.launch()
    for number in range(5):
        await polling.hand_in(await polling.ballot(), {"bike": "no"}, number)
    assert len(polling.keys.names("survey")) == 2
    await polling.close()
    await polling.count()
    await polling.count()
    assert polling.keys.names("survey") == []
    assert (await polling.box())["counted"] == 5
    assert len(await polling.town.sql("select 1 from receipt where survey_id = $1", UUID(polling.survey))) == 5
    queued = await polling.town.sql("select 1 from pgqueuer where entrypoint = 'insights.release'")
    assert len(queued) == 1


async def test_a_survey_is_read_in_the_residents_language(polling: Polling) -> None:
    await polling.launch()
    resident = await polling.moves()
    for language in ("nb", "en"):
        found = await polling.client.get(
            f"/v1/surveys/{polling.survey}", headers={**resident.headers, "Accept-Language": language}
        )
        assert found.json()["title"] == L[language]
        assert found.json()["questions"][0]["label"] == L[language]
        assert found.headers["content-language"] == language
    everybody = (await polling.client.get("/v1/municipalities/3907/surveys")).json()["items"]
    assert [one["id"] for one in everybody] == [polling.survey]
    mine = (await polling.client.get("/v1/surveys", headers=resident.headers)).json()["items"]
    assert [one["id"] for one in mine] == [polling.survey]


async def test_a_survey_by_letter_takes_each_code_once_however_it_was_typed(polling: Polling) -> None:
    survey = await polling.write({**SURVEY, "assurance": "code"})
    path = f"/v1/staff/surveys/{survey}"
    too_few = await polling.client.post(f"{path}/launch", headers=polling.staff)
    assert too_few.status_code == 409, "nobody could answer"
    made = await polling.client.post(f"{path}/codes", headers=polling.staff, json={"count": 5})
    codes = made.json()["codes"]
    assert len(set(codes)) == 5
    assert (await polling.client.post(f"{path}/launch", headers=polling.staff)).status_code == 200
    polling.issuer = (await polling.client.get(f"/v1/surveys/{survey}/issuer")).json()
    one, other = await polling.moves(), await polling.moves()
    assert (await polling.ask(one, polling.voter())).status_code == 403
    assert (await polling.ask(one, polling.voter(), **{"Medvirk-Code": "AAAA-AAAA-AAAA"})).status_code == 403
    voter = polling.voter()
    for typed in (codes[0], codes[0].lower().replace("-", " ")):
        assert (await polling.ask(one, voter, **{"Medvirk-Code": typed})).status_code == 200
    assert (await polling.ask(other, polling.voter(), **{"Medvirk-Code": codes[0]})).status_code == 409
    assert (await polling.ask(one, polling.voter(), **{"Medvirk-Code": codes[1]})).status_code == 409
    assert (await polling.ask(other, polling.voter(), **{"Medvirk-Code": codes[1]})).status_code == 200
    stored = str(await polling.town.sql("select encode(code, 'escape') c from survey_code"))
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    await polling.close()
    await polling.count()
    assert await polling.town.sql("select 1 from survey_code") == []
    assert polling.keys.names("survey") == []
