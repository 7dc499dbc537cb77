"""Entities of a municipality: whatever Tortoise asks of the database names the municipality."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import pytest_asyncio
from tortoise import Tortoise
from tortoise.exceptions import DoesNotExist, IntegrityError
from tortoise.migrations.autodetector import MigrationAutodetector

from base.database import MODELS, Work, work
from base.tenant_model import TenantModel
from municipality.models import Interest
from tests.town import Town, found_town


@pytest_asyncio.fixture
async def unit(town: Town) -> AsyncIterator[Work]:
    async with work(town.system) as unit:
        yield unit


@contextmanager
def _heard(connection: Any) -> Iterator[list[str]]:
    said: list[str] = []

    def note(record: Any) -> None:
        said.append(record.query)

    connection.add_query_logger(note)
    try:
        yield said
    finally:
        connection.remove_query_logger(note)


async def _everything(key: str) -> None:
    """Each way in which a model asks the database for something."""
    made = await Interest.create(key=key, label={"nb": "Ski"})
    made.label = {"nb": "Langrenn"}
    await made.save()
    made.label = {"nb": "Skøyter"}
    await made.save(update_fields=["label"])
    await made.refresh_from_db()
    assert made.label == {"nb": "Skøyter"}
    assert (await Interest.get(id=made.id)).key == key
    assert await Interest.get_or_none(key="no such thing") is None
    assert await Interest.filter(key=key).count() == 1
    assert await Interest.filter(key__in=[key]).exists()
    assert await Interest.exists(key=key)
    assert [each.id for each in await Interest.filter(key=key).order_by("key").limit(1)] == [made.id]
    assert list(await Interest.filter(key=key).values_list("id", "key")) == [(made.id, key)]
    assert (await Interest.in_bulk([made.id]))[made.id].key == key
    assert await Interest.exclude(key=key).filter(key=key).first() is None
    assert len(await Interest.all()) > 0
    assert len(await Interest.filter(key=key).select_for_update()) == 1
    assert (await Interest.get_or_create(key=key, defaults={"label": {}}))[1] is False
    assert (await Interest.update_or_create(key=key, defaults={"label": {"nb": "Alpint"}}))[1] is False
    assert await Interest.filter(key=key).update(label={}) == 1
    await Interest.bulk_create([Interest(key=f"{key} {n}", label={}) for n in range(2)])
    assert await Interest.filter(key__startswith=f"{key} ").delete() == 2
    await made.delete()
    assert not await Interest.exists(key=key)


async def test_every_statement_of_a_model_names_the_municipality(unit: Work) -> None:
    with _heard(await unit.connection()) as said:
        await _everything("ski")
    statements = [text for text in said if not text.lower().startswith(("savepoint", "release", "rollback"))]
    assert len(statements) > 20
    assert [
        text for text in statements if "municipality_id" not in text.partition("WHERE")[2 * ("INSERT" not in text)]
    ] == []


async def test_a_model_finds_no_row_of_another_municipality_even_without_row_level_security(town: Town) -> None:
    """The second lock is off: what reaches PostgreSQL names the municipality by itself."""
    other = await found_town(town.superuser, "3905")
    async with work(other.system) as unit:
        theirs = await Interest.all().first()
        assert theirs is not None
    await town.superuser.execute("alter table interest disable row level security")
    try:
        async with work(town.system) as unit:
            assert await unit.fetchval("select count(*) from interest where id = $1", theirs.id) == 1
            assert await Interest.get_or_none(id=theirs.id) is None
            assert {each.municipality_id for each in await Interest.all()} == {town.municipality}
            theirs.label = {"nb": "Tatt"}
            with pytest.raises(IntegrityError):
                await theirs.save()
            with pytest.raises(DoesNotExist):
                await theirs.refresh_from_db()
            await theirs.delete()
            assert await Interest.filter(id=theirs.id).update(label={}) == 0
            assert await unit.fetchval("select count(*) from interest where id = $1", theirs.id) == 1
    finally:
        await town.superuser.execute("alter table interest enable row level security")


async def test_outside_a_unit_of_work_there_are_no_entities(town: Town) -> None:
    with pytest.raises(RuntimeError):
        await Interest.all()
    with pytest.raises(RuntimeError):
        Interest(key="ski", label={})
    async with work(None):
        with pytest.raises(RuntimeError):
            await Interest.all()


async def test_each_table_with_a_municipality_has_a_model_that_names_it() -> None:
    models = Tortoise.apps["medvirk"].values()
    open_to_read = {"survey_directory"}
    assert [
        model.__name__
        for model in models
        if "municipality_id" in model._meta.fields_map
        and not issubclass(model, TenantModel)
        and model._meta.db_table not in open_to_read
    ] == []


async def test_the_primary_key_of_each_table_with_a_municipality_begins_with_it(town: Town) -> None:
    keys = await town.superuser.fetch(
        "select conrelid::regclass::text as name, pg_get_constraintdef(c.oid) as said from pg_constraint c "
        "join pg_attribute a on a.attrelid = conrelid and attname = 'municipality_id' and not attisdropped "
        "where contype = 'p' and connamespace = 'public'::regnamespace"
    )
    found = {row["name"]: row["said"] for row in keys}
    assert len(found) > 45
    assert found.pop("survey_directory") == "PRIMARY KEY (survey_id)"  # The anonymous door knows no municipality yet.
    for ballots in ("answer_incoming", "answer_incoming_spare", "spent_ballot", "spent_ballot_spare"):
        assert found.pop(ballots) == "PRIMARY KEY (municipality_id, survey_id, ballot)"  # Nothing asks for their ids.
    assert found.pop("participation") == "PRIMARY KEY (municipality_id, survey_id, participant)"
    assert set(found.values()) == {"PRIMARY KEY (municipality_id, id)"}


async def test_migrations_and_models_say_the_same(town: Town) -> None:
    """Of tables and columns; indexes and the pairs that are unique stand in the migrations' own SQL."""
    detector = MigrationAutodetector(Tortoise.apps, {"medvirk": {"models": MODELS, "migrations": "base.migrations"}})
    pending = [operation for writer in await detector.changes() for operation in writer.operations]
    told = [each.describe() for each in pending if type(each).__name__ not in ("AlterModelOptions", "AddIndex")]
    assert told == []
