"""A resident's own: told, changed, taken along, erased."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import httpx

from base.database import work
from municipality.directory import today
from residents.profile import profile
from tests.town import Moves, Town, calling


async def test_a_resident_changes_what_they_have_told(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves(consents=["personal_feed"])
    change = {
        "language": "se",
        "interests": ["nature", "culture"],
        "digest": "weekly",
        "quiet_hours": {"from": "21:30", "to": "07:00"},
    }
    answer = await client.patch("/v1/me", headers=kari.headers, json=change)
    assert answer.status_code == 200, answer.text
    me = (await client.get("/v1/me", headers=kari.headers)).json()
    assert me == {
        **me,
        **change,
        "interests": ["culture", "nature"],
        "areas": [],
        "birth_year_band": None,
        "goes_on": None,
    }
    await client.patch("/v1/me", headers=kari.headers, json={"quiet_hours": None})
    me = (await client.get("/v1/me", headers=kari.headers)).json()
    assert (me["quiet_hours"], me["digest"]) == (None, "weekly")


async def test_what_is_followed_and_the_band_need_a_consent_and_say_which(
    client: httpx.AsyncClient, moves: Moves
) -> None:
    kari = await moves()
    for change, purpose in (
        ({"interests": ["nature"]}, "personal_feed"),
        ({"areas": [str(uuid4())]}, "personal_feed"),
        ({"birth_year_band": "1980-1989"}, "profile_statistics"),
    ):
        answer = await client.patch("/v1/me", headers=kari.headers, json={"digest": "daily", **change})
        assert (answer.status_code, answer.json()["purpose"]) == (403, purpose)
    nothing: list[dict[str, object]] = [{"interests": []}, {"areas": []}, {"birth_year_band": None}]
    for less in nothing:
        assert (await client.patch("/v1/me", headers=kari.headers, json=less)).status_code == 200
    assert (await client.get("/v1/me", headers=kari.headers)).json()["digest"] == "off"


async def test_a_change_names_the_field_that_is_wrong(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves(consents=["personal_feed", "profile_statistics"])
    for change, pointer in (
        ({"interests": ["nature", "unknown"]}, "/interests/1"),
        ({"areas": [str(uuid4())]}, "/areas/0"),
        ({"birth_year_band": "1984"}, "/birth_year_band"),
        ({"quiet_hours": {"from": "25:00", "to": "07:00"}}, "/quiet_hours/from"),
        ({"quiet_hours": {"from": "07:00", "to": "07:00"}}, "/quiet_hours/to"),
        ({"quiet_hours": {"from": "07:00"}}, "/quiet_hours/to"),
        ({"digest": "hourly"}, "/digest"),
        ({"language": None}, "/language"),
        ({"name": "Kari"}, "/name"),
    ):
        answer = await client.patch("/v1/me", headers=kari.headers, json=change)
        assert answer.status_code == 422, change
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_an_export_holds_everything_and_a_portable_one_what_was_supplied(
    client: httpx.AsyncClient, moves: Moves
) -> None:
    kari = await moves(consents=["personal_feed"], interests=["culture"])
    everything = (await client.get("/v1/me/export", headers=kari.headers)).json()
    held = {part["table"]: part["rows"] for part in everything["held"]}
    assert held["resident"][0]["id"] == str(kari.id)
    assert held["resident_interest"][0]["interest_key"] == "culture"
    assert held["consent_event"][0]["purpose"] == "personal_feed"
    assert len(held["credential"]) == 1
    portable = (await client.get("/v1/me/export?portable=true", headers=kari.headers)).json()
    assert portable["held"] is None
    assert portable["supplied"]["interests"] == ["culture"]


async def test_erasure_says_beforehand_what_goes_and_what_stays_and_why(
    client: httpx.AsyncClient, moves: Moves, town: Town
) -> None:
    kari = await moves(consents=["personal_feed"], interests=["culture"])
    told = await client.delete("/v1/me?dry_run=true", headers=kari.headers)
    assert told.status_code == 200, told.text
    assert {part["table"] for part in told.json()["goes"]} == {
        "resident",
        "credential",
        "resident_interest",
        "standing_consent",
    }
    stays = {part["table"]: part for part in told.json()["stays"]}
    assert stays["consent_event"]["rows"] == 1
    assert all(part["why"] for part in stays.values())
    assert (await client.get("/v1/me", headers=kari.headers)).status_code == 200


async def test_after_erasure_nobody_finds_the_resident_in_any_table(
    client: httpx.AsyncClient, moves: Moves, town: Town
) -> None:
    kari = await moves(consents=["personal_feed", "push_messages"], interests=["culture"])
    ola = await moves(consents=["personal_feed"])
    hashes = [r["hash"].hex() for r in await town.sql("select hash from credential where resident_id = $1", kari.id)]
    salt = (await town.sql("select consent_salt from resident where id = $1", kari.id))[0][0].hex()
    assert (await client.delete("/v1/me", headers=kari.headers)).status_code == 204
    assert (await client.get("/v1/me", headers=kari.headers)).status_code == 401
    for table in await town.sql("select tablename from pg_tables where schemaname = 'public'"):
        for row in await town.sql(f'select to_jsonb(t)::text as row from "{table[0]}" t'):
            for trace in (str(kari.id), salt, *hashes):
                assert trace not in row["row"], table[0]
    lines = await town.sql("select purpose, granted, channel from consent_event order by number")
    assert [tuple(line) for line in lines][-2:] == [
        ("personal_feed", False, "erasure"),
        ("push_messages", False, "erasure"),
    ]
    assert (await client.get("/v1/me", headers=ola.headers)).status_code == 200


async def test_an_overview_tells_per_purpose_what_is_held_and_nothing_about_places(
    client: httpx.AsyncClient, moves: Moves
) -> None:
    kari = await moves(consents=["personal_feed", "location_zones"], interests=["culture", "nature"])
    items = (await client.get("/v1/me/overview", headers=kari.headers)).json()["items"]
    by_purpose = {item["purpose"]: item for item in items}
    assert [(part["table"], part["rows"]) for part in by_purpose["personal_feed"]["held"]] == [("resident_interest", 2)]
    assert (by_purpose["location_zones"]["status"], by_purpose["location_zones"]["held"]) == ("granted", [])
    assert by_purpose["push_messages"]["status"] == "none"


async def test_when_somebody_was_active_is_known_by_the_day_alone(
    client: httpx.AsyncClient, moves: Moves, town: Town
) -> None:
    kari = await moves()
    async with work(town.system) as unit:
        await unit.execute("update resident set active_on = '2026-01-01'")
    await client.get("/v1/me", headers=kari.headers)
    row = (await town.sql("select active_on, registered_on from resident"))[0]
    assert row["active_on"] == row["registered_on"]


async def test_an_export_is_a_file_to_keep_with_an_index_to_read(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves(consents=["personal_feed"], interests=["culture"])
    answer = await client.get("/v1/me/export?format=zip", headers={**kari.headers, "Accept-Language": "nn"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        index = file.read("index.txt").decode()
        assert "har om deg" in index
        assert "resident_interest: 1 rader" in index
        assert json.loads(file.read("everything.json"))["resident"]["rows"][0]["id"] == str(kari.id)
        table = list(csv.DictReader(io.StringIO(file.read("resident_interest.csv").decode("utf-8-sig"))))
        assert table[0]["interest_key"] == "culture"
        assert "push_address.csv" not in file.namelist()
    both = await client.get("/v1/me/export?format=zip&portable=true", headers=kari.headers)
    assert (both.status_code, both.json()["errors"][0]["pointer"]) == (422, "/format")


async def test_who_has_been_away_is_told_when_the_registration_goes(
    client: httpx.AsyncClient, moves: Moves, town: Town
) -> None:
    kari = await moves()
    async with work(town.system) as unit:
        await town.sql("update resident set active_on = $1::date - 710, warned_on = $1", await today(unit))
        found = await profile(unit, calling(town.municipality, kari.id))
        assert found.goes_on == await today(unit) + timedelta(days=30)
    told = [(await client.get("/v1/me", headers=kari.headers)).json()["goes_on"] for _ in range(2)]
    assert found.goes_on is not None
    assert told == [found.goes_on.isoformat(), None], "who opens the app is told once, and has come back"
