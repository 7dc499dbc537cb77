"""A receipt proves what was said, to anybody, without us."""

import hashlib
import json
from typing import Any

import httpx
import jwt
import pytest
from pyld import jsonld

from base import jws
from base.keys import MemoryKeyStore
from consent import merkle
from consent.receipts import TYP
from tests.town import Moves, Town, grant

DPV, DCT, GDPR = "https://w3id.org/dpv#", "http://purl.org/dc/terms/", "https://w3id.org/dpv/legal/eu/gdpr#"


def offline(url: str, options: dict[str, Any]) -> dict[str, Any]:
    raise AssertionError(f"nothing need be fetched to read a receipt: {url}")


def only(node: dict[str, Any], term: str) -> dict[str, Any]:
    [value] = node[term]
    found: dict[str, Any] = value
    return found


async def test_a_receipt_is_verified_by_a_foreign_library_from_the_published_keys_alone(
    client: httpx.AsyncClient, moves: Moves, keys: MemoryKeyStore
) -> None:
    kari = await moves()
    said = await grant(client, kari, "personal_feed")
    receipt = (await client.get(f"/v1/me/consents/receipts/{said['receipt']}", headers=kari.headers)).json()
    jws.rotate(keys)  # An old receipt outlives its key's turn.
    published = jwt.PyJWKSet.from_dict((await client.get("/.well-known/jwks.json")).json())
    header = jwt.get_unverified_header(receipt["jws"])
    assert (header["alg"], header["typ"]) == ("EdDSA", TYP)
    payload = jwt.PyJWS().decode(receipt["jws"], published[header["kid"]].key, algorithms=["EdDSA"])
    assert json.loads(payload) == receipt["record"]
    head, body, signature = receipt["jws"].split(".")
    for forged in (f"{head}.{body[:-4]}AAAA.{signature}", f"{head}.{body}.{signature[:-4]}AAAA"):
        with pytest.raises(jwt.InvalidTokenError):
            jwt.PyJWS().decode(forged, published[header["kid"]].key, algorithms=["EdDSA"])


async def test_a_receipt_expands_to_the_terms_of_the_standard(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves()
    said = await grant(client, kari, "push_messages")
    receipt = (await client.get(f"/v1/me/consents/receipts/{said['receipt']}", headers=kari.headers)).json()
    [expanded] = jsonld.expand(receipt["record"], {"documentLoader": offline})
    assert expanded["@type"] == [f"{DPV}ConsentReceipt"]
    assert f"{DCT}created" in expanded
    record = only(expanded, f"{DPV}hasRecordOfActivity")
    assert only(record, f"{DCT}conformsTo") == {"@id": "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"}
    assert only(record, f"{DCT}identifier") == {"@value": said["receipt"]}
    assert only(record, f"{DCT}language") == {"@value": "nb"}
    assert only(record, f"{DPV}hasDataSubject")["@type"] == [f"{DPV}DataSubject"]
    assert only(record, f"{DPV}hasNotice")["@type"] == [f"{DPV}ConsentNotice"]
    process = only(record, f"{DPV}hasProcess")
    for term in ("Purpose", "PersonalData", "Recipient", "Jurisdiction", "Right", "StorageCondition", "DataController"):
        assert process[f"{DPV}has{term}"], term
    assert only(process, f"{DPV}hasLegalBasis") == {"@id": f"{GDPR}A6-1-a"}
    assert only(process, f"{DPV}hasConsentControl")["@type"] == [f"{DPV}WithdrawConsent"]
    status = only(process, f"{DPV}hasConsentStatus")
    assert status["@type"] == [f"{DPV}ConsentGiven"]
    for term in ("isIndicatedAtTime", "hasDuration", "isIndicatedBy"):
        assert status[f"{DPV}{term}"], term


async def test_a_receipt_holds_the_very_words_that_were_read(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves()
    said = await grant(client, kari, "location_zones")
    shown = (await client.get("/v1/purposes", headers={**kari.headers, "Accept-Language": "nb"})).json()["items"]
    rendered = next(item["rendered"] for item in shown if item["purpose"] == "location_zones")
    receipt = (await client.get(f"/v1/me/consents/receipts/{said['receipt']}", headers=kari.headers)).json()
    notice = receipt["record"]["dpv:hasRecordOfActivity"]["dpv:hasNotice"]
    assert notice["dct:description"] == rendered
    assert notice["dct:identifier"] == f"sha256:{hashlib.sha256(rendered.encode()).hexdigest()}"


async def test_a_receipt_says_what_it_meant_then(client: httpx.AsyncClient, moves: Moves, town: Town) -> None:
    kari = await moves()
    meant = []
    for granted, language in ((False, "nb"), (True, "nb"), (True, "nn"), (False, "nb"), (True, "nb")):
        answer = await client.put(
            "/v1/me/consents/personal_feed",
            headers=kari.headers,
            json={"granted": granted, "notice_version": 1, "language": language},
        )
        url = f"/v1/me/consents/receipts/{answer.json()['receipt']}"
        record = (await client.get(url, headers=kari.headers)).json()["record"]
        meant.append(record["dpv:hasRecordOfActivity"]["dpv:hasProcess"]["dpv:hasConsentStatus"]["@type"])
    assert meant == [
        "dpv:ConsentRefused",
        "dpv:ConsentGiven",
        "dpv:RenewedConsentGiven",
        "dpv:ConsentWithdrawn",
        "dpv:ConsentGiven",
    ]


async def test_a_receipt_leads_to_its_line_in_the_ledger(client: httpx.AsyncClient, moves: Moves) -> None:
    kari = await moves()
    said = await grant(client, kari, "personal_feed")
    receipt = (await client.get(f"/v1/me/consents/receipts/{said['receipt']}", headers=kari.headers)).json()
    assert merkle.leaf(receipt["record"]["medvirk:ledgerLine"].encode()).hex() == receipt["leaf"]


async def test_nobody_reads_anothers_receipt(client: httpx.AsyncClient, moves: Moves) -> None:
    kari, ola = await moves(), await moves(consents=["personal_feed"])
    said = await grant(client, kari, "personal_feed")
    stranger = await client.get(f"/v1/me/consents/receipts/{said['receipt']}", headers=ola.headers)
    nobody = await client.get(f"/v1/me/consents/receipts/{ola.id}", headers=ola.headers)
    assert (stranger.status_code, stranger.text) == (404, nobody.text)
