"""A hearing by the book, over HTTP: announced, answered by name and without, extended, decided, archived."""

import base64
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import asyncpg
import pytest

from base import clock
from base.database import work
from tests.surveys.hearings.clerk import HEARING, OUTCOME, PDF, TITLE, Clerk, say, whisper
from tests.surveys.polling import Polling, receipt_of
from tests.surveys.voter import header
from tests.town import grant


async def test_a_hearing_from_its_announcement_to_the_archive(polling: Polling) -> None:
    clerk = Clerk(polling)
    hearing = await clerk.publish()
    client = polling.client
    ends = datetime(2027, 6, 15, 22, 0, tzinfo=UTC)  # Midnight in Norway's summer.

    # Everybody can read it, without being registered.
    document = await clerk.add("Plankart.pdf", PDF)
    assert (document.status_code, document.json()["media_type"]) == (201, "application/pdf")
    listed = (await client.get("/v1/municipalities/3907/hearings")).json()["items"]
    assert [(h["id"], h["state"], h["case_reference"]) for h in listed] == [(hearing, "open", "26/1234")]
    read = (await client.get(f"/v1/hearings/{hearing}", headers={"Accept-Language": "en"})).json()
    assert (read["title"], datetime.fromisoformat(read["deadline"])) == (TITLE["en"], ends)
    assert "case officer" in read["notice"]
    shown = await client.get(f"/v1/hearings/{hearing}/documents/{read['documents'][0]['id']}")
    assert shown.content == PDF
    assert shown.headers["content-disposition"].startswith("attachment")

    # One resident follows it; two speak by name and two without.
    follower = await polling.moves(consents=["personal_feed"])
    assert (await client.put(f"/v1/hearings/{hearing}/follow", headers=follower.headers)).status_code == 204
    first = await say(polling, "Kari Nordmann", "Det trengs lys.")
    second = await say(polling, "Ola Skjult", "Jeg bor på hemmelig adresse.")
    assert first.status_code == second.status_code == 201
    assert first.json()["name_verified"] is False
    for number, opinion in enumerate(["For dyrt.", "Ring meg på 912 34 567, fnr 010190 12345, a@b.no"]):
        assert (await whisper(polling, number, opinion)).status_code == 201
    assert (await client.get(f"/v1/hearings/{hearing}/statements")).json()["items"] == []
    assert (await clerk.get("/opinions"))["items"] == [], "nobody reads them before the hearing has closed"

    # After the deadline it is closed; staff extend it, and what comes then is marked late.
    with clock.at(ends + timedelta(minutes=1)):
        assert (await say(polling, "For Sent", "Glemte det.")).status_code == 410
        assert (await client.get(f"/v1/hearings/{hearing}")).json()["state"] == "closed"
        assert (await clerk.post("/extend", {"deadline": "2027-06-10"})).status_code == 409
        assert (await clerk.post("/extend", {"deadline": "2027-06-20"})).status_code == 200
        late = await say(polling, "For Sent", "Glemte det.")
        assert (late.status_code, late.json()["late"], first.json()["late"]) == (201, True, False)
        assert (await clerk.post("/outcome", OUTCOME)).status_code == 409, "not while it is open"

    # Staff look the statements through: one name is withheld on a legal ground, one statement refused.
    with clock.at(datetime(2027, 6, 21, tzinfo=UTC)):
        statements = (await clerk.get("/statements"))["items"]
        assert [s["name"] for s in statements] == ["Kari Nordmann", "Ola Skjult", "For Sent"]
        judged: tuple[dict[str, str], ...] = (
            {},
            {"name_withheld": "offl. § 13"},
            {"refused_because": "Gjelder en annen sak."},
        )
        for statement, decision in zip(statements, judged, strict=True):
            done = await clerk.post(f"/statements/{statement['id']}/moderation", decision)
            assert done.status_code == 200
        published = (await client.get(f"/v1/hearings/{hearing}/statements")).json()["items"]
        assert [(s["name"], s["name_withheld"]) for s in published] == [("Kari Nordmann", False), (None, True)]

        # The box is closed and shaken: two opinions are read, though they are few, and neither tells who wrote it.
        assert (await clerk.post("/close")).status_code == 200
        await polling.count()
        opinions = (await clerk.get("/opinions"))["items"]
        assert sorted(opinions) == ["For dyrt.", "Ring meg på [•••], fnr [•••], [•••]"]
        assert (await client.get(f"/v1/hearings/{hearing}/box")).json()["counted"] == 2
        queued = await polling.town.sql("select 1 from pgqueuer where entrypoint = 'insights.release'")
        assert queued == []

        # The decision goes to who follows it, in their feed.
        assert (await clerk.post("/outcome", OUTCOME)).status_code == 200
        decided = (await client.get(f"/v1/hearings/{hearing}", headers={"Accept-Language": "nb"})).json()
        assert (decided["state"], decided["response"]) == ("decided", "Dere ba om lys.")
        await grant(client, follower, "personal_feed")
        feed = (await client.get("/v1/feed", headers=follower.headers)).json()["items"]
        assert [(e["kind"], e["why"]["reason"], e["body"]) for e in feed] == [
            ("hearing", "followed", "Vedtatt med lys.")
        ]

    # And all of it goes into the archive, with checksums.
    packed = await client.get(f"{clerk.path}/archive", headers=polling.staff)
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        lines = [line.split("  ", 1) for line in archive.read("SHA256SUMS").decode().splitlines()]
        sums = {name: digest for digest, name in lines}
        assert set(sums) == {"hearing.json", "hearing.html", "documents/01-Plankart.pdf"}
        assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in sums.items())
        assert len(json.loads(archive.read("hearing.json"))["statements"]) == 3
        assert "Ola Skjult" not in archive.read("hearing.html").decode()

    # Nothing is deleted before the archive has said that it has it, and what it has is this package.
    delete = partial(client.delete, clerk.path, headers=polling.staff)
    receipt = partial(client.put, f"{clerk.path}/archive/receipt", headers=polling.staff)
    assert (await delete()).status_code == 409
    digest = hashlib.sha256(packed.content).hexdigest()
    assert packed.headers["repr-digest"] == f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"
    assert (await receipt(json={"receipt": "NOARK 7", "sha256": "00" * 32})).status_code == 409
    noted = await receipt(json={"receipt": "NOARK 26/1234-7", "sha256": digest})
    assert (noted.status_code, noted.json()["archived"]["receipt"]) == (200, "NOARK 26/1234-7")
    assert (await clerk.post("/outcome", {**OUTCOME, "response": {"nb": "Rettet."}})).status_code == 200
    assert (await delete()).status_code == 409, "the archive does not have what was corrected since"
    repacked = await client.get(f"{clerk.path}/archive", headers=polling.staff)
    again = {"receipt": "NOARK 26/1234-8", "sha256": hashlib.sha256(repacked.content).hexdigest()}
    assert (await receipt(json=again)).status_code == 200
    assert (await delete()).status_code == 204
    assert (await client.get(f"/v1/hearings/{hearing}")).status_code == 404
    for table in ("statement", "hearing_document", "document_content", "hearing_follow", "answer", "survey"):
        assert await polling.town.sql(f"select 1 from {table}") == [], table


