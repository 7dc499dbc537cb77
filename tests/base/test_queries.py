"""Named queries: how a room's SQL is written, and what the unit of work makes of it."""

from uuid import uuid4

import pytest

from base.database import work
from base.queries import NotAQuery, numbered, parsed
from tests.town import Town


def test_a_file_holds_queries_by_their_names() -> None:
    queries = parsed(
        "-- What a room asks.\n\n-- name: first\n-- The first\n-- of two.\nselect 1;\n\n"
        "-- name: second\n-- The second.\nselect :a::int -- one\n  + :b\n"
    )
    assert list(queries) == ["first", "second"]
    assert (queries["first"].text, queries["first"].comment) == ("select 1", "The first of two.")
    assert queries["second"].text == "select $1::int -- one\n  + $2"
    assert queries["second"].parameters == ("a", "b")


@pytest.mark.parametrize(
    ("text", "numbered_text"),
    [
        ("select :a, :b, :a", "select $1, $2, $1"),
        ("select :a::text::int", "select $1::text::int"),
        ("select ':a', \":a\", :b", "select ':a', \":a\", $1"),
        ("select 'it''s :a', :b -- :c\n", "select 'it''s :a', $1 -- :c\n"),
        ("do $x$ begin :a; end $x$", "do $x$ begin :a; end $x$"),
        ("select x[1:2], :a", "select x[1:2], $1"),
        ("select '12:30'::time, a ? :key", "select '12:30'::time, a ? $1"),
    ],
)
def test_only_parameters_become_numbers(text: str, numbered_text: str) -> None:
    assert numbered("one", text).text == numbered_text


@pytest.mark.parametrize(
    "text",
    [
        "-- name: one\nselect 1",
        "-- name: one\n-- A query.\nselect 1\n-- name: one\n-- Another.\nselect 2",
        "-- name: no-name\n-- A query.\nselect 1",
        "select 1\n-- name: one\n-- A query.\nselect 1",
    ],
    ids=["no comment", "one name twice", "no name", "a statement of no name"],
)
def test_a_file_that_is_not_written_so_is_refused(text: str) -> None:
    with pytest.raises(NotAQuery):
        parsed(text)


def test_a_query_is_called_with_just_its_own_parameters() -> None:
    query = numbered("one", "select :a, :municipality, :b")
    town = uuid4()
    assert query.values(town, {"a": 1, "b": 2}) == [1, town, 2]
    for given in ({"a": 1}, {"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 2, "municipality": town}):
        with pytest.raises(NotAQuery):
            query.values(town, given)


async def test_the_unit_of_work_says_which_municipality(town: Town) -> None:
    interests = numbered("interests", "select count(*) from interest where municipality_id = :municipality")
    insert = numbered(
        "insert",
        "insert into interest (id, municipality_id, key, label) values (gen_random_uuid(), :municipality, :key, '{}')",
    )
    async with work(town.system) as unit:
        before = await unit.fetchval(interests)
        await unit.executemany(insert, [{"key": "ski"}, {"key": "sang"}])
        assert await unit.execute(insert, key="sykkel") == 1
        assert await unit.fetchval(interests) == before + 3
        assert (
            len(await unit.fetch(numbered("keys", "select key from interest where key = any(:keys)"), keys=["ski"]))
            == 1
        )
