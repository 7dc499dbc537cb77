"""Hearings for communications staff: written, published, looked through, decided, archived."""

import base64
import hashlib
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from api.http.authentication import staff
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, delete, get, post, put
from api.schemas.common import Key, Line, PageQuery, RequestModel
from api.schemas.geojson import Drawn
from api.schemas.hearings import HearingCorrected, HearingDocumentShown, corrected, documents_shown
from api.staff.subjects import whom_it_is_for
from base.localized import Localized
from base.times import Day
from municipality.roles import READERS, WRITERS
from surveys.hearings import archive, corrections, hearings
from surveys.hearings import documents as hearing_documents
from surveys.hearings.models import Hearing, HearingCorrection, HearingDocument
from surveys.hearings.unread import unread


class HearingWords(RequestModel):
    """What a hearing says: its words, its links and where it is about."""

    title: Localized
    summary: Localized
    case_reference: Line
    plan_id: Line | None = None
    legal_basis: Line | None = None
    unit: Line | None = None
    links: Annotated[list[Annotated[Line, Field(pattern="^https?://")]], Field(max_length=20)] = Field(
        default_factory=list
    )
    map: Drawn | None = None


class HearingWritten(HearingWords):
    """A hearing; it ends with the day of its deadline, where the municipality lies."""

    deadline: Day
    areas: list[UUID] = Field(default_factory=list, max_length=200)
    interests: list[Key] = Field(default_factory=list, max_length=50)


class HearingWordsCorrected(HearingWords):
    """The words that a published hearing shall have, all of them, and why they change: everybody sees the reason."""

    reason: Line


class ArchivedShown(BaseModel):
    """That the archive has acknowledged a hearing: its receipt, and the SHA-256 (hex) of the package it has."""

    receipt: str
    sha256: str
    at: AwareDatetime


class ArchiveReceipt(RequestModel):
    """What the archive gave for a package, and the package's SHA-256 in hex."""

    receipt: Line
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]


class HearingInFull(BaseModel):
    """A hearing in every language."""

    id: UUID
    state: Literal["draft", "open", "closed", "decided"]
    written: dict[str, Any]
    deadline: AwareDatetime
    created_at: AwareDatetime
    published_at: AwareDatetime | None
    outcome: dict[str, Any] | None
    documents: list[HearingDocumentShown]
    corrections: list[HearingCorrected]
    archived: ArchivedShown | None
    unread_statements: int = Field(
        description="How many statements are neither published nor set aside; it is not decided or archived before"
    )


class HearingsInFull(BaseModel):
    """Every hearing, the youngest first."""

    items: list[HearingInFull]
    next: str | None = None


class LaterDay(RequestModel):
    """Until the end of which day."""

    deadline: Day


class Outcome(RequestModel):
    """The decision, and what you said, what we did."""

    decision: Localized
    response: Localized


async def _full(call: Call[Any, Any], hearing_id: UUID) -> HearingInFull:
    hearing = await hearings.read(hearing_id)
    documents = await hearing_documents.listed(hearing_id)
    waiting = (await unread([hearing_id]))[hearing_id]
    return _shown(hearing, documents, await corrections.listed(hearing_id), waiting)


def _shown(
    hearing: Hearing,
    documents: Sequence[HearingDocument],
    put_right: Sequence[HearingCorrection],
    waiting: int,
) -> HearingInFull:
    return HearingInFull(
        id=hearing.id,
        state=hearing.state_now,
        written={name: value for name, value in hearing.written.items() if name != "ends"},
        deadline=hearing.deadline,
        created_at=hearing.created_at,
        published_at=hearing.published_at,
        outcome=dict(hearing.outcome) if hearing.outcome else None,
        documents=documents_shown(documents),
        corrections=[corrected(one) for one in put_right],
        archived=None
        if hearing.archive_receipt is None or hearing.archive_sha256 is None or hearing.archived_at is None
        else ArchivedShown(
            receipt=hearing.archive_receipt, sha256=hearing.archive_sha256.hex(), at=hearing.archived_at
        ),
        unread_statements=waiting,
    )


def _written(body: HearingWritten) -> dict[str, Any]:
    return body.model_dump(mode="json", exclude={"deadline"}, exclude_none=True)


async def create_hearing(call: Call[HearingWritten, None]) -> HearingInFull:
    """Keep a new hearing as a draft."""
    await whom_it_is_for(call.body.areas, call.body.interests)
    return await _full(call, await hearings.write(call.work, _written(call.body), call.body.deadline))


async def list_staff_hearings(call: Call[None, PageQuery]) -> HearingsInFull:
    """Every hearing, drafts too."""
    found = await hearings.page(call.query.after_time(), call.query.one_more)
    ids = [hearing.id for hearing in found]
    documents = await hearing_documents.of_many(ids)
    put_right, waiting = await corrections.of_many(ids), await unread(ids)
    shown = [_shown(hearing, documents[hearing.id], put_right[hearing.id], waiting[hearing.id]) for hearing in found]
    items, following = call.query.cut(shown, lambda one: (one.created_at, one.id), HearingInFull.model_dump_json)
    return HearingsInFull(items=items, next=following)


async def read_staff_hearing(call: Call[None, None]) -> HearingInFull:
    """One hearing, in every language."""
    return await _full(call, call.id())


