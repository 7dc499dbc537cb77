"""Over several shakes of an open survey, nobody who keeps dumps learns who wrote which words, or how few wrote."""

import os
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from base import clock
from base.database import work
from surveys.box.shaking import shake_if_due
from tests.surveys.box.test_comments import ASKED, HERE, answered, judge, waiting
from tests.surveys.polling import Polling

K = 5
_TOWNS = 12 if os.environ.get("MEDVIRK_PROVE") else 1


def _one(dice: random.Random, number: int) -> dict[str, Any]:
    """Somebody's answers: they write to each question seldom or often."""
    answers: dict[str, Any] = {"bike": dice.choice(["yes", "no"])}
    if dice.random() < 0.1:
        answers["why"] = f"why-{number}"
    if dice.random() < 0.06:
        answers["how"] = [{"other": f"how-{number}"}]
    if dice.random() < 0.5:
        answers["where"] = {"geometry": HERE}
        if dice.random() < 0.2:
            answers["where"]["comment"] = f"where-{number}"
    return answers


async def _dump(polling: Polling) -> dict[str, dict[str, str]]:
    """What a dump tells of each row of words: by question, the words and the transaction that wrote them."""
    rows = await polling.town.sql("select question, body, xmin::text as written_by from comment")
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["question"], {})[row["body"]] = row["written_by"]
    return found


@pytest.mark.parametrize("seed", range(_TOWNS))
async def test_from_one_shake_to_the_next_words_come_by_k_and_all_in_one_transaction(
    polling: Polling, seed: int
) -> None:
    dice, number = random.Random(seed), 0
    await polling.launch(ASKED)
    before: dict[str, dict[str, str]] = {}
    handed = 0
    for day in range(1, 5):
        crowd = [_one(dice, number + n) for n in range(dice.randint(50, 60))]
        number += len(crowd)
        await answered(polling, crowd)
        with clock.at(datetime.now(UTC) + timedelta(days=day)):
            async with work(polling.town.system) as unit:
                assert await shake_if_due(unit, UUID(polling.survey))
        after = await _dump(polling)
        for question, words in after.items():
            new = set(words) - set(before.get(question, {}))
            assert len(new) == 0 or len(new) >= K, "the words of few at once would be one writer's among few"
            handed += len(new)
        transactions = {written_by for words in after.values() for written_by in words.values()}
        assert len(transactions) <= 1, "older words are written anew, so that none are set apart by their transaction"
        for question, words in before.items():
            assert set(words) <= set(after.get(question, {})), "no words are lost on the way"
        for comment in await waiting(polling):
            if dice.random() < 0.3:
                assert await judge(polling, comment["id"]) == 200
        before = await _dump(polling)
    assert handed >= K
    ground = await polling.town.sql("select to_jsonb(g)::text as row from release_ground g")
    assert not [row for row in ground if "why-" in row["row"] or "how-" in row["row"]]