async def test_the_database_deletes_no_hearing_that_the_archive_has_not_acknowledged(polling: Polling) -> None:
    clerk = Clerk(polling)
    await clerk.publish()
    await clerk.add("Plankart.pdf", PDF)
    assert (await say(polling, "Kari Nordmann", "Det trengs lys.")).status_code == 201
    for table in ("hearing", "statement", "hearing_document", "survey"):
        with pytest.raises(asyncpg.RaiseError, match="archive"):
            async with work(polling.town.system) as unit:
                await unit.execute(f"delete from {table}")
    receipt = {"receipt": "NOARK 1", "sha256": "00" * 32}
    early = await polling.client.put(f"{clerk.path}/archive/receipt", headers=polling.staff, json=receipt)
    assert early.status_code == 409, "it has not been decided"


async def test_a_draft_of_a_hearing_is_thrown_away(polling: Polling) -> None:
    written = await polling.client.post("/v1/staff/hearings", headers=polling.staff, json=HEARING)
    path = f"/v1/staff/hearings/{written.json()['id']}"
    assert (await polling.client.delete(path, headers=polling.staff)).status_code == 204
    assert (await polling.client.delete(path, headers=polling.staff)).status_code == 404
    assert await polling.town.sql("select 1 from survey") == []


async def test_a_published_hearing_is_no_longer_changed_and_a_draft_is_nobodys_business(polling: Polling) -> None:
    written = await polling.client.post("/v1/staff/hearings", headers=polling.staff, json=HEARING)
    path, public = f"/v1/staff/hearings/{written.json()['id']}", f"/v1/hearings/{written.json()['id']}"
    for below in ("", "/statements", "/issuer", "/box"):
        assert (await polling.client.get(public + below)).status_code == 404
    changed = {**HEARING, "case_reference": "26/99"}
    assert (await polling.client.put(path, headers=polling.staff, json=changed)).status_code == 200
    assert (await polling.client.post(f"{path}/launch", headers=polling.staff)).status_code == 200
    assert (await polling.client.post(f"{path}/launch", headers=polling.staff)).status_code == 409
    assert (await polling.client.put(path, headers=polling.staff, json=HEARING)).status_code == 409
    assert (await polling.client.get(public)).json()["case_reference"] == "26/99"
    assert (await polling.client.get("/v1/municipalities/3907/surveys")).json()["items"] == []


