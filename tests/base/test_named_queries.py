"""Every named query of the house: it can be run, it is used, it names the municipality and only tables it may know."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from tortoise import Tortoise

from base.queries import Query, load_queries
from tests.town import Town

ROOT = Path(__file__).parents[2]
FLOORS = ("base", "municipality", "residents", "consent", "geofence", "push", "surveys", "insights", "api")
"""The rooms that keep tables, from below."""
WITHOUT_MODEL = {
    "push_budget": "push",
    "answer": "surveys",
    "participation": "surveys",
    "receipt": "surveys",
    "spent_ballot": "surveys",
    "answer_incoming": "surveys",
    "answer_incoming_spare": "surveys",
    "answer_shaken": "surveys",
    "receipt_shaken": "surveys",
    "spent_ballot_spare": "surveys",
}
"""Tables that only named queries touch, and the room that keeps each."""
OPEN_TO_ALL = {"municipality", "survey_directory", "push_budget", "job_start", "pgqueuer"}
"""Tables without row-level security: there a row is found before its municipality is known, or it has none."""

_TABLE = re.compile(r'\b(?:from|join|into|update|table|only|using)\s+(?:only\s+)?"?([a-z_]+)"?', re.IGNORECASE)


def _files() -> list[Path]:
    return [path for path in sorted(ROOT.glob("*/**/*.sql")) if path.name == "queries.sql" and path.parts[0] != ".venv"]


def _queries() -> Iterator[tuple[Path, Query]]:
    for path in _files():
        for query in load_queries(str(path), path.name).all.values():
            yield path, query


QUERIES = [pytest.param(path, query, id=f"{path.parent.relative_to(ROOT)}:{query.name}") for path, query in _queries()]


def _owners() -> dict[str, str]:
    models = Tortoise.apps["medvirk"].values()
    return WITHOUT_MODEL | {model._meta.db_table: model.__module__.partition(".")[0] for model in models}


def _tables(query: Query, owners: dict[str, str]) -> list[str]:
    """Each mention of a table, as often as it is mentioned."""
    return [name for name in _TABLE.findall(re.sub(r"--[^\n]*", "", query.text)) if name in owners]


@pytest.mark.parametrize(("path", "query"), QUERIES)
async def test_it_can_be_prepared(path: Path, query: Query, town: Town) -> None:
    await town.superuser.prepare(query.text)


@pytest.mark.parametrize(("path", "query"), QUERIES)
async def test_it_names_its_own_tables_and_those_of_rooms_below(path: Path, query: Query, town: Town) -> None:
    owners = _owners()
    room = FLOORS.index(path.relative_to(ROOT).parts[0])
    assert [name for name in _tables(query, owners) if FLOORS.index(owners[name]) > room] == []


@pytest.mark.parametrize(("path", "query"), QUERIES)
async def test_it_names_the_municipality_for_each_table_of_one(path: Path, query: Query, town: Town) -> None:
    tables = [name for name in _tables(query, _owners()) if name not in OPEN_TO_ALL]
    if tables:
        assert "municipality" in query.parameters
        # Once for each table: in the condition, the join or the columns that are filled.
        assert query.text.count("municipality_id") + query.text.count("using (municipality_id") >= len(tables)


def test_every_table_has_its_room() -> None:
    assert set(FLOORS) >= set(WITHOUT_MODEL.values())


async def test_every_table_of_the_database_belongs_to_a_room(town: Town) -> None:
    tables = await town.superuser.fetch(
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    )
    others = {"tortoise_migrations", *(row[0] for row in tables if row[0].startswith("pgqueuer"))}
    assert {row[0] for row in tables} - others - set(_owners()) == set()


def _uses() -> tuple[dict[Path, set[str]], list[str]]:
    """Which queries of each file are used by name, and names that no file has."""
    used: dict[Path, set[str]] = {path: set() for path in _files()}
    missing = []
    for path in ROOT.glob("*/**/*.py"):
        if path.relative_to(ROOT).parts[0] not in (*FLOORS, "console", "commands", "rehearsal"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        loaded = {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and ast.unparse(node.value.func).endswith("load_queries")
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        if not loaded:
            continue
        file = path.parent / "queries.sql"
        names = load_queries(str(file)).all
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in loaded:
                if node.attr in names:
                    used[file].add(node.attr)
                elif node.attr != "all":
                    missing.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.attr}")
    return used, missing


def test_each_is_used_and_each_that_is_used_exists() -> None:
    used, missing = _uses()
    assert missing == []
    assert used, "no file of named queries was found"
    unused = {
        str(path.parent.relative_to(ROOT)): sorted(load_queries(str(path)).all.keys() - names)
        for path, names in used.items()
    }
    assert {room: names for room, names in unused.items() if names} == {}


async def test_a_query_that_forgets_its_municipality_or_reaches_up_is_found(town: Town) -> None:
    owners = _owners()
    query = Query("bad", "select 1 from interest i join zone z on z.id = i.id", ())
    assert _tables(query, owners) == ["interest", "zone"]
    with pytest.raises(AssertionError):
        await test_it_names_the_municipality_for_each_table_of_one(ROOT / "municipality/queries.sql", query, town)
    with pytest.raises(AssertionError):
        await test_it_names_its_own_tables_and_those_of_rooms_below(ROOT / "municipality/queries.sql", query, town)
    with pytest.raises(asyncpg.UndefinedTableError):
        await test_it_can_be_prepared(ROOT, Query("bad", "select 1 from nowhere", ()), town)
