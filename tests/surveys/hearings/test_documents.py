"""What a hearing shows: files, put right before and after somebody has been heard."""

import io
import json
import zipfile
from typing import Any

import httpx
import pytest

from tests.surveys.hearings.clerk import HEARING, PDF, Clerk, whisper
from tests.surveys.polling import Polling


async def test_a_document_is_known_by_its_content(polling: Polling) -> None:
    clerk = Clerk(polling)
    await clerk.publish()
    assert (await clerk.add("Plan.pdf", b"<html><script>")).status_code == 415
    assert (await clerk.add("bilde", b"\x89PNG\r\n\x1a\n...")).json()["media_type"] == "image/png"


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


async def test_what_somebody_was_heard_about_stays_beside_what_replaced_it(polling: Polling) -> None:
    clerk, client = Clerk(polling), polling.client
    hearing = await clerk.publish()
    first = (await clerk.add("Plankart.pdf", PDF + b" 1")).json()["id"]
    binary = {**polling.staff, "Content-Type": "application/octet-stream"}

    async def replaced(which: str, number: int) -> httpx.Response:
        return await client.put(
            f"{clerk.path}/documents/{which}",
            params={"reason": "Ny utgave."},
            headers=binary,
            content=PDF + b" %d" % number,
        )

    before = (await replaced(first, 2)).json()
    assert before["earlier"] == [], "nobody has been heard yet"
    assert (await whisper(polling, 1, "For dyrt.")).status_code == 201
    third = (await replaced(before["id"], 3)).json()
    fourth = (await replaced(third["id"], 4)).json()
    assert (await replaced(third["id"], 5)).status_code == 409
    [shown] = (await client.get(f"/v1/hearings/{hearing}")).json()["documents"]
    assert shown == fourth == (await clerk.get())["documents"][0]
    assert [one["id"] for one in shown["earlier"]] == [third["id"], before["id"]]
    assert all(one["replaced_at"] for one in shown["earlier"])
    for number, which in ((2, before["id"]), (3, third["id"]), (4, fourth["id"])):
        read = await client.get(f"/v1/hearings/{hearing}/documents/{which}")
        assert read.content == PDF + b" %d" % number
    packed = await client.get(f"{clerk.path}/archive", headers=polling.staff)
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        kept = [name for name in archive.namelist() if name.startswith("documents/")]
    assert kept == [
        "documents/03-Plankart.pdf",
        "documents/replaced/01-Plankart.pdf",
        "documents/replaced/02-Plankart.pdf",
    ]
    # What may not be seen goes all the same.
    for which in (fourth["id"], third["id"]):
        gone = await client.delete(f"{clerk.path}/documents/{which}", params={"reason": "Navn."}, headers=polling.staff)
        assert gone.status_code == 204
    [left] = (await client.get(f"/v1/hearings/{hearing}")).json()["documents"]
    assert (left["id"], left["earlier"]) == (before["id"], [])


async def test_a_file_in_a_draft_is_removed_without_a_word(polling: Polling) -> None:
    clerk, client = Clerk(polling), polling.client
    written = await client.post("/v1/staff/hearings", headers=polling.staff, json=HEARING)
    clerk.path = f"/v1/staff/hearings/{written.json()['id']}"
    one = (await clerk.add("Plankart.pdf", PDF)).json()["id"]
    assert (await client.delete(f"{clerk.path}/documents/{one}", headers=polling.staff)).status_code == 204
    read = await clerk.get()
    assert (read["documents"], read["corrections"]) == ([], [])


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n", b"\n\n  "])
async def test_a_pdf_with_a_mark_or_a_blank_line_before_its_header_is_taken(polling: Polling, before: bytes) -> None:
    clerk = Clerk(polling)
    await clerk.publish()
    assert (await clerk.add("Plan.pdf", before + PDF)).json()["media_type"] == "application/pdf"
    assert (await clerk.add("Plan.pdf", b"<script>" + PDF)).status_code == 415
