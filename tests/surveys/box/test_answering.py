"""Answering over HTTP: one for everyone entitled, none twice, none lost, none by whom it came from."""

import asyncio
import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from base import clock
from tests.surveys.polling import SURVEY, Polling, receipt_of, secret_of
from tests.surveys.voter import header
from tests.town import found_town, move_in


async def test_a_resident_answers_once_and_finds_the_receipt_when_all_is_counted(polling: Polling) -> None:
    await polling.launch()
    for number in range(6):
        token = await polling.ballot()
        answer = await polling.hand_in(token, {"bike": "yes", "safe": 4, "why": "Lys"}, number)
        assert (answer.status_code, answer.json()) == (201, {"accepted": True})
    assert await polling.box() == {
        "state": "open",
        "counted": None,
        "receipts": f"/v1/surveys/{polling.survey}/box/{{prefix}}",
    }
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
