"""Answers on paper: staff enter a sheet with the code of its letter, and nothing ties the one to the other."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from surveys.box import acceptance as box
from tests.surveys.polling import SURVEY, Polling

BY_LETTER = {**SURVEY, "assurance": "code"}


async def letters(polling: Polling, many: int = 8) -> list[str]:
    """The codes of a survey that was sent by letter and has been launched."""
    path = f"/v1/staff/surveys/{await polling.write(BY_LETTER)}"
    made = await polling.client.post(f"{path}/codes", headers=polling.staff, json={"count": many})
    assert (await polling.client.post(f"{path}/launch", headers=polling.staff)).status_code == 200
    polling.issuer = (await polling.client.get(f"/v1/surveys/{polling.survey}/issuer")).json()
    codes: list[str] = made.json()["codes"]
    return codes


async def enter(polling: Polling, code: str, answers: dict[str, Any] | None = None) -> httpx.Response:
    return await polling.client.post(
        f"/v1/staff/surveys/{polling.survey}/sheets",
        headers=polling.staff,
        json={"code": code, "answers": answers or {"bike": "no"}},
    )


async def test_sheets_and_ballots_lie_in_one_box_and_are_counted_together(polling: Polling) -> None:
    codes = await letters(polling)
    for number, code in enumerate(codes[:6]):
        entered = await enter(polling, code.lower().replace("-", " "), {"bike": "yes", "safe": number % 5 + 1})
        assert (entered.status_code, entered.json()) == (200, {"accepted": True})
    voter, resident = polling.voter(), await polling.moves()
    issued = await polling.ask(resident, voter, **{"Medvirk-Code": codes[6]})
    assert (await polling.hand_in(voter.finish(issued.content), {"bike": "no"})).status_code == 201
    lying = await polling.town.sql("select ballot, receipt_hash, shaken from answer")
    assert {(len(row["ballot"]), len(row["receipt_hash"]), row["shaken"]) for row in lying} == {(32, 32, False)}
    await polling.close()
    assert (await enter(polling, codes[7])).status_code == 410
    await polling.count()
    assert await polling.box() == {**await polling.box(), "state": "counted", "counted": 7}
    counted = await polling.town.sql("select on_paper from survey")
    assert counted[0]["on_paper"] is None, "the one who came the other way would be known"
    assert await polling.town.sql("select 1 from participation union all select 1 from survey_code") == []


async def test_a_code_is_good_for_one_sheet_or_one_ballot(polling: Polling) -> None:
    codes = await letters(polling)
    assert (await enter(polling, codes[0])).status_code == 200
    assert (await enter(polling, codes[0])).status_code == 200, "the same sheet, entered again"
    other = await enter(polling, codes[0], {"bike": "yes"})
    assert (other.status_code, "already" in other.json()["detail"]) == (409, True)
    resident = await polling.moves()
    assert (await polling.ask(resident, polling.voter(), **{"Medvirk-Code": codes[0]})).status_code == 409
    assert (await polling.ask(resident, polling.voter(), **{"Medvirk-Code": codes[1]})).status_code == 200
    assert (await enter(polling, codes[1])).status_code == 409
    assert (await enter(polling, "AAAA-AAAA-AAAA")).status_code == 403
    assert await polling.answers() == [{"bike": "no"}]


async def test_a_sheet_that_is_entered_by_many_at_once_is_in_the_box_once(polling: Polling) -> None:
    codes = await letters(polling)
    tried = await asyncio.gather(*(enter(polling, codes[0], {"bike": "yes", "safe": n % 5 + 1}) for n in range(10)))
    taken = {response.status_code for response in tried}
    assert taken == {200, 409}
    assert len(await polling.answers()) == 1


async def test_a_sheet_that_was_lost_on_its_way_is_entered_again(
    polling: Polling, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = await letters(polling)

    async def killed(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(box, "put_in", killed)
        assert (await enter(polling, codes[0])).status_code == 500
    assert await polling.answers() == []
    resident = await polling.moves()
    assert (await polling.ask(resident, polling.voter(), **{"Medvirk-Code": codes[0]})).status_code == 409
    assert (await enter(polling, codes[0])).status_code == 200
    assert await polling.answers() == [{"bike": "no"}]


async def test_a_sheet_that_does_not_fit_leaves_its_code_as_good_as_new(polling: Polling) -> None:
    codes = await letters(polling)
    refused = await enter(polling, codes[0], {"bike": "perhaps"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/answers/bike")
    assert await polling.town.sql("select 1 from participation") == []
    assert (await polling.ask(await polling.moves(), polling.voter(), **{"Medvirk-Code": codes[0]})).status_code == 200


async def test_only_surveys_by_letter_take_sheets(polling: Polling) -> None:
    await polling.launch()
    assert (await enter(polling, "AAAA-AAAA-AAAA")).status_code == 409


async def test_that_a_sheet_was_entered_is_known_and_never_which(polling: Polling) -> None:
    codes = await letters(polling)
    await enter(polling, codes[0], {"bike": "yes", "safe": 3, "why": "Det var mørkt."})
    audited = await polling.town.sql(
        "select caller, kind, subject_id, row_to_json(e)::text as whole from audit_entry e where act = 'enter_sheet'"
    )
    assert [(row["caller"], row["kind"], row["subject_id"]) for row in audited] == [
        ("key", "done", UUID(polling.survey))
    ]
    for told in (codes[0], codes[0].replace("-", ""), "mørkt"):
        assert told not in audited[0]["whole"]


async def test_a_sheet_and_its_code_are_written_in_two_transactions(polling: Polling) -> None:
    codes = await letters(polling)
    await enter(polling, codes[0])
    [row] = await polling.town.sql("select p.xmin::text <> a.xmin::text as apart from participation p, answer a")
    assert row["apart"]


async def test_the_towns_smallest_group_holds_where_a_survey_asks_for_a_smaller_one(polling: Polling) -> None:
    await polling.town.sql("update municipality set smallest_group = 6")
    codes = await letters(polling, 11)
    resident = await polling.moves()
    read = await polling.client.get(f"/v1/surveys/{polling.survey}", headers=resident.headers)
    assert read.json()["smallest_group"] == 6
    for code in codes[:5]:
        await enter(polling, code)
    for code in codes[5:]:
        voter = polling.voter()
        issued = await polling.ask(await polling.moves(), voter, **{"Medvirk-Code": code})
        assert (await polling.hand_in(voter.finish(issued.content), {"bike": "no"})).status_code == 201
    await polling.close()
    await polling.count()
    shown = (await polling.client.get(f"/v1/staff/surveys/{polling.survey}", headers=polling.staff)).json()
    assert (shown["counted"], shown["on_paper"]) == (11, None)
    assert [row["on_paper"] for row in await polling.town.sql("select on_paper from survey")] == [None]


@pytest.mark.parametrize(("sheets", "told"), [(3, None), (5, 5), (7, None)])
async def test_how_many_came_on_paper_is_told_where_no_few_are_known_by_it(
    polling: Polling, sheets: int, told: int | None
) -> None:
    codes = await letters(polling, 10)
    for code in codes[:sheets]:
        await enter(polling, code)
    for code in codes[sheets:]:
        voter = polling.voter()
        issued = await polling.ask(await polling.moves(), voter, **{"Medvirk-Code": code})
        assert (await polling.hand_in(voter.finish(issued.content), {"bike": "no"})).status_code == 201
    await polling.close()
    await polling.count()
    shown = (await polling.client.get(f"/v1/staff/surveys/{polling.survey}", headers=polling.staff)).json()
    assert (shown["counted"], shown["on_paper"]) == (10, told)
