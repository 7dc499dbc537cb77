"""A walk of the schema: what it promises, whatever tables are added."""

import re

import pytest

from base.database import work
from base.embedded import APPLICATION
from residents.holdings import holdings
from tests.town import Town

OPEN_TO_READ = {"municipality", "survey_directory"}
"""What must be known before the municipality is; row-level security lets only its own write."""

GROUND = {"job_start", "push_budget", "tortoise_migrations"}
"""Tables that hold nothing of a municipality's; besides them only the queue's."""

BALLOT_TABLES = {
    "answer",
    "answer_incoming",
    "answer_incoming_spare",
    "answer_shaken",
    "participation",
    "receipt",
    "receipt_shaken",
    "spent_ballot",
    "spent_ballot_spare",
}
ANSWERS = {"answers", "answer", "answer_id", "ballot", "receipt_hash"}
COORDINATES = {"lat", "lon", "latitude", "longitude", "geometry", "geom", "position", "point", "location", "h3"}

COLUMNS = """
select c.relname as "table", a.attname as "column", format_type(a.atttypid, null) as type,
    a.attidentity <> '' as counts, coalesce(pg_get_expr(d.adbin, d.adrelid), '') as default
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
"""


@pytest.fixture
async def tables(town: Town) -> dict[str, dict[str, tuple[str, bool, str]]]:
    """Every table, its columns, and each one's type, whether it counts up, and default."""
    found: dict[str, dict[str, tuple[str, bool, str]]] = {}
    for row in await town.sql(COLUMNS):
        found.setdefault(row["table"], {})[row["column"]] = (row["type"], row["counts"], row["default"])
    return found


Tables = dict[str, dict[str, tuple[str, bool, str]]]


async def test_a_table_of_a_town_is_closed_to_every_other(tables: Tables, town: Town) -> None:
    closed = {r[0] for r in await town.sql("select relname from pg_class where relrowsecurity")}
    ruled = {r[0] for r in await town.sql("select tablename from pg_policies where cmd = 'ALL' and with_check = qual")}
    for name, columns in tables.items():
        if name in GROUND or name.startswith("pgqueuer"):
            assert "municipality_id" not in columns, name
            continue
        assert name in closed, f"{name} has no row-level security"
        assert name in OPEN_TO_READ or (name in ruled and "municipality_id" in columns), name


async def test_the_application_owns_nothing_and_bypasses_nothing(town: Town) -> None:
    owned = await town.sql("select relname from pg_class where relowner = $1::regrole", APPLICATION)
    role = (await town.sql("select rolsuper, rolbypassrls from pg_roles where rolname = $1", APPLICATION))[0]
    assert (owned, role["rolsuper"], role["rolbypassrls"]) == ([], False, False)


async def test_what_is_a_residents_is_named_so_and_goes_with_them(tables: Tables, town: Town) -> None:
    cascades = {
        row["table"]
        for row in await town.sql(
            "select conrelid::regclass::text as table from pg_constraint where contype = 'f' and confdeltype = 'c' "
            "and confrelid = 'resident'::regclass and array_length(conkey, 1) = 2"
        )
    }
    with_resident = {name for name, columns in tables.items() if "resident_id" in columns}
    assert {name.strip('"') for name in cascades} == with_resident
    for name, columns in tables.items():
        hidden = [c for c in columns if re.search("resident|citizen|person|user", c) and c != "resident_id"]
        assert not hidden, f"{name} names a resident otherwise than as resident_id: {hidden}"


async def test_what_is_a_residents_joins_export_and_erasure(tables: Tables, town: Town) -> None:
    async with work(town.system) as unit:
        found = {(holding.table, holding.column): holding.what for holding in await holdings(unit)}
    expected = {(name, "resident_id") for name, columns in tables.items() if "resident_id" in columns}
    expected |= {("resident", "id"), ("consent_event", "subject")}
    assert set(found) == expected
    assert all(" " in what for what in found.values()), "every table says in words what it holds"


async def test_the_municipality_stands_in_every_reference_between_its_tables(tables: Tables, town: Town) -> None:
    for row in await town.sql(
        "select conrelid::regclass::text as table, confrelid::regclass::text as target, conkey from pg_constraint "
        "where contype = 'f' and confrelid <> 'municipality'::regclass"
    ):
        if row["target"].strip('"') in tables and "municipality_id" in tables[row["target"].strip('"')]:
            assert len(row["conkey"]) == 2, f"{row['table']} refers to {row['target']} without the municipality"


def test_no_table_ties_a_resident_to_an_answer_or_a_place(tables: Tables) -> None:
    for name, columns in tables.items():
        if {"resident_id", "credential_id", "subject"} & columns.keys() or name == "resident":
            assert not ANSWERS & columns.keys(), name
            assert not COORDINATES & columns.keys(), name


def test_a_ballot_table_knows_no_time_finer_than_the_day_and_no_order(tables: Tables) -> None:
    for name in BALLOT_TABLES:
        for column, (kind, counts, default) in tables[name].items():
            assert not kind.startswith(("time", "interval")), f"{name}.{column} tells a time"
            assert not kind.startswith(("smallint", "bigint", "serial")), f"{name}.{column} can count"
            assert not counts, f"{name}.{column} counts up"
            assert "(" not in default, f"{name}.{column} is made by the database: {default}"


def test_no_table_of_a_resident_tells_a_time_at_which_they_did_something(tables: Tables) -> None:
    told = {
        (name, column)
        for name, columns in tables.items()
        if "resident_id" in columns or name == "resident"
        for column, (kind, _, _) in columns.items()
        if kind.startswith("timestamp")
    }
    assert told == {
        ("resident_link", "expires_at"),  # a quarter of an hour long
        ("standing_consent", "at"),  # the law asks when somebody consented
        ("standing_consent", "lapses_at"),
        ("delivery", "due_at"),  # what the municipality did, not the resident
        ("delivery", "lease_until"),
        ("delivery", "done_at"),
    }
