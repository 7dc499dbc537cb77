"""The documents of a hearing: known by their content, kept apart from their description, handed out as attachments."""

import hashlib
from collections.abc import Sequence
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.errors import Conflict, NotFound, UnsupportedMediaType
from base.queries import load_queries
from surveys.hearings import corrections
from surveys.hearings.hearings import read
from surveys.hearings.models import DocumentContent, HearingDocument

sql = load_queries(__file__)

LARGEST = 20 << 20
MOST = 50
_BEFORE_A_HEADER = b"\xef\xbb\xbf\x00\t\n\f\r "
"""A byte order mark and blank lines, with which some programs begin a PDF; readers skip them."""
_KINDS = ((b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


class NoSuchDocument(NotFound):
    """There is no such document."""


class NotADocument(UnsupportedMediaType):
    """A document of a hearing is a PDF, a PNG or a JPEG, whatever its name says."""


class TooManyDocuments(Conflict):
    """A hearing has at most 50 documents."""


async def add(hearing_id: UUID, name: str, content: bytes) -> HearingDocument:
    """Add a document, before or after publication. Raises NoSuchHearing, NotADocument, TooManyDocuments."""
    await read(hearing_id)
    media_type = _kind(content)
    if await HearingDocument.filter(hearing_id=hearing_id, removed_at=None).count() >= MOST:
        raise TooManyDocuments()
    document = await HearingDocument.create(
        hearing_id=hearing_id,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        added_at=now(),
    )
    await DocumentContent.create(document_id=document.id, content=content)
    return document


async def remove(work: Work, hearing_id: UUID, document_id: UUID, reason: str) -> None:
    """Take a document away for good, content and all; of a published hearing it is told that it was, and why.

    Raises NoSuchHearing, NoSuchDocument, and Invalid where a published hearing's document is removed without a reason.
    """
    await content(hearing_id, document_id)
    hearing = await read(hearing_id)
    await corrections.note(work, hearing, "document_removed", [], reason)
    if hearing.state == "draft":
        await HearingDocument.filter(id=document_id).delete()
        return
    # That there was one stays, until the archive has the hearing; its name can be what had to go.
    await DocumentContent.filter(document_id=document_id).delete()
    await HearingDocument.filter(id=document_id).update(name="", size=0, sha256=b"", removed_at=now())


async def replace(
    work: Work, hearing_id: UUID, document_id: UUID, name: str | None, *, new: bytes, reason: str
) -> HearingDocument:
    """Put another file in a document's place, under a new id; what it was before is gone, content and all.

    Raises NoSuchHearing, NoSuchDocument, NotADocument, and Invalid as `remove`.
    """
    media_type = _kind(new)
    before, _ = await content(hearing_id, document_id)
    await corrections.note(work, await read(hearing_id), "document_replaced", [name or before.name], reason)
    await DocumentContent.filter(document_id=document_id).delete()
    after = uuid4()
    await work.execute(
        sql.replace_document,
        id=document_id,
        new_id=after,
        name=name or before.name,
        media_type=media_type,
        size=len(new),
        sha256=hashlib.sha256(new).digest(),
    )
    await DocumentContent.create(document_id=after, content=new)
    return await HearingDocument.get(id=after)


def _kind(content: bytes) -> str:
    begins = content[:1024].lstrip(_BEFORE_A_HEADER) if b"%PDF-" in content[:1024] else content
    kind = next((kind for magic, kind in _KINDS if begins.startswith(magic)), None)
    if kind is None:
        raise NotADocument()
    return kind


async def listed(hearing_id: UUID) -> list[HearingDocument]:
    """The documents of a hearing, in the order in which they were added."""
    return await HearingDocument.filter(hearing_id=hearing_id, removed_at=None).order_by("added_at", "id")


async def of_many(hearing_ids: Sequence[UUID]) -> dict[UUID, list[HearingDocument]]:
    """The documents of hearings, each hearing's in the order in which they were added."""
    there = HearingDocument.filter(hearing_id__in=list(hearing_ids), removed_at=None)
    found: dict[UUID, list[HearingDocument]] = {hearing: [] for hearing in hearing_ids}
    for document in await there.order_by("added_at", "id"):
        found[document.hearing_id].append(document)
    return found


async def contents(hearing_id: UUID) -> list[tuple[HearingDocument, bytes]]:
    """Every document of a hearing with its content, in the order in which they were added."""
    documents = await listed(hearing_id)
    kept = await DocumentContent.filter(document_id__in=[document.id for document in documents])
    by_document = {each.document_id: each.content for each in kept}
    return [(document, by_document[document.id]) for document in documents]


async def content(hearing_id: UUID, document_id: UUID) -> tuple[HearingDocument, bytes]:
    """One document with its content; NoSuchDocument where the hearing has none such."""
    document = await HearingDocument.get_or_none(hearing_id=hearing_id, id=document_id)
    kept = await DocumentContent.get_or_none(document_id=document_id)
    if document is None or kept is None:
        raise NoSuchDocument()
    return document, kept.content
