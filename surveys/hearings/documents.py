"""The documents of a hearing: known by their content, kept apart from their description, handed out as attachments."""

import hashlib
from dataclasses import dataclass
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.errors import Conflict, NotFound, UnsupportedMediaType
from surveys.hearings.hearings import read

LARGEST = 20 << 20
MOST = 50
_KINDS = ((b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


class NoSuchDocument(NotFound):
    """There is no such document."""


class NotADocument(UnsupportedMediaType):
    """A document of a hearing is a PDF, a PNG or a JPEG, whatever its name says."""


class TooManyDocuments(Conflict):
    """A hearing has at most 50 documents."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its name, what it is by its content, its size in bytes, its SHA-256 (32 bytes)."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: bytes


async def add(work: Work, hearing_id: UUID, name: str, content: bytes) -> Document:
    """Add a document, before or after publication. Raises NoSuchHearing, NotADocument, TooManyDocuments."""
    await read(work, hearing_id)
    media_type = next((kind for magic, kind in _KINDS if content.startswith(magic)), None)
    if media_type is None:
        raise NotADocument()
    if await work.fetchval("select count(*) from hearing_document where hearing_id = $1", hearing_id) >= MOST:
        raise TooManyDocuments()
    document = Document(uuid4(), name, media_type, len(content), hashlib.sha256(content).digest())
    await work.execute(
        "insert into hearing_document (id, municipality_id, hearing_id, name, media_type, size, sha256, added_at) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8)",
        document.id,
        work.municipality,
        hearing_id,
        name,
        media_type,
        document.size,
        document.sha256,
        now(),
    )
    await work.execute(
        "insert into document_content (id, municipality_id, document_id, content) values ($1, $2, $3, $4)",
        uuid4(),
        work.municipality,
        document.id,
        content,
    )
    return document


async def listed(work: Work, hearing_id: UUID) -> list[Document]:
    """The documents of a hearing, in the order in which they were added."""
    rows = await work.fetch(
        "select id, name, media_type, size, sha256 from hearing_document where hearing_id = $1 order by added_at, id",
        hearing_id,
    )
    return [Document(**dict(row)) for row in rows]


async def content(work: Work, hearing_id: UUID, document_id: UUID) -> tuple[Document, bytes]:
    """One document with its content; NoSuchDocument where the hearing has none such."""
    row = await work.fetchrow(
        "select d.id, d.name, d.media_type, d.size, d.sha256, c.content from hearing_document d "
        "join document_content c on c.document_id = d.id where d.hearing_id = $1 and d.id = $2",
        hearing_id,
        document_id,
    )
    if row is None:
        raise NoSuchDocument()
    values = dict(row)
    body: bytes = values.pop("content")
    return Document(**values), body
