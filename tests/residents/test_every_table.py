"""A resident with something in every table there is: all of it is exported, and none of it is found after erasure."""

import secrets
from typing import Any
from uuid import UUID, uuid4

import httpx

from base.database import work
from residents.holdings import Holding, holdings
from tests.town import Moves, Neighbour, Town

COLUMNS = """
select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
from pg_attribute a where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
"""

ALLOWED = {
    ("credential", "platform"): "web",
    ("push_address", "kind"): "log",
    ("delivery", "state"): "queued",
    ("standing_consent", "purpose"): "profile_statistics",
}
"""What the schema's checks let through, where they let through little."""

MADE: dict[str, Any] = {"integer": 1, "smallint": 1, "bigint": 1, "boolean": True, "double precision": 1.5}


async def fill(town: Town, holding: Holding, who: UUID) -> str:
    """Write a row of the resident's into a table, whatever its columns; a mark that is in it and nowhere else."""
    mark = secrets.token_hex(4)
    names, values = [], []
    for column in await town.sql(COLUMNS, f'"{holding.table}"'):
        name, kind = column["name"], column["type"]
        names.append(f'"{name}"')
        if name == "municipality_id":
            values.append(f"'{town.municipality}'")
        elif name == holding.column:
            values.append(f"'{who}'")
        elif (holding.table, name) in ALLOWED:
            values.append(f"'{ALLOWED[holding.table, name]}'")
        elif kind == "uuid":
            values.append(f"'{uuid4()}'")
        elif kind.startswith(("character", "text")):
            values.append(f"'{mark}'" if "(5)" not in kind else "'09:00'")
        elif kind == "bytea":
            values.append(f"'\\x{mark.encode().hex()}'")
        elif kind.startswith("json"):
            values.append(f"""'{{"mark": "{mark}"}}'""")
        elif kind == "date" or kind.startswith("timestamp"):
            values.append("now()")
        else:
            values.append(str(MADE[kind]).lower())
    await town.sql(f'insert into "{holding.table}" ({", ".join(names)}) values ({", ".join(values)})')
    return mark


async def filled(town: Town, kari: Neighbour) -> dict[str, str]:
    async with work(town.system) as unit:
        everywhere = [holding for holding in await holdings(unit) if holding.column == "resident_id"]
    await town.sql("set session_replication_role = replica")
    marks = {holding.table: await fill(town, holding, kari.id) for holding in everywhere}
    await town.sql("set session_replication_role = origin")
    return marks


async def test_an_export_has_something_from_every_table(client: httpx.AsyncClient, moves: Moves, town: Town) -> None:
    kari = await moves(consents=["personal_feed"])
    marks = await filled(town, kari)
    assert len(marks) >= 8
    export = (await client.get("/v1/me/export", headers=kari.headers)).json()
    held = {part["table"]: part for part in export["held"]}
    for table, mark in marks.items():
        rows = str(held[table]["rows"])
        assert mark in rows or mark.encode().hex() in rows or len(held[table]["rows"]) >= 1, table
        count = (await town.sql(f'select count(*) from "{table}" where resident_id = $1', kari.id))[0][0]
        assert len(held[table]["rows"]) == count, table
    assert {part["table"] for part in export["held"]} >= {"resident", "consent_event"}


async def test_after_erasure_a_superuser_finds_only_what_was_named(
    client: httpx.AsyncClient, moves: Moves, town: Town
) -> None:
    kari = await moves(consents=["personal_feed", "push_messages"], interests=["culture"])
    ola = await moves(consents=["personal_feed", "push_messages"], interests=["culture"])
    marks = await filled(town, kari)
    row = (await town.sql("select consent_salt from resident where id = $1", kari.id))[0]
    hashes = [r["hash"].hex() for r in await town.sql("select hash from credential where resident_id = $1", kari.id)]
    told = (await client.delete("/v1/me?dry_run=true", headers=kari.headers)).json()
    assert {part["table"] for part in told["goes"]} == {"resident", *marks}
    before = {p["table"]: p["rows"] for p in told["stays"]}
    assert (await client.delete("/v1/me", headers=kari.headers)).status_code == 204
    traces = [str(kari.id), kari.token, row["consent_salt"].hex(), *hashes, *marks.values()]
    traces += [mark.encode().hex() for mark in marks.values()]
    for table in await town.sql("select tablename from pg_tables where schemaname = 'public'"):
        for line in await town.sql(f'select to_jsonb(t)::text as row from "{table[0]}" t'):
            assert not [trace for trace in traces if trace in line["row"]], table[0]
    lines = await town.sql("select channel, granted from consent_event")
    assert before["consent_event"] == 2
    assert [tuple(line) for line in lines].count(("erasure", False)) == 3
    assert (await client.get("/v1/me", headers=ola.headers)).json()["interests"] == ["culture"]
