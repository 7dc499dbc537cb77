"""Hearings as everybody may read them, without being registered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.callers import OPEN
from api.endpoint import Call, Endpoint, Raw
from api.open.surveys import (
    BoxShown,
    IssuerShown,
    ReceiptsShown,
    base64url,
    show_box,
    show_issuer,
    show_receipts,
)
from api.shapes import Page
from base.localized import pick
from surveys.hearings import corrections
from surveys.hearings import documents as hearing_documents
from surveys.hearings.corrections import Correction
from surveys.hearings.hearings import Hearing, place_of, published_page, read
from surveys.survey import NoSuchHearing

NOTICE = (
    "Anonymous opinions are read by the case officer once the hearing has closed, each as it was written, without any "
    "name. Statements by name are public by law."
)


class HearingDocumentShown(BaseModel):
    """A document of a hearing; `sha256` in base64url."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str


class HearingShown(BaseModel):
    """A hearing in the reader's language."""

    id: UUID
    state: Literal["open", "closed", "decided"]
    language: str
    title: str
    summary: str
    case_reference: str
    plan_id: str | None
    legal_basis: str | None
    unit: str | None
    links: list[str]
    deadline: AwareDatetime
    published_at: AwareDatetime | None
    decision: str | None
    response: str | None = Field(description="What you said, what we did")
    decided_at: AwareDatetime | None
    notice: str


class HearingCorrected(BaseModel):
    """What was put right after the hearing was published: its words (`parts` are the fields), or a document that was
    replaced (its name now) or removed.
    """

    what: Literal["words", "document_removed", "document_replaced"]
    parts: list[str]
    reason: str
    corrected_at: AwareDatetime


class HearingInWhole(HearingShown):
    """A hearing with its documents, and what was corrected in them."""

    corrections: list[HearingCorrected]
    documents: list[HearingDocumentShown]
    map: dict[str, Any] | None = Field(description="Where it is about: a GeoJSON geometry (lon, lat)")
    asks_for_email: bool = Field(description="Whether a statement may come with an address that confirms it by a link")


class HearingsShown(BaseModel):
    """Hearings, the open ones first."""

    items: list[HearingShown]
    next: str | None = None


def shown(hearing: Hearing, wanted: list[str]) -> HearingShown:
    """A hearing in one language; NoSuchHearing for a draft."""
    return HearingShown.model_validate(_members(hearing, wanted))


def _members(hearing: Hearing, wanted: list[str]) -> dict[str, Any]:
    if hearing.state == "draft":
        raise NoSuchHearing()
    written, outcome = hearing.written, hearing.outcome or {}
    title, language = pick(written["title"], wanted)

    def said(text: Mapping[str, str] | None) -> str | None:
        return pick(text, [language, *wanted])[0] if text else None

    return {
        "id": hearing.id,
        "state": hearing.state,
        "language": language,
        "title": title,
        "summary": said(written.get("summary")) or "",
        "case_reference": written["case_reference"],
        "plan_id": written.get("plan_id"),
        "legal_basis": written.get("legal_basis"),
        "unit": written.get("unit"),
        "links": written.get("links") or [],
        "deadline": hearing.deadline,
        "published_at": hearing.published_at,
        "decision": said(outcome.get("decision")),
        "response": said(outcome.get("response")),
        "decided_at": hearing.decided_at,
        "notice": NOTICE,
    }


async def list_open_hearings(call: Call[None, Page]) -> HearingsShown:
    """The municipality's hearings."""
    after = call.query.after(int, datetime, UUID)
    found = await published_page(call.work, (after[0], after[1], after[2]) if after else None, call.query.one_more)
    part, following = call.query.cut(found, place_of)
    return HearingsShown(items=[shown(hearing, call.languages) for hearing in part], next=following)


async def read_hearing(call: Call[None, None]) -> HearingInWhole:
    """A hearing with its documents, deadline, case reference and outcome."""
    hearing = await read(call.work, call.id())
    members = _members(hearing, call.languages)
    documents = await hearing_documents.listed(call.work, call.id())
    call.spoken(members["language"])
    return HearingInWhole.model_validate(
        {
            **members,
            "documents": [document_shown(d) for d in documents],
            "corrections": [corrected(c) for c in await corrections.listed(call.work, call.id())],
            "map": hearing.written.get("map"),
            "asks_for_email": call.house.settings.confirms_by_mail,
        }
    )


def corrected(correction: Correction) -> HearingCorrected:
    """A correction as everybody sees it."""
    return HearingCorrected.model_validate(correction, from_attributes=True)


def document_shown(document: hearing_documents.Document) -> HearingDocumentShown:
    """A document without its content."""
    return HearingDocumentShown(
        id=document.id,
        name=document.name,
        media_type=document.media_type,
        size=document.size,
        sha256=base64url(document.sha256),
    )


async def read_hearing_document(call: Call[None, None]) -> Raw:
    """A document, as an attachment."""
    if (await read(call.work, call.id())).state == "draft":
        raise NoSuchHearing()
    document, content = await hearing_documents.content(call.work, call.id(), call.id("document"))
    ending = document.media_type.rsplit("/", 1)[1]
    headers = {
        "Content-Disposition": f'attachment; filename="{document.id}.{ending}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }
    return Raw(content, "application/octet-stream", headers=headers)


async def show_hearing_issuer(call: Call[None, None]) -> IssuerShown:
    """Who signs the ballots of this hearing's anonymous opinions."""
    return await show_issuer(call, "hearing")


async def show_hearing_box(call: Call[None, None]) -> BoxShown:
    """The state of the box of this hearing's anonymous opinions."""
    found = await show_box(call, "hearing")
    return found.model_copy(update={"receipts": f"/v1/hearings/{call.id()}/box/{{prefix}}"})


async def show_hearing_receipts(call: Call[None, None]) -> ReceiptsShown:
    """The receipts of opinions that begin with a prefix: proof that mine is among those read."""
    return await show_receipts(call, "hearing")


_ONE = "/v1/hearings/{id:uuid}"
ENDPOINTS = [
    Endpoint(
        "GET",
        "/v1/municipalities/{number}/hearings",
        list_open_hearings,
        OPEN,
        query=Page,
        gives=HearingsShown,
        town="number",
        refuses=(404, 422),
        etag=True,
        shared=True,
    ),
    Endpoint("GET", _ONE, read_hearing, OPEN, gives=HearingInWhole, town="survey", refuses=(404,), compresses=True),
    Endpoint(
        "GET",
        _ONE + "/documents/{document:uuid}",
        read_hearing_document,
        OPEN,
        town="survey",
        gives_media="application/octet-stream",
        refuses=(404,),
    ),
    Endpoint("GET", _ONE + "/issuer", show_hearing_issuer, OPEN, gives=IssuerShown, town="survey", refuses=(404,)),
    Endpoint("GET", _ONE + "/box", show_hearing_box, OPEN, gives=BoxShown, town="survey", refuses=(404,)),
    Endpoint(
        "GET",
        _ONE + "/box/{prefix}",
        show_hearing_receipts,
        OPEN,
        gives=ReceiptsShown,
        town="survey",
        refuses=(404, 422),
    ),
]
