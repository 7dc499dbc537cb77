"""The documents of a hearing: known by their content, kept apart from their description, handed out as attachments."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.errors import Conflict, NotFound, UnsupportedMediaType
from surveys.hearings import corrections
from surveys.hearings.hearings import read

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
    media_type = _kind(content)
    if (
        await work.fetchval(
            "select count(*) from hearing_document where hearing_id = $1 and removed_at is null", hearing_id
        )
        >= MOST
    ):
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
    await _keep_content(work, document.id, content)
    return document


async def remove(work: Work, hearing_id: UUID, document_id: UUID, reason: str) -> None:
    """Take a document away for good, content and all; of a published hearing it is told that it was, and why.

    Raises NoSuchHearing, NoSuchDocument, and Invalid where a published hearing's document is removed without a reason.
    """
    await content(work, hearing_id, document_id)
    hearing = await read(work, hearing_id)
    await corrections.note(work, hearing, "document_removed", [], reason)
    if hearing.kept_state == "draft":
        await work.execute("delete from hearing_document where id = $1", document_id)
        return
    # That there was one stays, until the archive has the hearing; its name can be what had to go.
    await work.execute("delete from document_content where document_id = $1", document_id)
    await work.execute(
        "update hearing_document set name = '', size = 0, sha256 = '', removed_at = $2 where id = $1",
        document_id,
        now(),
    )


async def replace(
    work: Work, hearing_id: UUID, document_id: UUID, name: str | None, new: bytes, reason: str
) -> Document:
    """Put another file in a document's place, under a new id; what it was before is gone, content and all.

    Raises NoSuchHearing, NoSuchDocument, NotADocument, and Invalid as `remove`.
    """
    media_type = _kind(new)
    before, _ = await content(work, hearing_id, document_id)
    await corrections.note(work, await read(work, hearing_id), "document_replaced", [name or before.name], reason)
    after = Document(uuid4(), name or before.name, media_type, len(new), hashlib.sha256(new).digest())
    await work.execute("delete from document_content where document_id = $1", document_id)
    await work.execute(
        "update hearing_document set id = $2, name = $3, media_type = $4, size = $5, sha256 = $6 where id = $1",
        document_id,
        after.id,
        after.name,
        after.media_type,
        after.size,
        after.sha256,
    )
    await _keep_content(work, after.id, new)
    return after


def _kind(content: bytes) -> str:
    begins = content[:1024].lstrip(_BEFORE_A_HEADER) if b"%PDF-" in content[:1024] else content
    kind = next((kind for magic, kind in _KINDS if begins.startswith(magic)), None)
    if kind is None:
        raise NotADocument()
    return kind


async def _keep_content(work: Work, document_id: UUID, content: bytes) -> None:
    await work.execute(
        "insert into document_content (id, municipality_id, document_id, content) values ($1, $2, $3, $4)",
        uuid4(),
        work.municipality,
        document_id,
        content,
    )


async def listed(work: Work, hearing_id: UUID) -> list[Document]:
    """The documents of a hearing, in the order in which they were added."""
    rows = await work.fetch(
        "select id, name, media_type, size, sha256 from hearing_document where hearing_id = $1 "
        "and removed_at is null order by added_at, id",
        hearing_id,
    )
    return [Document(**dict(row)) for row in rows]


async def of_many(work: Work, hearing_ids: Sequence[UUID]) -> dict[UUID, list[Document]]:
    """The documents of hearings, each hearing's in the order in which they were added."""
    rows = await work.fetch(
        "select hearing_id, id, name, media_type, size, sha256 from hearing_document "
        "where hearing_id = any($1::uuid[]) and removed_at is null order by added_at, id",
        list(hearing_ids),
    )
    found: dict[UUID, list[Document]] = {hearing: [] for hearing in hearing_ids}
    for row in rows:
        values = dict(row)
        found[values.pop("hearing_id")].append(Document(**values))
    return found


async def contents(work: Work, hearing_id: UUID) -> list[tuple[Document, bytes]]:
    """Every document of a hearing with its content, in the order in which they were added."""
    rows = await work.fetch(
        "select d.id, d.name, d.media_type, d.size, d.sha256, c.content from hearing_document d "
        "join document_content c on c.document_id = d.id where d.hearing_id = $1 and d.removed_at is null "
        "order by d.added_at, d.id",
        hearing_id,
    )
    return [(Document(**{name: row[name] for name in Document.__dataclass_fields__}), row["content"]) for row in rows]


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
