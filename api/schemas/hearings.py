"""Hearings as residents and everybody else read them, and their documents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.http.call import Call
from api.schemas.common import PageQuery
from base import base64url
from base.localized import pick
from surveys.errors import NoSuchHearing
from surveys.hearings.documents import by_version
from surveys.hearings.hearings import place_of, published
from surveys.hearings.models import Hearing, HearingCorrection, HearingDocument

NOTICE = (
    "Anonymous opinions are read by the case officer once the hearing has closed, each as it was written, without any "
    "name. Statements by name are public by law."
)


class DocumentVersion(BaseModel):
    """A file of a hearing; `sha256` in base64url."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    replaced_at: AwareDatetime | None = None


class HearingDocumentShown(DocumentVersion):
    """A document of a hearing, with its earlier versions, the newest first: what it was when somebody was heard."""

    earlier: list[DocumentVersion] = []


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


class HearingsShown(BaseModel):
    """Hearings, the open ones first."""

    items: list[HearingShown]
    next: str | None = None


def shown(hearing: Hearing, wanted: list[str]) -> HearingShown:
    """A hearing in one language; NoSuchHearing for a draft."""
    return HearingShown.model_validate(_members(hearing, wanted))


def _members(hearing: Hearing, wanted: list[str]) -> dict[str, Any]:
    if hearing.state_now == "draft":
        raise NoSuchHearing()
    written, outcome = hearing.written, hearing.outcome or {}
    title, language = pick(written["title"], wanted)

    def said(text: Mapping[str, str] | None) -> str | None:
        return pick(text, [language, *wanted])[0] if text else None

    return {
        "id": hearing.id,
        "state": hearing.state_now,
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


async def list_open_hearings(call: Call[None, PageQuery]) -> HearingsShown:
    """The municipality's hearings."""
    after = call.query.after(int, datetime, UUID)
    found = await published((after[0], after[1], after[2]) if after else None, call.query.one_more)
    part, following = call.query.cut(found, place_of)
    return HearingsShown(items=[shown(hearing, call.languages) for hearing in part], next=following)


def corrected(correction: HearingCorrection) -> HearingCorrected:
    """A correction as everybody sees it."""
    return HearingCorrected.model_validate(correction, from_attributes=True)


def document_shown(document: HearingDocument, earlier: Sequence[HearingDocument] = ()) -> HearingDocumentShown:
    """A document without its content."""
    return HearingDocumentShown(**_version(document), earlier=[DocumentVersion(**_version(one)) for one in earlier])


def documents_shown(documents: Sequence[HearingDocument]) -> list[HearingDocumentShown]:
    """The documents of a hearing, each with its earlier versions."""
    return [document_shown(document, earlier) for document, earlier in by_version(documents)]


def _version(document: HearingDocument) -> dict[str, Any]:
    return {
        "id": document.id,
        "name": document.name,
        "media_type": document.media_type,
        "size": document.size,
        "sha256": base64url.encode_padded(document.sha256),
        "replaced_at": document.replaced_at,
    }
