"""Receipts: what a resident said, in the words they read, as an ISO/IEC TS 27560 record in W3C's DPV.

JSON-LD with a context of its own, so that nothing need be fetched to understand it; signed, so that it can be checked
offline; and it holds the very line of the ledger, so that anybody can prove that the line is still under a published
root. Terms after DPV 2 and its guide to TS 27560 (https://w3id.org/dpv/guides/consent-27560).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from base import jws
from base.database import Work
from base.errors import NotFound
from base.keys import KeyStore
from base.localized import pick
from base.tenant import Tenant
from consent import ledger, merkle
from consent.models import ConsentEvent
from consent.notice_text import NoticeText
from consent.notices import notice_version
from consent.purposes import PURPOSES
from municipality.directory import town
from municipality.models import Municipality

TYP: Final = "consent-receipt"

CONTEXT: Final[Mapping[str, str]] = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "medvirk": "urn:medvirk:",
}
PROFILE: Final = "https://w3id.org/dpv/schema/dpv-27560#"

RIGHTS: Final = ("A7-3", "A13", "A15", "A16", "A17", "A18", "A20", "A77")


class NoSuchReceipt(NotFound):
    """You have no receipt with this id."""


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt as JSON-LD, the same signed, and the hash of its line in the tree over the ledger."""

    id: UUID
    record: Mapping[str, Any]
    jws: str
    leaf: bytes


async def receipt(work: Work, keys: KeyStore, tenant: Tenant, event_id: UUID, origin: str) -> SignedReceipt:
    """The receipt for something that the resident who calls has said; NoSuchReceipt for anybody else's.

    `origin` is where this installation is reached.
    """
    said = await ledger.history(tenant)
    place = next((place for place, event in enumerate(said) if event.id == event_id), None)
    if place is None:
        raise NoSuchReceipt()
    event = said[place]
    before = [one for one in said[:place] if one.purpose == event.purpose]
    text = (await notice_version(event.purpose, event.notice_version)).texts[event.language]
    record = document(event, status(event, before), text, await town(work), origin)
    signed = jws.sign(keys, json.dumps(record, ensure_ascii=False).encode(), TYP)
    return SignedReceipt(event.id, record, signed, merkle.leaf(event.canonical()))


def status(event: ConsentEvent, before: Sequence[ConsentEvent]) -> str:
    """What an event means after what was said before: given or given anew, withdrawn or never given."""
    if event.granted:
        return "dpv:RenewedConsentGiven" if before and before[-1].granted else "dpv:ConsentGiven"
    return "dpv:ConsentWithdrawn" if before and before[-1].granted else "dpv:ConsentRefused"


def document(event: ConsentEvent, meaning: str, text: NoticeText, here: Municipality, origin: str) -> dict[str, Any]:
    """The receipt as JSON-LD: a receipt of a record of a process, its notice and what was said to it."""
    purpose = PURPOSES[event.purpose]
    subject = {"@id": f"urn:medvirk:subject:{event.subject.hex()}", "@type": "dpv:DataSubject"}
    at = {"@type": "xsd:dateTime", "@value": event.at.isoformat(timespec="microseconds")}
    controller = {
        "@id": f"{origin}/v1/municipalities/{here.number}",
        "@type": "dpv:DataController",
        "dct:title": pick(here.name, [event.language, *here.languages])[0],
        "dct:identifier": str(here.id),
    }
    process = {
        "@type": "dpv:Process",
        "dpv:hasPurpose": {"@type": purpose.dpv_purpose, "dct:identifier": event.purpose, "dct:title": text.title},
        "dpv:hasPersonalData": [
            *({"@type": kind} for kind in purpose.dpv_data),
            *({"@type": "dpv:PersonalData", "dct:description": words} for words in text.data_categories),
        ],
        "dpv:hasRecipient": [{"@type": "dpv:Recipient", "dct:description": words} for words in text.systems],
        "dpv:hasJurisdiction": {"@id": "loc:NO"},
        "dpv:hasRight": [{"@id": f"eu-gdpr:{right}"} for right in RIGHTS],
        "dpv:hasStorageCondition": {"@type": "dpv:StorageCondition", "dct:description": text.retention},
        "dpv:hasDataController": controller,
        "dpv:hasConsentControl": {
            "@type": "dpv:WithdrawConsent",
            "dpv:isExercisedAt": {"@id": f"{origin}/v1/me/consents/{event.purpose}"},
            "dct:description": text.withdraw,
        },
        "dpv:hasLegalBasis": {"@id": "eu-gdpr:A6-1-a"},
        "dpv:hasConsentStatus": {
            "@type": meaning,
            "dpv:isIndicatedAtTime": at,
            "dpv:isIndicatedBy": {"@id": subject["@id"]},
            "dpv:hasDuration": {"@type": "dpv:UntilEventDuration", "rdf:value": "until withdrawn or lapsed"},
        },
    }
    record = {
        "@id": f"urn:uuid:{event.id}",
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": {"@id": f"{PROFILE}record-eu-gdpr"},
        "dct:identifier": str(event.id),
        "dct:language": event.language,
        "dpv:hasDataSubject": subject,
        "dpv:hasNotice": {
            "@type": "dpv:ConsentNotice",
            "dct:identifier": f"sha256:{event.notice_sha256.hex()}",
            "dct:hasVersion": event.notice_version,
            "dct:language": event.language,
            "dct:title": text.title,
            "dct:description": text.rendered(),
        },
        "dpv:hasProcess": process,
    }
    return {
        "@context": dict(CONTEXT),
        "@id": f"urn:uuid:{uuid5(NAMESPACE_URL, f'urn:uuid:{event.id}')}",
        "@type": "dpv:ConsentReceipt",
        "dct:created": at,
        "dpv:hasRecordOfActivity": record,
        "medvirk:ledgerLine": event.canonical().decode(),
        "medvirk:ledgerLeaf": merkle.leaf(event.canonical()).hex(),
    }
