"""Staff bring files of zones: read before any transaction, ended in time, and never twice."""

import asyncio
import copy
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create
from api.http.services import Services
from base.database import work
from base.embedded import Server
from base.errors import Invalid
from geofence.imports.features import ImportOptions
from geofence.imports.file_reading import read_file, read_here
from geofence.imports.zone_import import import_zones
from tests.geofence.ground import PROVE
from tests.geofence.imports.test_brought_along import CORNERS, HERE, collection, feature, spots
from tests.geofence.test_over_http import created, rule
from tests.town import Moves, Town

IMPORT = "/v1/staff/zones/import"


async def sent(client: httpx.AsyncClient, staff: dict[str, str], file: object, query: str = "") -> Any:
    content = file if isinstance(file, bytes) else json.dumps(file).encode()
    headers = {"Accept-Language": "en", "Content-Type": "application/geo+json", **staff}
    answer = await client.post(IMPORT + query, headers=headers, content=content)
    assert answer.status_code == 200, answer.text
    return answer.json()


def moved(east: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[[lon + east, lat] for lon, lat in CORNERS]]}


async def zones_of(town: Town) -> list[tuple[Any, ...]]:
    rows = await town.sql(
        "select id, name->>'nb' as name, external_id, geometry::text, changed_at from zone order by id"
    )
    return [tuple(row) for row in rows]


async def test_a_file_that_comes_again_brings_its_zones_up_to_date(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff = await town.key("communications")
    file = collection(feature({"nr": 1, "navn": "Nord"}), feature({"nr": 2, "navn": "Sør"}, moved(0.01)))
    first = await sent(client, staff, file, "?id=NR&kind=trigger")
    assert (first["created"], first["updated"], first["refused"]) == (2, 0, [])
    await rule(client, staff, on="enter", zone_id=first["zones"][0])
    before = await zones_of(town)
    again = await sent(client, staff, file, "?id=nr&kind=trigger")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 2, 2)
    assert again["zones"] == first["zones"]
    assert await zones_of(town) == before
    file["features"][0] = feature({"nr": 1, "navn": "Nordre bydel"}, moved(0.001))
    file["features"].append(feature({"nr": 3, "navn": "Øst"}, moved(0.02)))
    newer = await sent(client, staff, file, "?id=nr&kind=trigger")
    assert (newer["created"], newer["updated"], newer["unchanged"]) == (1, 2, 1)
    assert newer["zones"][:2] == first["zones"]
    zone = (await client.get(f"/v1/staff/zones/{first['zones'][0]}", headers=staff)).json()
    assert zone["name"] == {"nb": "Nordre bydel"}
    triggers = (await client.get("/v1/staff/triggers", headers=staff)).json()["items"]
    assert [t["zone_id"] for t in triggers] == [first["zones"][0]]


