"""A town with many surveys: lists cost no more statements for it, and no page of them is empty."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from base.transaction import Transaction
from tests.insights.test_releases import Box, people
from tests.surveys.polling import Polling
from tests.town import Town

RESULTS = "/v1/municipalities/3907/results"


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    real = Transaction._open

    def note(record: Any) -> None:
        asked.append(record.query)

    async def opened(transaction: Transaction) -> None:
        await real(transaction)
        transaction._connection.add_query_logger(note)

    monkeypatch.setattr(Transaction, "_open", opened)
    return asked


async def many(polling: Polling, number: int) -> UUID:
    """A survey that was published, and others like it: rows copied, since only reading them is tried."""
    box = Box(polling)
    survey = await box.open()
    await box.fill(people(walk=20, bus=12))
    await box.closed_and_counted()
    await copied(polling, survey, number)
    return survey


async def copied(polling: Polling, survey: UUID, number: int) -> None:
    columns = [
        row["column_name"]
        for row in await polling.town.sql(
            "select column_name from information_schema.columns where table_name = 'survey' and table_schema = "
            "(select table_schema from information_schema.tables where table_name = 'release' limit 1) "
            "and column_name not in ('id', 'created_at')"
        )
    ]
    names = ", ".join(columns)
    await polling.town.sql(
        f"insert into survey (id, created_at, {names}) select md5(n::text)::uuid, "
        f"created_at - n * interval '1 hour', {names} from survey, generate_series(1, $2::int) as n where id = $1",
        survey,
        number,
    )
    await polling.town.sql(
        "insert into release (id, municipality_id, survey_id, number, released_on, answers, content) "
        "select gen_random_uuid(), municipality_id, md5(n::text)::uuid, number, released_on, answers, content "
        "from release, generate_series(1, $2::int) as n where survey_id = $1",
        survey,
        number,
    )


async def test_results_are_read_page_by_page(polling: Polling) -> None:
    await many(polling, 24)
    seen: list[str] = []
    cursor = ""
    for _ in range(4):
        page = (await polling.client.get(f"{RESULTS}?limit=10{cursor}")).json()
        seen += [item["survey"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len(set(seen)) == 25
    assert {item["title"] for item in page["items"]} == {"Torget"}


async def test_lists_cost_no_more_statements_for_many_surveys(
    polling: Polling, town: Town, statements: list[str]
) -> None:
    planner = await town.key("planner")
    survey = await many(polling, 0)
    paths = [RESULTS, f"{RESULTS}/{survey}", "/v1/municipalities/3907/open-data/catalog", "/v1/insights/surveys"]

    async def cost() -> list[int]:
        found = []
        for path in paths:
            statements.clear()
            assert (await polling.client.get(path, headers=planner if "insights" in path else {})).status_code == 200
            found.append(len(statements))
        return found

    few = await cost()
    await copied(polling, survey, 30)
    assert few == await cost()
    assert max(few) <= 12


async def test_drafts_leave_no_page_of_surveys_to_read_empty(polling: Polling, client: httpx.AsyncClient) -> None:
    survey = await many(polling, 0)
    for _ in range(5):
        await polling.write()
    planner = await polling.town.key("planner")
    page = (await client.get("/v1/insights/surveys?limit=2", headers=planner)).json()
    assert [item["id"] for item in page["items"]] == [str(survey)]
    assert page["next"] is None


async def test_the_catalogue_says_at_once_what_has_been_published_since(polling: Polling) -> None:
    path = "/v1/municipalities/3907/open-data/catalog"
    before = (await polling.client.get(path)).text
    survey = await many(polling, 0)
    after = await polling.client.get(path)
    assert str(survey) not in before
    assert str(survey) in after.text
    assert (await polling.client.get(path)).content == after.content
    await polling.town.sql("""update municipality set name = '{"nb": "Nyby"}'""")
    async with asyncio.timeout(1):  # Another process may change it; this one hears of it within a second.
        while "Nyby" not in (await polling.client.get(path)).text:
            await asyncio.sleep(0.02)
