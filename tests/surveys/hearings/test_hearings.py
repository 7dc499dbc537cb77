"""A hearing by the book, over HTTP: announced, answered by name and without, extended, decided, archived."""

import base64
import hashlib
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from base import clock
from base.database import work
from tests.surveys.polling import Polling, receipt_of
from tests.surveys.voter import header
from tests.town import grant

PDF = b"%PDF-1.7\n% a plan"
TITLE = {"nb": "Gangvei langs fjorden", "en": "Footpath by the fjord"}
DEADLINE = date(2027, 6, 15)
HEARING: dict[str, Any] = {
    "title": TITLE,
    "summary": {"nb": "Forslag til ny gangvei.", "en": "A new footpath is proposed."},
    "case_reference": "26/1234",
    "deadline": DEADLINE.isoformat(),
    "plan_id": "20260007",
    "interests": ["planning"],
}
OUTCOME = {
    "decision": {"nb": "Vedtatt med lys.", "en": "Adopted, with lights."},
    "response": {"nb": "Dere ba om lys.", "en": "You asked for lights."},
}


class Clerk:
    """Staff who run a hearing."""

    def __init__(self, polling: Polling) -> None:
        self.polling = polling
        self.path = ""

    async def post(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        return await self.polling.client.post(f"{self.path}{path}", headers=self.polling.staff, json=json, **more)

    async def get(self, path: str = "") -> Any:
        answer = await self.polling.client.get(f"{self.path}{path}", headers=self.polling.staff)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def publish(self, **changes: Any) -> str:
        written = await self.polling.client.post(
            "/v1/staff/hearings", headers=self.polling.staff, json={**HEARING, **changes}
        )
        assert written.status_code == 201, written.text
        self.path = f"/v1/staff/hearings/{written.json()['id']}"
        assert (await self.post("/launch")).status_code == 200
        self.polling.survey = written.json()["id"]
        self.polling.issuer = (await self.polling.client.get(f"/v1/hearings/{self.polling.survey}/issuer")).json()
        return self.polling.survey

    async def add(self, name: str, content: bytes) -> httpx.Response:
        return await self.polling.client.post(
            f"{self.path}/documents",
            params={"name": name},
            content=content,
            headers={**self.polling.staff, "Content-Type": "application/octet-stream"},
        )


async def say(polling: Polling, name: str, body: str) -> httpx.Response:
    return await polling.client.post(
        f"/v1/hearings/{polling.survey}/statements", json={"kind": "person", "name": name, "body": body}
    )


async def whisper(polling: Polling, number: int, opinion: str) -> httpx.Response:
    """An anonymous opinion, by ballot."""
    resident, voter = await polling.moves(), polling.voter()
    signed = await polling.client.post(
        f"/v1/hearings/{polling.survey}/ballots",
        headers={**resident.headers, "Content-Type": "application/private-token-request"},
        content=voter.request,
    )
    assert signed.status_code == 200
    return await polling.client.post(
        f"/v1/hearings/{polling.survey}/responses",
        headers=header(voter.finish(signed.content)),
        json={"answers": {"opinion": opinion}, "receipt_hash": receipt_of(number)},
    )


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


async def test_nothing_is_decided_or_archived_before_everybody_was_read(polling: Polling) -> None:
    clerk, client = Clerk(polling), polling.client
    hearing = await clerk.publish()
    for name in ("Kari", "Ola"):
        assert (await say(polling, name, "Det trengs lys.")).status_code == 201
    assert (await clerk.post("/close")).status_code == 200
    assert (await clerk.get())["unread_statements"] == 2
    refused = await client.post(
        f"{clerk.path}/outcome", headers={**polling.staff, "Accept-Language": "nb"}, json=OUTCOME
    )
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "Uttalelser som ikke er behandlet: 2. Behandle dem først.",
    )
    assert (await client.get(f"/v1/hearings/{hearing}")).json()["decision"] is None
    kari, ola = [s["id"] for s in (await clerk.get("/statements"))["items"]]
    assert (await clerk.post(f"/statements/{kari}/moderation", {})).status_code == 200
    assert (await clerk.post("/outcome", OUTCOME)).status_code == 409
    aside = await clerk.post(f"/statements/{ola}/moderation", {"refused_because": "Gjelder en annen sak."})
    assert aside.status_code == 200
    assert (await clerk.post("/outcome", OUTCOME)).status_code == 200
    # One that was handed in at the last moment is found before the archive has the case.
    await polling.town.sql("update statement set state = 'received' where id = $1", UUID(ola))
    packed = await client.get(f"{clerk.path}/archive", headers=polling.staff)
    receipt = {"receipt": "NOARK 7", "sha256": hashlib.sha256(packed.content).hexdigest()}
    noted = await client.put(f"{clerk.path}/archive/receipt", headers=polling.staff, json=receipt)
    assert (noted.status_code, noted.json()["detail"][:10]) == (409, "Statements")
    listed = (await client.get("/v1/staff/hearings", headers=polling.staff)).json()["items"]
    assert [one["unread_statements"] for one in listed] == [1]


