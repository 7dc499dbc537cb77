"""What residents write in their own words: read apart from everything else, and published only when approved."""

import random
from typing import Any
from uuid import UUID

import httpx

from base.database import work
from insights.releases import publish
from surveys.box.shaking import shake_if_due
from tests.surveys.polling import SURVEY, L, Polling

HOW = [{"key": "bus", "label": L}, {"key": "else", "label": L, "other": True}]
ASKED: dict[str, Any] = {
    **SURVEY,
    "questions": [
        *SURVEY["questions"],
        {"key": "how", "type": "multiple", "label": L, "options": HOW},
        {"key": "where", "type": "map", "label": L, "geometry": "point", "comment": True},
    ],
}
HERE = {"type": "Point", "coordinates": [10.2, 59.1]}


def said(number: int) -> dict[str, Any]:
    return {
        "bike": "yes" if number % 2 else "no",
        "why": f"why {number}, ring 912 34 567",
        "how": ["bus", {"other": f"how {number}"}],
        "where": {"geometry": HERE, "comment": f"where {number}"},
    }


async def answered(polling: Polling, answers: list[dict[str, Any]]) -> None:
    for number, one in enumerate(answers):
        taken = await polling.hand_in(await polling.ballot(), one, number)
        assert taken.status_code == 201, taken.text


async def counted(polling: Polling, answers: list[dict[str, Any]]) -> None:
    await polling.launch(ASKED)
    await answered(polling, answers)
    await polling.close()
    await polling.count()
    async with work(polling.town.system) as unit:
        await publish(unit, UUID(polling.survey))


async def waiting(polling: Polling) -> list[dict[str, Any]]:
    found = await polling.client.get(f"/v1/staff/surveys/{polling.survey}/comments", headers=polling.staff)
    assert found.status_code == 200, found.text
    items: list[dict[str, Any]] = found.json()["items"]
    return items


async def judge(polling: Polling, comment: str, **decision: str) -> int:
    path = f"/v1/staff/surveys/{polling.survey}/comments/{comment}/moderation"
    return (await polling.client.post(path, headers=polling.staff, json=decision)).status_code


async def published(polling: Polling) -> list[str]:
    found = await polling.client.get(f"/v1/municipalities/3907/results/{polling.survey}/comments")
    assert found.status_code == 200, found.text
    return sorted(one["body"] for one in found.json()["items"])


async def test_what_is_written_is_read_apart_and_published_only_when_approved(polling: Polling) -> None:
    silent: list[dict[str, Any]] = [{"bike": "no"}, {"bike": "no", "how": ["bus"]}] * 6
    await counted(polling, [*(said(number) for number in range(12)), *silent])
    found = await waiting(polling)
    assert len(found) == 36
    assert {(c["question"], c["body"]) for c in found} == {
        *(("why", f"why {n}, ring [•••]") for n in range(12)),
        *(("how", f"how {n}") for n in range(12)),
        *(("where", f"where {n}") for n in range(12)),
    }
    assert all(set(c) == {"id", "question", "body", "state", "refused_because", "marks"} for c in found)
    assert await published(polling) == []
    by_words = {c["body"]: c["id"] for c in found}
    assert await judge(polling, by_words["where 3"]) == 200
    assert await judge(polling, by_words["how 4"]) == 200
    assert await judge(polling, by_words["how 5"], refused_because="Names a neighbour.") == 200
    assert await published(polling) == ["how 4", "where 3"]
    # A second thought is possible; what was refused has its reason, and stays out.
    assert await judge(polling, by_words["where 3"], refused_because="After all not.") == 200
    assert await published(polling) == ["how 4"]
    refused = await polling.client.get(
        f"/v1/staff/surveys/{polling.survey}/comments?state=refused", headers=polling.staff
    )
    assert {c["refused_because"] for c in refused.json()["items"]} == {"Names a neighbour.", "After all not."}
    assert len(await waiting(polling)) == 33
    planner = await polling.town.member("planner")
    shown = (await polling.client.get(f"/console/surveys/{polling.survey}", headers=planner)).text
    assert ("how 4" in shown, "how 5" in shown, "where 3" in shown, "why 1" in shown) == (True, False, False, False)


async def test_many_are_judged_at_once_and_a_judgement_is_taken_back(polling: Polling) -> None:
    await counted(polling, [said(number) for number in range(12)])
    path = f"/v1/staff/surveys/{polling.survey}/comments/moderation"
    ids = [one["id"] for one in await waiting(polling)][:10]

    async def judged(**body: object) -> httpx.Response:
        return await polling.client.post(path, headers=polling.staff, json={"ids": ids, **body})

    assert [error["pointer"] for error in (await judged(state="refused")).json()["errors"]] == ["/refused_because"]
    told = (await judged(state="published")).json()
    assert told == {"decided": 10, "counts": {"waiting": 26, "published": 10, "refused": 0}}
    refused = (await judged(state="refused", refused_because="Names a neighbour.")).json()
    assert refused["counts"] == {"waiting": 26, "published": 0, "refused": 10}
    assert (await judged(state="waiting")).json()["counts"] == {"waiting": 36, "published": 0, "refused": 0}
    assert len(await waiting(polling)) == 36


