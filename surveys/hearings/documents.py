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


class ReplacedAlready(Conflict):
    """This version has been replaced already; replace the newest."""


async def add(hearing_id: UUID, name: str, content: bytes) -> HearingDocument:
    """Add a document, before or after publication. Raises NoSuchHearing, NotADocument, TooManyDocuments."""
    await read(hearing_id)
    media_type = _kind(content)
    if await HearingDocument.filter(hearing_id=hearing_id, removed_at=None, replaced_by=None).count() >= MOST:
        raise TooManyDocuments()
    return await _added(hearing_id, name, media_type, content)


async def _added(hearing_id: UUID, name: str, media_type: str, content: bytes) -> HearingDocument:
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
    """Put another file in a document's place, under a new id.

    What it was before is gone, content and all, until somebody has been heard: from then on it stays as an earlier
    version, since it is what they spoke of. Raises NoSuchHearing, NoSuchDocument, NotADocument, ReplacedAlready, and
    Invalid as `remove`.
    """
    media_type = _kind(new)
    before, _ = await content(hearing_id, document_id)
    if before.replaced_by is not None:
        raise ReplacedAlready()
    name = name or before.name
    await corrections.note(work, await read(hearing_id), "document_replaced", [name], reason)
    if await _stays(work, hearing_id, document_id):
        document = await _added(hearing_id, name, media_type, new)
        await HearingDocument.filter(id=document_id).update(replaced_by=document.id, replaced_at=now())
        return document
    await DocumentContent.filter(document_id=document_id).delete()
    after, digest = uuid4(), hashlib.sha256(new).digest()
    await work.execute(
        sql.replace_document,
        id=document_id,
        new_id=after,
        name=name,
        media_type=media_type,
        size=len(new),
        sha256=digest,
    )
    await DocumentContent.create(document_id=after, content=new)
    return await HearingDocument.get(id=after)


async def _stays(work: Work, hearing_id: UUID, document_id: UUID) -> bool:
    """Whether a document is kept when it is replaced: somebody has been heard, or others are its earlier versions."""
    if await HearingDocument.exists(replaced_by=document_id):
        return True
    heard: bool = await work.fetchval(sql.anybody_heard, hearing=hearing_id)
    return heard


def _kind(content: bytes) -> str:
    begins = content[:1024].lstrip(_BEFORE_A_HEADER) if b"%PDF-" in content[:1024] else content
    kind = next((kind for magic, kind in _KINDS if begins.startswith(magic)), None)
    if kind is None:
        raise NotADocument()
    return kind


def by_version(documents: Sequence[HearingDocument]) -> list[tuple[HearingDocument, list[HearingDocument]]]:
    """Each document that nothing stands in the place of, with its earlier versions, the newest of them first."""
    before = {one.replaced_by: one for one in documents}
    there = {one.id for one in documents}
    found = []
    for newest in (one for one in documents if one.replaced_by not in there):
        earlier, at = [], newest.id
        while (one := before.get(at)) is not None:
            earlier.append(one)
            at = one.id
        found.append((newest, earlier))
    return found


async def listed(hearing_id: UUID) -> list[HearingDocument]:
    """The documents of a hearing, earlier versions too, in the order in which they were added."""
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