async def test_staff_are_shown_where_a_statement_may_tell_who_somebody_is(polling: Polling) -> None:
    clerk = Clerk(polling)
    await clerk.publish()
    body = "Ring 912 34 567. Fnr 01019012345. Naboen Per Hansen er enig. Hilsen Kari Nordmann"
    assert (await say(polling, "Kari Nordmann", body)).status_code == 201
    [statement] = (await clerk.get("/statements"))["items"]
    marked = [(one["kind"], body[one["start"] : one["end"]]) for one in statement["marks"]]
    assert marked == [("number", "912 34 567"), ("number", "01019012345"), ("name", "Per Hansen")]


async def test_a_draft_of_a_hearing_is_thrown_away(polling: Polling) -> None:
    written = await polling.client.post("/v1/staff/hearings", headers=polling.staff, json=HEARING)
    path = f"/v1/staff/hearings/{written.json()['id']}"
    assert (await polling.client.delete(path, headers=polling.staff)).status_code == 204
    assert (await polling.client.delete(path, headers=polling.staff)).status_code == 404
    assert await polling.town.sql("select 1 from survey") == []


async def test_without_a_mail_server_no_address_is_asked_for_or_taken(polling: Polling) -> None:
    hearing = await Clerk(polling).publish()
    assert (await polling.client.get(f"/v1/hearings/{hearing}")).json()["asks_for_email"] is False
    told = {"kind": "person", "name": "Kari", "body": "Ja.", "email": "kari@example.no"}
    refused = await polling.client.post(f"/v1/hearings/{hearing}/statements", json=told)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/email")
    assert await polling.town.sql("select 1 from statement") == []


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


async def test_a_document_is_known_by_its_content(polling: Polling) -> None:
    clerk = Clerk(polling)
    await clerk.publish()
    assert (await clerk.add("Plan.pdf", b"<html><script>")).status_code == 415
    assert (await clerk.add("bilde", b"\x89PNG\r\n\x1a\n...")).json()["media_type"] == "image/png"


async def test_a_hearing_cannot_end_before_it_begins(polling: Polling) -> None:
    refused = await polling.client.post(
        "/v1/staff/hearings", headers=polling.staff, json={**HEARING, "deadline": "2020-01-01"}
    )
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/deadline")


async def test_a_wrong_file_is_removed_or_replaced_and_nothing_of_it_stays(polling: Polling) -> None:
    clerk, client = Clerk(polling), polling.client
    hearing = await clerk.publish()
    wrong, right = PDF + b" with names", PDF + b" without"
    one = (await clerk.add("Naboliste Kari Nordmann.pdf", wrong)).json()["id"]
    two = (await clerk.add("Plankart.pdf", wrong)).json()["id"]

    def document(which: str, **query: str) -> dict[str, Any]:
        return {"url": f"{clerk.path}/documents/{which}", "params": query, "headers": polling.staff}

    binary = {**polling.staff, "Content-Type": "application/octet-stream"}
    unsaid = await client.delete(**document(one))
    assert (unsaid.status_code, unsaid.json()["errors"][0]["pointer"]) == (422, "/reason")
    assert (await client.delete(**document(one, reason="Lagt ut ved en feil."))).status_code == 204
    put = {**document(two, reason="Navn er fjernet."), "headers": binary, "content": right}
    replaced = await client.put(**put)
    assert replaced.status_code == 200, replaced.text
    assert replaced.json()["name"] == "Plankart.pdf"
    assert (await client.delete(**document(one, reason="Igjen"))).status_code == 404

    read = (await client.get(f"/v1/hearings/{hearing}")).json()
    assert [d["name"] for d in read["documents"]] == ["Plankart.pdf"]
    assert [(c["what"], c["parts"], c["reason"]) for c in read["corrections"]] == [
        ("document_removed", [], "Lagt ut ved en feil."),
        ("document_replaced", ["Plankart.pdf"], "Navn er fjernet."),
    ]
    for gone in (one, two):
        assert (await client.get(f"/v1/hearings/{hearing}/documents/{gone}")).status_code == 404
    shown = await client.get(f"/v1/hearings/{hearing}/documents/{read['documents'][0]['id']}")
    assert shown.content == right
    assert [bytes(r[0]) for r in await polling.town.sql("select content from document_content")] == [right]
    assert "Kari" not in str(await polling.town.sql("select * from hearing_document"))
    packed = await client.get(f"{clerk.path}/archive", headers=polling.staff)
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert len(json.loads(archive.read("hearing.json"))["corrections"]) == 2
        assert "documents/01-Plankart.pdf" in archive.namelist()


async def test_a_file_in_a_draft_is_removed_without_a_word(polling: Polling) -> None:
    clerk, client = Clerk(polling), polling.client
    written = await client.post("/v1/staff/hearings", headers=polling.staff, json=HEARING)
    clerk.path = f"/v1/staff/hearings/{written.json()['id']}"
    one = (await clerk.add("Plankart.pdf", PDF)).json()["id"]
    assert (await client.delete(f"{clerk.path}/documents/{one}", headers=polling.staff)).status_code == 204
    read = await clerk.get()
    assert (read["documents"], read["corrections"]) == ([], [])


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


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n", b"\n\n  "])
async def test_a_pdf_with_a_mark_or_a_blank_line_before_its_header_is_taken(polling: Polling, before: bytes) -> None:
    clerk = Clerk(polling)
    await clerk.publish()
    assert (await clerk.add("Plan.pdf", before + PDF)).json()["media_type"] == "application/pdf"
    assert (await clerk.add("Plan.pdf", b"<script>" + PDF)).status_code == 415


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