async def replace_hearing(call: Call[HearingWritten, None]) -> HearingInFull:
    """Replace a draft."""
    await whom_it_is_for(call.body.areas, call.body.interests)
    await hearings.rewrite(call.work, call.id(), _written(call.body), call.body.deadline)
    return await _full(call, call.id())


async def correct_hearing(call: Call[HearingWordsCorrected, None]) -> HearingInFull:
    """Put the words of a published hearing right. Deadline, areas and topics stay; what changed is told, and why."""
    written = call.body.model_dump(mode="json", exclude={"reason"}, exclude_none=True)
    await corrections.correct(call.work, call.id(), written, call.body.reason)
    return await _full(call, call.id())


async def launch_hearing(call: Call[None, None]) -> HearingInFull:
    """Publish a hearing: it can be read, and statements and anonymous opinions are taken."""
    await hearings.publish(call.work, call.id(), call.services.keys)
    return await _full(call, call.id())


async def extend_hearing(call: Call[LaterDay, None]) -> HearingInFull:
    """Let a hearing end on a later day; statements that come after its first deadline are marked late."""
    await hearings.extend(call.work, call.id(), call.body.deadline)
    return await _full(call, call.id())


async def close_hearing(call: Call[None, None]) -> HearingInFull:
    """Close a hearing now."""
    await hearings.close(call.work, call.id())
    return await _full(call, call.id())


async def publish_outcome(call: Call[Outcome, None]) -> HearingInFull:
    """Publish the decision, and what you said, what we did; those who follow the hearing find it in their feed.

    409 while statements are neither published nor set aside.
    """
    await hearings.decide(call.id(), call.body.model_dump(mode="json"))
    return await _full(call, call.id())


async def archive_hearing(call: Call[None, None]) -> RawResponse:
    """The hearing as a package for the archive (ZIP): JSON, HTML, documents and checksums."""
    content = await archive.package(call.work, call.id())
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    headers = {
        "Content-Disposition": f'attachment; filename="{call.id()}.zip"',
        "Repr-Digest": f"sha-256=:{digest}:",  # RFC 9530
    }
    return RawResponse(content, "application/zip", headers=headers)


async def note_archive_receipt(call: Call[ArchiveReceipt, None]) -> HearingInFull:
    """Note the receipt that the archive gave for the hearing's package; only then can the hearing be deleted.

    409 where the hearing gives another package by now: fetch it again. And while statements, late ones too, are
    neither published nor set aside.
    """
    await archive.acknowledge(call.work, call.id(), call.body.receipt, bytes.fromhex(call.body.sha256))
    return await _full(call, call.id())


async def delete_hearing(call: Call[None, None]) -> None:
    """Throw a draft away, or delete a hearing that the archive has acknowledged as it is now."""
    await archive.delete(call.work, call.id(), call.services.keys)


_TITLE = {"nb": "Gangvei langs fjorden", "nn": "Gangveg langs fjorden", "en": "Footpath by the fjord"}
_EXAMPLE = {
    "title": _TITLE,
    "summary": {"nb": "Forslag til ny gangvei.", "nn": "Framlegg til ny gangveg.", "en": "A new footpath is proposed."},
    "case_reference": "26/1234",
    "deadline": "2030-06-15",
    "plan_id": "20260007",
    "legal_basis": "plan- og bygningsloven § 12-10",
}
_CORRECTION = {
    "title": _TITLE,
    "summary": _EXAMPLE["summary"],
    "case_reference": "26/1234",
    "reason": "Navnet på en beboer sto i sammendraget.",
}
_OUTCOME = {"decision": _TITLE, "response": {"nb": "Dere ba om lys; det kommer.", "en": "You asked for light."}}
_ONE = "/v1/staff/hearings/{id:uuid}"
ENDPOINTS: list[AnyEndpoint] = [
    post("/v1/staff/hearings", create_hearing, staff(WRITERS), example=_EXAMPLE, status=201, refuses=(403, 413, 422)),
    get("/v1/staff/hearings", list_staff_hearings, staff(READERS), refuses=(403, 422)),
    get(_ONE, read_staff_hearing, staff(READERS), refuses=(403, 404)),
    put(_ONE, replace_hearing, staff(WRITERS), example=_EXAMPLE, refuses=(403, 404, 409, 413, 422)),
    put(_ONE + "/words", correct_hearing, staff(WRITERS), example=_CORRECTION, refuses=(403, 404, 409, 413, 422)),
    post(_ONE + "/launch", launch_hearing, staff(WRITERS), refuses=(403, 404, 409, 422)),
    post(
        _ONE + "/extend",
        extend_hearing,
        staff(WRITERS),
        example={"deadline": "2030-07-01"},
        refuses=(403, 404, 409, 413, 422),
    ),
    post(_ONE + "/close", close_hearing, staff(WRITERS), refuses=(403, 404, 409)),
    post(_ONE + "/outcome", publish_outcome, staff(WRITERS), example=_OUTCOME, refuses=(403, 404, 409, 413, 422)),
    delete(_ONE, delete_hearing, staff(WRITERS), status=204, refuses=(403, 404, 409)),
    put(
        _ONE + "/archive/receipt",
        note_archive_receipt,
        staff(WRITERS),
        example={"receipt": "NOARK 2026/1234-7", "sha256": "00" * 32},
        refuses=(403, 404, 409, 413, 422),
    ),
    get(_ONE + "/archive", archive_hearing, staff(READERS), gives_media="application/zip", refuses=(403, 404)),
]
