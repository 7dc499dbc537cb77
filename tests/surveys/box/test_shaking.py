"""After the box has been shaken, not even whoever owns the database ties an answer to a resident."""

import asyncio
import itertools
from uuid import UUID

import pytest

from base.database import work
from surveys.box.shaking import shake_if_due
from surveys.eligibility import participant
from tests.surveys.polling import SURVEY, Polling, receipt_of, secret_of
from tests.town import Neighbour

MANY = 60
# With 60 people, a matching by chance finds one on average; more than 8 happens once in a million.
BY_CHANCE = 8
ORDERS = ("ctid", "id", "xmin::text::bigint, ctid")


async def vote(polling: Polling, many: int) -> list[Neighbour]:
    """Everybody fetches a ballot and answers with their own number straight away: the worst habit there is."""
    await polling.launch({**SURVEY, "questions": [{"key": "n", "type": "number", "label": SURVEY["title"]}]})
    residents = [await polling.moves() for _ in range(many)]
    for number, resident in enumerate(residents):
        taken = await polling.hand_in(await polling.ballot(resident), {"n": number}, number)
        assert taken.status_code == 201
    return residents


async def shake(polling: Polling) -> bool:
    async with work(polling.town.system) as unit:
        return await shake_if_due(unit, UUID(polling.survey))


async def guesses(polling: Polling, residents: list[Neighbour]) -> list[int]:
    """How many a superuser who also has the survey's key ties right, for every order of both tables."""
    number_of = {participant(polling.keys, UUID(polling.survey), r.id): n for n, r in enumerate(residents)}
    right = []
    for by, also_by in itertools.product(ORDERS, ORDERS):
        who = await polling.town.sql(f"select participant from participation order by {by}")
        what = await polling.town.sql(f"select (answers->>'n')::int as n from answer order by {also_by}")
        right.append(sum(number_of[a["participant"]] == b["n"] for a, b in zip(who, what, strict=True)))
    return right


async def test_after_the_shake_a_superuser_with_the_key_ties_answers_to_residents_no_better_than_by_chance(
    polling: Polling,
) -> None:
    residents = await vote(polling, MANY)
    assert max(await guesses(polling, residents)) == MANY, "before the shake this attack works: that is what it is for"
    assert await shake(polling)
    assert max(await guesses(polling, residents)) <= BY_CHANCE


async def test_after_the_shake_no_key_no_transaction_and_no_time_joins_the_tables(polling: Polling) -> None:
    await vote(polling, 50)
    assert await shake(polling)
    tables = ("answer", "participation", "spent_ballot", "receipt")
    for table in tables:
        rows = await polling.town.sql(f"select xmin::text as x, to_jsonb(t) as j from {table} t")
        assert len(rows) == 50
        assert len({row["x"] for row in rows}) == 1, "one transaction wrote them all"
    [left] = await polling.town.sql("select count(ballot) as b, count(receipt_hash) as r from answer")
    assert (left["b"], left["r"]) == (0, 0)
    [came] = await polling.town.sql("select count(*) as n from answer_incoming")
    assert came["n"] == 0, "nor is the hash of anybody's body anywhere"
    for one, other in itertools.combinations(tables, 2):
        [shared] = await polling.town.sql(
            f"select count(*) as n from {one} a, {other} b, "
            "jsonb_each_text(to_jsonb(a)) x, jsonb_each_text(to_jsonb(b)) y "
            "where x.value = y.value and x.key not in ('municipality_id', 'survey_id') and length(x.value) > 8"
        )
        assert shared["n"] == 0, f"{one} and {other} share a value"


async def test_no_table_of_ballots_has_a_time_a_sequence_or_a_time_ordered_id(polling: Polling) -> None:
    columns = await polling.town.sql(
        "select table_name, column_name, data_type, column_default from information_schema.columns "
        "where table_name ~ '^(answer|participation|spent_ballot|receipt)'"
    )
    assert {c["data_type"] for c in columns} <= {"uuid", "bytea", "jsonb", "boolean"}
    assert not [c for c in columns if c["column_default"] and "nextval" in c["column_default"]]
    await vote(polling, 3)
    ids = [r["id"] for t in ("answer", "participation") for r in await polling.town.sql(f"select id from {t}")]
    assert {i.version for i in ids} == {4}


async def test_the_box_is_shaken_at_most_daily_and_only_when_fifty_are_new(polling: Polling) -> None:
    await vote(polling, 49)
    assert not await shake(polling)
    assert (await polling.hand_in(await polling.ballot(), {"n": 49}, 49)).status_code == 201
    assert await shake(polling)
    queued = await polling.town.sql("select 1 from pgqueuer where entrypoint = 'insights.release'")
    assert len(queued) == 1
    assert not await shake(polling)
    await polling.town.sql("update survey set shaken_on = shaken_on - 1")
    assert not await shake(polling), "nobody new to hide among"


async def test_after_the_shake_an_answer_is_neither_taken_back_nor_retried_but_stays_counted(polling: Polling) -> None:
    await vote(polling, 49)
    token = await polling.ballot()
    assert (await polling.hand_in(token, {"n": 50}, 50)).status_code == 201
    assert await shake(polling)
    assert (await polling.hand_in(token, {"n": 50}, 50)).status_code == 409
    assert (await polling.take_back(secret_of(50))).status_code == 404
    assert (await polling.hand_in(await polling.ballot(), {"n": 51}, 51)).status_code == 201
    await polling.close()
    await polling.count()
    assert (await polling.box())["counted"] == 51
    assert sorted(a["n"] for a in await polling.answers()) == [*range(49), 50, 51]
    for number in (0, 48, 50, 51):
        found = await polling.client.get(f"/v1/surveys/{polling.survey}/box/{receipt_of(number)[:8]}")
        assert receipt_of(number) in found.json()["items"]


@pytest.mark.parametrize("day", [True, False])
async def test_answers_that_come_while_the_box_is_shaken_are_all_kept(polling: Polling, day: bool) -> None:
    await vote(polling, 50)
    tokens = [await polling.ballot() for _ in range(12)]
    shaking = asyncio.create_task(shake(polling))
    answers = await asyncio.gather(*(polling.hand_in(token, {"n": 100 + n}, 100 + n) for n, token in enumerate(tokens)))
    assert await shaking
    assert {a.status_code for a in answers} == {201}
    if day:
        # Those whose ballots the shake has moved are still spent.
        again = await asyncio.gather(*(polling.hand_in(token, {"n": 7}, 7) for token in tokens))
        assert {a.status_code for a in again} == {409}
    assert sorted(a["n"] for a in await polling.answers()) == [*range(50), *range(100, 112)]