async def test_the_box_of_a_hearing_is_no_survey_that_could_be_closed_or_changed(polling: Polling) -> None:
    hearing = await Clerk(polling).publish()
    resident = await polling.moves()
    assert (await polling.client.get(f"/v1/surveys/{hearing}", headers=resident.headers)).status_code == 404
    for act in ("close", "launch", "codes"):
        path = f"/v1/staff/surveys/{hearing}/{act}"
        body = {"count": 1} if act == "codes" else None
        assert (await polling.client.post(path, headers=polling.staff, json=body)).status_code == 404
    assert (await polling.client.get(f"/v1/staff/surveys/{hearing}", headers=polling.staff)).status_code == 404


RING = [[10.21, 59.13], [10.22, 59.13], [10.22, 59.14], [10.21, 59.13]]


async def test_a_hearing_shows_on_a_map_where_it_is_about(polling: Polling) -> None:
    drawn = {"type": "Polygon", "coordinates": [RING]}
    hearing = await Clerk(polling).publish(map=drawn, links=["https://kommune.example/plan-i-3d"])
    shown = (await polling.client.get(f"/v1/hearings/{hearing}")).json()
    assert (shown["map"], shown["links"]) == (drawn, ["https://kommune.example/plan-i-3d"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "Polygon", "coordinates": [RING[:3]]},
        {"type": "Point", "coordinates": [200, 59]},
        {"type": "Circle"},
        {"type": "Point", "coordinates": [True, 59]},
        {"type": "LineString", "coordinates": [[10.2, "59"]]},
        {"type": "MultiPoint", "coordinates": [[10.2, 59.1]] * 10_001},
        {"type": "Point", "coordinates": []},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
async def test_what_is_no_drawing_is_refused(polling: Polling, wrong: dict[str, Any]) -> None:
    refused = await polling.client.post("/v1/staff/hearings", headers=polling.staff, json={**HEARING, "map": wrong})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/map")


async def test_a_hearing_cannot_end_before_it_begins(polling: Polling) -> None:
    refused = await polling.client.post(
        "/v1/staff/hearings", headers=polling.staff, json={**HEARING, "deadline": "2020-01-01"}
    )
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/deadline")


async def test_the_words_of_a_published_hearing_are_corrected_in_the_open(polling: Polling) -> None:
    clerk, client = Clerk(polling), polling.client
    hearing = await clerk.publish()
    words = {name: HEARING[name] for name in ("title", "summary", "case_reference", "plan_id")}
    correct = partial(client.put, f"{clerk.path}/words", headers=polling.staff)
    assert (await correct(json={**words, "reason": "Ingen endring."})).status_code == 409
    better = {**words, "summary": {"nb": "Forslag til ny gang- og sykkelvei."}, "reason": "Sykkelvei manglet."}
    assert (await correct(json={**better, "reason": " "})).status_code == 422
    assert (await correct(json={**better, "deadline": "2030-01-01"})).status_code == 422
    done = await correct(json=better)
    assert done.status_code == 200, done.text
    assert done.json()["written"]["interests"] == HEARING["interests"], "who was asked stays"
    read = (await client.get(f"/v1/hearings/{hearing}", headers={"Accept-Language": "nb"})).json()
    assert read["summary"] == "Forslag til ny gang- og sykkelvei."
    assert [(c["what"], c["parts"]) for c in read["corrections"]] == [("words", ["summary"])]
    draft = await client.post("/v1/staff/hearings", headers=polling.staff, json=HEARING)
    path = f"/v1/staff/hearings/{draft.json()['id']}/words"
    assert (await client.put(path, headers=polling.staff, json=better)).status_code == 409


async def test_each_door_takes_only_what_stands_behind_it(polling: Polling) -> None:
    """A survey is not reached by the paths of hearings, nor the box of a hearing by those of surveys."""
    clerk = Clerk(polling)
    hearing = await clerk.publish()
    resident, voter = await polling.moves(), polling.voter()
    of_hearing = await polling.client.post(
        f"/v1/hearings/{hearing}/ballots",
        headers={**resident.headers, "Content-Type": "application/private-token-request"},
        content=voter.request,
    )
    opinion = {"answers": {"opinion": "For dyrt."}, "receipt_hash": receipt_of(1)}
    ballot = header(voter.finish(of_hearing.content))
    survey = await polling.launch()
    of_survey = header(await polling.ballot())
    answer = {"answers": {"bike": "no"}, "receipt_hash": receipt_of(2)}
    asking = {**resident.headers, "Content-Type": "application/private-token-request"}
    for path, own, other, mine, body in (
        ("/v1/surveys", survey, hearing, ballot, opinion),
        ("/v1/hearings", hearing, survey, of_survey, answer),
    ):
        client = polling.client
        for last in ("issuer", "box"):
            assert (await client.get(f"{path}/{own}/{last}")).status_code == 200
            assert (await client.get(f"{path}/{other}/{last}")).status_code == 404
        assert (await client.get(f"{path}/{other}/box/ab")).status_code == 404
        fetched = await client.post(f"{path}/{other}/ballots", headers=asking, content=voter.request)
        assert fetched.status_code == 404
        for _ in range(2):
            handed_in = await client.post(f"{path}/{other}/responses", headers=mine, json=body)
            assert handed_in.status_code == 404
        back = await client.request(
            "DELETE", f"{path}/{other}/responses", json={"receipt_secret": "a secret that app number 1 made"}
        )
        assert back.status_code == 404
    taken = await polling.client.post(f"/v1/hearings/{hearing}/responses", headers=ballot, json=opinion)
    assert taken.status_code == 201
    assert (
        await polling.client.post(f"/v1/surveys/{hearing}/responses", headers=ballot, json=opinion)
    ).status_code == 404
    letters = await polling.client.post(
        f"/v1/staff/surveys/{hearing}/letters", headers=polling.staff, json={"count": 1}
    )
    assert letters.status_code in (404, 409)