async def test_a_dump_does_not_say_what_else_the_writer_of_a_comment_answered(polling: Polling) -> None:
    await counted(polling, [said(number) for number in range(12)])
    for answer in await polling.answers():
        assert answer["why"] == ""
        assert answer["how"] == ["bus", {"other": ""}]
        assert answer["where"] == {"geometry": answer["where"]["geometry"], "comment": ""}
    columns = await polling.town.sql(
        "select attname from pg_attribute where attrelid = 'comment'::regclass and attnum > 0 and not attisdropped"
    )
    assert {c["attname"] for c in columns} == {
        "id",
        "municipality_id",
        "survey_id",
        "question",
        "body",
        "state",
        "refused_because",
    }
    # Nor does the order in which the rows lie: the words of one answer are no nearer to each other than to others.
    rows = await polling.town.sql("select body from comment order by ctid")
    places = {row["body"].split(",")[0]: place for place, row in enumerate(rows)}
    own = sum(abs(places[f"why {n}"] - places[f"how {n}"]) for n in range(12))
    dice = random.Random(7)
    by_chance = []
    for _ in range(2000):
        shuffled = dice.sample(range(12), 12)
        by_chance.append(sum(abs(places[f"why {n}"] - places[f"how {m}"]) for n, m in enumerate(shuffled)))
    assert sum(one <= own for one in by_chance) / len(by_chance) > 0.0005


async def test_the_words_of_fewer_than_k_are_shown_to_nobody_and_kept_nowhere(polling: Polling) -> None:
    few = [{**said(n), "why": f"why {n}"} if n < 4 else {"bike": "yes", "where": HERE} for n in range(12)]
    await counted(polling, few)
    assert await waiting(polling) == [], "that many pointed at a place says nothing of how many wrote about it"
    everything = await polling.town.sql("select to_jsonb(a)::text as row from answer a")
    assert not [row for row in everything if "why 1" in row["row"] or "how 1" in row["row"] or "where 1" in row["row"]]
    assert sum(a.get("why") == "" for a in await polling.answers()) == 4, "that they wrote is counted still"
    assert sum(a["where"].get("comment") == "" for a in await polling.answers()) == 4


async def test_comments_that_would_tell_how_few_said_nothing_are_withheld_with_that_number(polling: Polling) -> None:
    await counted(polling, [*(said(number) for number in range(12)), {"bike": "no"}])
    for comment in await waiting(polling):
        assert await judge(polling, comment["id"]) == 200
    found = (await polling.client.get(f"/v1/municipalities/3907/results/{polling.survey}/comments")).json()
    assert (found["items"], sorted(found["withheld"])) == ([], ["how", "where", "why"])


async def test_a_survey_that_ends_under_k_leaves_no_comment(polling: Polling) -> None:
    await counted(polling, [said(number) for number in range(4)])
    assert await polling.town.sql("select 1 from comment") == []
    assert await waiting(polling) == []


async def test_before_the_shake_nobody_reads_a_word_and_what_is_taken_back_is_gone(polling: Polling) -> None:
    await polling.launch(ASKED)
    await answered(polling, [said(number) for number in range(51)])
    assert await waiting(polling) == []
    assert (await polling.take_back("a secret that app number 0 made")).status_code == 204
    async with work(polling.town.system) as unit:
        assert await shake_if_due(unit, UUID(polling.survey))
    first = {c["id"]: c["body"] for c in await waiting(polling)}
    assert len(first) == 100  # A page; of 150.
    assert not [body for body in first.values() if body.startswith(("why 0,", "how 0", "where 0"))]
    # A second shake hands over what is new where enough is, and nothing twice.
    await answered(polling, [{"bike": "yes", "why": f"later {n}"} for n in range(5)])
    await answered(polling, [{"bike": "yes", "how": [{"other": f"later by {n}"}]} for n in range(4)])
    await polling.close()
    await polling.count()
    bodies = [row["body"] for row in await polling.town.sql("select body from comment")]
    assert (len(bodies), len(set(bodies))) == (155, 155)
    assert sorted(body for body in bodies if body.startswith("later")) == [f"later {n}" for n in range(5)]


async def test_comments_are_for_those_who_moderate_and_a_strangers_survey_has_none(polling: Polling) -> None:
    await counted(polling, [*(said(number) for number in range(6)), *({"bike": "no"} for _ in range(6))])
    planner = await polling.town.key("planner")
    path = f"/v1/staff/surveys/{polling.survey}/comments"
    assert (await polling.client.get(path, headers=planner)).status_code == 403
    comment = next(c["id"] for c in await waiting(polling) if c["question"] == "why")
    other = polling.survey
    await polling.launch()
    assert await judge(polling, comment) == 404
    polling.survey = other
    assert await judge(polling, comment) == 200
    read = await polling.client.get(f"/v1/insights/surveys/{other}/releases/1/comments", headers=planner)
    assert [one["id"] for one in read.json()["items"]] == [comment]
    acts = await polling.town.sql("select act from audit_entry where act = 'moderate_comment'")
    assert len(acts) == 1, "of the one that was refused nothing was done"
