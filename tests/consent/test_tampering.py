"""Somebody with all rights over the database rewrites the ledger, and is found out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from base.database import work
from base.keys import MemoryKeyStore
from consent import chain, merkle, roots
from consent.models import ConsentEvent, LedgerRoot
from consent.verification import LedgerFinding, verify
from tests.consent.lines import COLUMNS
from tests.town import Moves, Town, grant


@asynccontextmanager
async def as_superuser(town: Town) -> AsyncIterator[None]:
    """With the triggers asleep, as only a superuser can put them."""
    await town.sql("set session_replication_role = replica")
    try:
        yield
    finally:
        await town.sql("set session_replication_role = origin")


@pytest.fixture
async def lines(client: httpx.AsyncClient, moves: Moves) -> int:
    """A ledger of eight lines by three residents."""
    kari = await moves(consents=["personal_feed", "push_messages"])
    ola = await moves(consents=["push_messages"])
    siv = await moves(consents=["push_messages", "location_zones"])
    await grant(client, kari, "push_messages", granted=False)
    await grant(client, ola, "push_messages", granted=False)
    await grant(client, siv, "location_zones", granted=False)
    return 8


async def found(town: Town, keys: MemoryKeyStore, kept: dict[int, bytes] | None = None) -> list[LedgerFinding]:
    async with work(town.system) as unit:
        return await verify(unit, keys, kept)


async def published(town: Town, keys: MemoryKeyStore) -> LedgerRoot:
    async with work(town.system) as unit:
        root = await roots.publish_root(unit, keys)
    assert root is not None
    return root


async def test_a_ledger_that_nobody_touched_is_as_it_was_written(town: Town, keys: MemoryKeyStore, lines: int) -> None:
    assert (await published(town, keys)).events == lines
    assert await found(town, keys) == []


@pytest.mark.parametrize(
    ("statement", "kind", "numbers"),
    [
        ("update consent_event set granted = not granted where number = 4", "changed", [4]),
        ("update consent_event set at = at - interval '1 day' where number = 2", "changed", [2]),
        ("update consent_event set notice_version = 2, language = 'en' where number = 8", "changed", [8]),
        ("update consent_event set mac = sha256(mac) where number = 5", "changed", [5]),
        ("update consent_event set of_age = true where number in (1, 3)", "changed", [1, 3]),
        ("delete from consent_event where number = 1", "missing", [1]),
        ("delete from consent_event where number in (3, 6)", "missing", [3, 6]),
        ("delete from consent_event where number = 8", "cut off", [8]),
        ("delete from consent_event where number > 5", "cut off", [6]),
        ("delete from consent_event", "cut off", [1]),
    ],
)
async def test_a_line_that_is_changed_removed_or_cut_off_is_named(
    town: Town, keys: MemoryKeyStore, lines: int, statement: str, kind: str, numbers: list[int]
) -> None:
    async with as_superuser(town):
        await town.sql(statement)
    findings = await found(town, keys)
    assert [f.number for f in findings if f.kind == kind] == numbers
    for number in numbers:
        assert any(str(number) in f.words for f in findings if f.kind == kind)
    innocent = {"changed", "missing", "moved", "cut off"} - {kind}
    assert [f for f in findings if f.kind in innocent] == []


async def test_lines_that_change_places_are_named(town: Town, keys: MemoryKeyStore, lines: int) -> None:
    async with as_superuser(town):
        await town.sql("update consent_event set number = -number where number in (3, 5)")
        await town.sql("update consent_event set number = case number when -3 then 5 else 3 end where number < 0")
    findings = await found(town, keys)
    assert {(f.kind, f.number) for f in findings if f.kind in ("moved", "changed", "missing")} == {
        ("moved", 3),
        ("moved", 5),
    }
    assert "line 3" in findings[0].words


async def test_a_line_that_is_slipped_in_is_named(town: Town, keys: MemoryKeyStore, lines: int) -> None:
    copied = (
        "insert into consent_event select gen_random_uuid(), municipality_id, {number}, subject, {sequence}, purpose, "
        "true, notice_version, notice_sha256, language, channel, of_age, at, leaf_salt, mac "
        "from consent_event where number = 7"
    )
    async with as_superuser(town):
        names = ", ".join(["id", "municipality_id", *COLUMNS.split(", ")[2:], "mac"])
        await town.sql(
            copied.format(number=9, sequence=3).replace("consent_event select", f"consent_event ({names}) select", 1)
        )
    findings = await found(town, keys)
    assert [f.number for f in findings if f.kind == "changed"] == [9]
    assert [f.number for f in findings if f.kind == "head"] == [8]


async def test_turning_back_everything_in_the_database_is_found_by_the_key_store(
    town: Town, keys: MemoryKeyStore, lines: int, client: httpx.AsyncClient, moves: Moves
) -> None:
    head = (await town.sql("select events, mac from ledger_head"))[0]
    await moves(consents=["personal_feed"])
    await published(town, keys)
    async with as_superuser(town):
        await town.sql("delete from consent_event where number > 8")
        await town.sql("delete from ledger_root")
        await town.sql("delete from standing_consent where event_id not in (select id from consent_event)")
        await town.sql("update ledger_head set events = $1, mac = $2", head["events"], head["mac"])
    kinds = [f.kind for f in await found(town, keys)]
    assert kinds == ["witness"]
    async with work(town.system) as unit:
        assert await roots.publish_root(unit, keys) is not None
    assert [f.kind for f in await found(town, keys)] == ["witness"]  # and it stays found


async def test_what_stands_must_be_the_last_word(town: Town, keys: MemoryKeyStore, lines: int) -> None:
    async with as_superuser(town):
        await town.sql("update standing_consent set granted = true where not granted and purpose = 'location_zones'")
        await town.sql("delete from standing_consent where purpose = 'personal_feed'")
    findings = await found(town, keys)
    assert [f.kind for f in findings] == ["standing", "standing"]
    assert any("location_zones" in f.words for f in findings)


async def test_rewriting_everything_with_every_key_is_contradicted_by_a_kept_root_and_by_a_receipt(
    town: Town, keys: MemoryKeyStore, lines: int
) -> None:
    kept = await published(town, keys)
    rows = await town.sql(f"select {COLUMNS} from consent_event order by number")
    receipt = merkle.leaf(ConsentEvent(**dict(rows[3])).canonical())
    async with work(town.system) as unit:
        proof = await roots.prove(unit, receipt)
    assert merkle.proves(receipt, proof.place, kept.events, proof.path, kept.root)

    key = keys.get(chain.key_name(town.municipality))
    assert key is not None
    last, head, leaves = dict[bytes, bytes](), chain.BEGINNING, []
    async with as_superuser(town):
        await town.sql("update consent_event set granted = not granted where number = 4")
        for row in await town.sql(f"select {COLUMNS} from consent_event order by number"):
            event = ConsentEvent(**dict(row))
            mac = last[event.subject] = chain.link(key, last.get(event.subject, chain.BEGINNING), event)
            head = chain.head(key, head, event.number, mac)
            leaves.append(merkle.leaf(event.canonical()))
            await town.sql("update consent_event set mac = $1 where id = $2", mac, event.id)
        await town.sql("update ledger_head set mac = $1", head)
        await town.sql("update ledger_root set root = $1", merkle.root(leaves))
        await town.sql("update standing_consent s set granted = e.granted from consent_event e where e.id = s.event_id")
    keys.put(roots.witness_name(town.municipality), b"", replace=True)
    keys.destroy(roots.witness_name(town.municipality))
    assert await found(town, keys) == []
    findings = await found(town, keys, {kept.events: kept.root})
    assert [(f.kind, f.number) for f in findings] == [("root", 8)]
    async with work(town.system) as unit:
        with pytest.raises(roots.NotInALedger):
            await roots.prove(unit, receipt)


async def test_anybody_reads_the_roots_and_proves_a_line(
    client: httpx.AsyncClient, town: Town, keys: MemoryKeyStore, lines: int
) -> None:
    await published(town, keys)
    items = (await client.get("/v1/municipalities/3907/ledger/roots")).json()["items"]
    assert [item["events"] for item in items] == [lines]
    row = (await town.sql(f"select {COLUMNS} from consent_event where number = 6"))[0]
    leaf = merkle.leaf(ConsentEvent(**dict(row)).canonical())
    proof = (await client.get(f"/v1/municipalities/3907/ledger/proofs/{leaf.hex()}")).json()
    path = [bytes.fromhex(step) for step in proof["path"]]
    assert merkle.proves(leaf, proof["place"], proof["root"]["events"], path, bytes.fromhex(items[0]["root"]))
    for stranger in ("00" * 32, "x", leaf.hex().upper()):
        assert (await client.get(f"/v1/municipalities/3907/ledger/proofs/{stranger}")).status_code == 404