async def test_without_ids_a_zone_is_known_by_its_name_within_its_kind(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    staff = await town.key("communications")
    drawn = await created(
        client,
        "zones",
        staff,
        {
            "name": {"nb": "Nord", "en": "North"},
            "kind": "district",
            "geometry": moved(0),
            "active_from": "2026-01-01T00:00:00Z",
        },
    )
    resident = await moves(consents=["personal_feed"], areas=[drawn["id"]])
    told = await sent(client, staff, collection(feature({"navn": " nord"}, moved(0.01), id="a1")))
    assert (told["created"], told["updated"], told["zones"]) == (0, 1, [drawn["id"]])
    zone = (await client.get(f"/v1/staff/zones/{drawn['id']}", headers=staff)).json()
    assert zone["name"] == {"nb": "nord", "en": "North"}
    assert zone["active_from"] == "2026-01-01T00:00:00Z"
    assert (await client.get("/v1/me", headers=resident.headers)).json()["areas"] == [drawn["id"]]
    renamed = await sent(client, staff, collection(feature({"navn": "Nordlia"}, moved(0.01), id="a1")))
    assert renamed["zones"] == [drawn["id"]]
    trigger = await sent(client, staff, collection(feature({"navn": "Nordlia"}, moved(0.01))), "?kind=trigger")
    assert (trigger["created"], trigger["updated"]) == (1, 0)


async def test_a_name_of_several_zones_says_not_which_and_an_id_comes_once(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff = await town.key("communications")
    parks = collection(feature({"navn": "Park"}), feature({"navn": "Park"}, moved(0.01)))
    assert (await sent(client, staff, parks))["created"] == 2
    again = await sent(client, staff, parks)
    assert (again["created"], again["unchanged"]) == (0, 2)
    other = await sent(client, staff, collection(feature({"navn": "Park"}, moved(0.02))))
    assert (other["created"], other["updated"]) == (0, 0)
    assert "give each an id" in other["refused"][0]["reason"]
    twice = await sent(
        client, staff, collection(feature({"navn": "A"}, id=7), feature({"navn": "B"}, moved(1e-3), id=7))
    )
    assert twice["created"] == 1
    assert twice["refused"] == [{"index": 1, "reason": "/id: feature 1 has the same id"}]


async def test_a_sensitive_zone_is_not_redrawn_by_a_file_of_somebody_else(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff, officer = await town.key("communications"), await town.key("privacy_officer")
    zone = {"name": {"nb": "Legevakten"}, "geometry": moved(0), "kind": "trigger", "sensitive": True}
    await created(client, "zones", officer, zone)
    file = collection(feature({"navn": "Legevakten"}, moved(0.001)))
    told = await sent(client, staff, file, "?kind=trigger")
    assert "privacy officer" in told["refused"][0]["reason"]
    assert (await sent(client, officer, file, "?kind=trigger"))["updated"] == 1
    listed = (await client.get("/v1/staff/zones", headers=staff)).json()["items"]
    assert [one["sensitive"] for one in listed] == [True]


async def test_reasons_and_notes_come_in_the_readers_language(client: httpx.AsyncClient, town: Town) -> None:
    staff = {**await town.key("communications"), "Accept-Language": "nb"}
    file = collection(feature({"navn": "A", "kind": "skog"}), feature({}), feature({"navn": "B"}, {"type": "Point"}))
    told = await sent(client, staff, file)
    assert told["repaired"][0]["note"].startswith("«kind» er ikke et av våre slag")
    assert told["refused"][0]["reason"].startswith("/properties/name: en sone trenger et navn")
    assert told["refused"][1]["reason"].startswith("/geometry/type: en sone er en Polygon")
    whole = await client.post(IMPORT, headers={**staff, "Content-Type": "application/json"}, content=b"PK\x03\x04")
    assert whole.status_code == 422
    assert whole.json()["errors"][0]["detail"].startswith("dette er et ZIP-arkiv")
    drawn = {"name": {"nb": "x"}, "kind": "trigger", "geometry": {"type": "Circle", "center": [0, 0], "radius_m": 50}}
    single = await client.post("/v1/staff/zones", headers=staff, json=drawn)
    assert single.json()["errors"] == [{"pointer": "/geometry/center", "detail": "utenfor Norge"}]
    other = await client.post(IMPORT, headers={**staff, "Content-Type": "text/plain"}, content=b"{}")
    assert other.status_code == 415


async def test_what_a_file_cannot_be_asked_for_is_refused_before_it_is_read(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff = await town.key("communications")
    assert (await client.post(IMPORT, json=collection())).status_code == 401
    assert (await client.post(IMPORT + "?kind=forest", headers=staff, json=collection())).status_code == 422
    assert (await client.post(IMPORT + "?who=me", headers=staff, json=collection())).status_code == 422
    unknown = await client.post(IMPORT + "?crs=EPSG:99", headers=staff, json=collection())
    assert unknown.json()["errors"][0]["pointer"] == "/crs"
    assert (await client.post(IMPORT, headers=staff, json=collection(feature()))).json()["created"] == 1


def crossing(corners: int, draw: random.Random) -> dict[str, Any]:
    """A border that crosses itself as often as it can."""
    ring = [[10.1 + draw.random() * 0.2, 59.1 + draw.random() * 0.1] for _ in range(corners)]
    return feature({"navn": f"{draw.random()}"}, {"type": "Polygon", "coordinates": [[*ring, ring[0]]]})


def hostile(kind: str) -> list[dict[str, Any]]:
    draw = random.Random(11)
    saw = [[10 + i * 1e-6 + 0.1 * (i % 2), 59 + 0.1 * (i % 2)] for i in range(19_000)]
    comb = [[6.0 + 20 * ((i + 1) // 2 % 2), 60 + i * 1e-6] for i in range(19_000)]
    boxes = [[[[p[0] + i * 1e-6, p[1] + i * 1e-6] for p in CORNERS]] for i in range(3_000)]
    return {
        "crossing": [crossing(1_500, draw) for _ in range(8)],
        "short": [crossing(60, draw) for _ in range(40)],
        "saw": [feature(geometry={"type": "Polygon", "coordinates": [[*saw, [9.9, 59.2], [9.9, 59], saw[0]]]})] * 2,
        "comb": [feature(geometry={"type": "Polygon", "coordinates": [[*comb, [5.9, 60.1], [5.9, 60], comb[0]]]})] * 2,
        "boxes": [feature(geometry={"type": "MultiPolygon", "coordinates": boxes})],
    }[kind]


async def open_transactions(town: Town) -> int:
    rows = await town.sql(
        "select count(*) as open from pg_stat_activity where pid <> pg_backend_pid() and xact_start is not null "
        "and datname = current_database() and backend_type = 'client backend'"
    )
    return int(rows[0]["open"])


@pytest.mark.parametrize("kind", ["crossing", "short", "saw", "comb", "boxes"] if PROVE else ["crossing", "boxes"])
async def test_a_hostile_drawing_is_refused_in_time_and_no_transaction_is_open_meanwhile(
    client: httpx.AsyncClient, town: Town, kind: str
) -> None:
    staff = await town.key("communications")
    file = collection(*hostile(kind), feature({"navn": "Torget"}))
    began = time.perf_counter()
    importing = [asyncio.create_task(sent(client, staff, file)) for _ in range(2)]
    looks = seen = 0
    while not all(task.done() for task in importing):
        await asyncio.sleep(0.05)
        looks += 1
        seen += bool(await open_transactions(town))
    taken_s = time.perf_counter() - began
    told = [task.result() for task in importing]
    assert [len(one["refused"]) for one in told] == [len(file["features"]) - 1] * 2
    assert sorted(one["created"] for one in told) == [0, 1]
    print(
        f"\n{kind}: {len(json.dumps(file)) / 1e6:.1f} MB sent twice, {taken_s:.1f} s, "
        f"a transaction open in {seen} of {looks} looks"
    )
    assert seen <= 2 + looks // 5
    assert taken_s < 60


def readers() -> set[str]:
    """The processes that read files of zones, by their ids."""
    found = subprocess.run(["ps", "-ww", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    return {
        line.split()[0]
        for line in found.splitlines()
        if "geofence.imports.reader_process" in line and line.split()[1] == str(os.getpid())
    }


def long_file() -> bytes:
    """One that takes some seconds."""
    return json.dumps(collection(*(feature({"navn": str(i)}, moved(i * 1e-5)) for i in range(15_000)))).encode()


async def test_a_file_that_takes_too_long_is_ended_with_its_process() -> None:
    with pytest.raises(Invalid) as refused:
        await read_file(long_file(), ImportOptions(), HERE, limit_s=1.0)
    assert refused.value.errors[0].detail.startswith("the file takes longer than 1 seconds")
    assert not readers()


async def test_reading_stops_when_the_client_has_gone(services: Services, town: Town) -> None:
    staff, gone, body = await town.key("communications"), asyncio.Event(), long_file()
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        pass

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": IMPORT,
        "raw_path": IMPORT.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [(b"content-type", b"application/json"), (b"authorization", staff["Authorization"].encode())],
        "server": ("test", 80),
        "client": ("127.0.0.1", 1),
    }
    calling = asyncio.create_task(create(services)(scope, receive, send))
    for _ in range(400):
        await asyncio.sleep(0.02)
        if readers():
            break
    assert readers()
    gone.set()
    await asyncio.wait_for(calling, 10)
    assert not readers()
    assert await zones_of(town) == []


async def test_more_files_than_can_be_read_at_once_wait_their_turn(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("communications")
    files = [collection(feature({"navn": f"Sone {i}"}, moved(i * 1e-3))) for i in range(5)]
    told = await asyncio.gather(*(sent(client, staff, file) for file in files))
    assert [one["created"] for one in told] == [1] * 5


async def test_an_import_is_one_transaction(town: Town, pool: None) -> None:
    drawing = read_here(
        json.dumps(collection(feature(), feature({"navn": "B"}, moved(0.01)))).encode(), ImportOptions(), HERE
    )
    with pytest.raises(ZeroDivisionError):
        async with work(town.system) as unit:
            await import_zones(unit, drawing)
            raise ZeroDivisionError
    assert await zones_of(town) == []


ODD: list[Any] = [
    None,
    True,
    -1,
    1e308,
    10**400,
    "",
    "\x00",
    "a\u202eb",
    "\ud800",
    "x" * 300,
    [],
    {},
    [[]],
    {"nb": "Nord"},
    [[10.2, 59.1]],
    "EPSG:25832",
    {"type": "name", "properties": {"name": "EPSG:25833"}},
    59.13,
    "Feature",
    "MultiPolygon",
    {"\x00": 1},
]


def damaged(draw: random.Random) -> dict[str, Any]:
    """A good feature with something else in one of its places, or two."""
    whole = feature(
        {"navn": draw.choice(["Nord", "Sør", f"Sone {draw.random()}"]), "nr": draw.randint(1, 40), "kind": "district"},
        moved(draw.random() / 50),
        id=draw.randint(1, 60),
        bbox=[1, 2, 3, 4],
    )
    found: dict[str, Any] = json.loads(json.dumps(whole))
    for _ in range(draw.randint(0, 2)):
        path = draw.choice([spot for spot in spots(found) if spot])
        place: Any = found
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = copy.deepcopy(draw.choice(ODD))  # Else what is put into it stays there.
    return found


@pytest.mark.parametrize("query", ["", "?id=nr", "?name=NAVN&crs=EPSG:4326", "?kind=trigger"])
async def test_however_a_file_is_damaged_each_feature_has_one_outcome(
    client: httpx.AsyncClient, town: Town, query: str
) -> None:
    staff, draw = await town.key("planner"), random.Random(query)
    features = 0
    for _ in range(12 if PROVE else 1):
        file = collection(*(damaged(draw) for _ in range(60)))
        told = await sent(client, staff, file, query)
        assert told["created"] + told["updated"] + len(told["refused"]) == 60
        assert len({*told["zones"]}) == len(told["zones"]) == told["created"] + told["updated"]
        places = [one["index"] for one in told["refused"]]
        assert places == sorted(set(places))
        assert not {one["index"] for one in told["repaired"]} & set(places)
        again = await sent(client, staff, file, query)
        assert again["created"] == 0
        assert again["unchanged"] == again["updated"] >= told["created"]
        features += 60
    stored = await town.sql("select count(*) as valid from zone where name ->> 'nb' <> ''")
    print(f"\n{features} damaged features{query and ' with '}{query}: each had one outcome; {stored[0]['valid']} zones")


def command(server: Server, path: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    asked = [sys.executable, "-m", "commands.main", "zones", "import", str(path), "--municipality", "3907", *more]
    environment = {**os.environ, "MEDVIRK_DATABASE_URL": server.url()}
    return subprocess.run(asked, env=environment, capture_output=True, text=True, timeout=120, check=False)


async def test_the_command_says_what_became_of_each_feature_and_never_fails_with_a_traceback(
    town: Town, server: Server, tmp_path: Path
) -> None:
    path = tmp_path / "zones.geojson"
    deep = b"[" * 3000 + b"]" * 3000
    bad = b'{"type":"Feature","properties":{"krets":"x"},"geometry":{"type":"Polygon","coordinates":%s}}'
    good = json.dumps(feature({"krets": "Nord", "nr": 1, "kind": "skog"})).encode()
    parts = b",".join([bad % deep, bad % (b"[[[1" + b"0" * 400 + b",59],[10,59],[10,60]]]"), good])
    path.write_bytes(b'\xef\xbb\xbf{"type":"FeatureCollection","features":[' + parts + b"]}")
    ran = await asyncio.to_thread(command, server, path, "--name", "KRETS")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == [
        "feature 1 was refused: /geometry/coordinates/0/0: a position is [longitude, latitude]",
        "feature 2 was refused: /geometry/coordinates/0/0/0: this is not a number",
        "feature 3: its kind is not one of ours (district or trigger): taken as a district",
        "1 created, 0 changed, 0 the same, 2 refused",
    ]
    again = await asyncio.to_thread(command, server, path, "--name", "KRETS", "--dry-run")
    assert again.stdout.splitlines()[-1] == "0 would be created, 0 changed, 1 the same, 2 refused"
    nothing = await asyncio.to_thread(command, server, path, "--name", "none such")
    assert (nothing.returncode, nothing.stdout.splitlines()[-1]) == (1, "0 created, 0 changed, 0 the same, 3 refused")
    path.write_bytes(b"PK\x03\x04")
    whole = await asyncio.to_thread(command, server, path)
    assert whole.returncode == 1
    assert whole.stderr.strip().endswith(
        "this is a ZIP archive (such as a zipped shapefile or KMZ): unpack it and save it as GeoJSON"
    )
    gone = await asyncio.to_thread(command, server, tmp_path / "none")
    assert gone.stderr.strip().endswith("none: No such file or directory")
    assert "Traceback" not in ran.stderr + whole.stderr + gone.stderr
