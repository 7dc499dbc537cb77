"""What is said in a hearing by name, and what staff see of it before they decide."""

import hashlib
import io
import json
import zipfile
from uuid import UUID

from tests.surveys.hearings.clerk import OUTCOME, Clerk, say
from tests.surveys.polling import Polling


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


async def test_without_a_mail_server_no_address_is_asked_for_or_taken(polling: Polling) -> None:
    hearing = await Clerk(polling).publish()
    assert (await polling.client.get(f"/v1/hearings/{hearing}")).json()["asks_for_email"] is False
    told = {"kind": "person", "name": "Kari", "body": "Ja.", "email": "kari@example.no"}
    refused = await polling.client.post(f"/v1/hearings/{hearing}/statements", json=told)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/email")
    assert await polling.town.sql("select 1 from statement") == []


async def test_a_statement_is_published_without_the_numbers_in_it(polling: Polling) -> None:
    clerk, client = Clerk(polling), polling.client
    hearing = await clerk.publish()
    body = "Ring 912 34 567, fnr 99999999999, a@b.no. Det trengs 2 lys."
    assert (await say(polling, "Kari", body)).status_code == 201
    [statement] = (await clerk.get("/statements"))["items"]
    path = f"/statements/{statement['id']}/moderation"
    judged = (await clerk.post(path, {"blotted": True})).json()
    assert (judged["state"], judged["blotted"], judged["body"]) == ("published", True, body), "staff have it whole"
    blotted = "Ring [•••], fnr [•••], [•••]. Det trengs 2 lys."
    [shown] = (await client.get(f"/v1/hearings/{hearing}/statements")).json()["items"]
    assert shown["body"] == blotted
    packed = await client.get(f"{clerk.path}/archive", headers=polling.staff)
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        whole = json.loads(archive.read("hearing.json"))["statements"][0]
        assert (whole["body"], whole["published_body"]) == (body, blotted)
        assert "912 34 567" not in archive.read("hearing.html").decode()
    assert (await clerk.post(path, {})).status_code == 200
    assert (await client.get(f"/v1/hearings/{hearing}/statements")).json()["items"][0]["body"] == body
