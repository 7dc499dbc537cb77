"""The documents of a hearing, for communications staff: once it is published, what happens to them is told."""

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import MIB, AnyEndpoint, delete, post, put
from api.schemas.common import Line, RequestModel
from api.schemas.hearings import HearingDocumentShown, document_shown, documents_shown
from municipality.roles import WRITERS
from surveys.hearings import documents


class Because(RequestModel):
    """Why, where the hearing has been published: everybody sees it."""

    reason: Line | None = None


class DocumentReplaced(Because):
    """What the document is called now, where that changes, and why it is replaced."""

    name: Line | None = None


class DocumentName(RequestModel):
    """What the document is called."""

    name: Line


async def add_hearing_document(call: Call[None, DocumentName]) -> HearingDocumentShown:
    """Add a document: a PDF, PNG or JPEG by its content, 20 MiB at most."""
    return document_shown(await documents.add(call.id(), call.query.name, call.raw))


async def replace_hearing_document(call: Call[None, DocumentReplaced]) -> HearingDocumentShown:
    """Put another file in a document's place, which is told. The former is gone for good, but once somebody has been
    heard: then it stays as an earlier version.
    """
    query, hearing = call.query, call.id()
    new = await documents.replace(
        call.work, hearing, call.id("document"), query.name, new=call.raw, reason=query.reason or ""
    )
    found = documents_shown(await documents.listed(hearing))
    return next(one for one in found if one.id == new.id)


async def remove_hearing_document(call: Call[None, Because]) -> None:
    """Take a document away for good. Of a published hearing it is told that it was removed, and why."""
    await documents.remove(call.work, call.id(), call.id("document"), call.query.reason or "")


_ONE = "/v1/staff/hearings/{id:uuid}/documents"
ENDPOINTS: list[AnyEndpoint] = [
    post(
        _ONE,
        add_hearing_document,
        staff(WRITERS),
        takes="application/octet-stream",
        limit_bytes=20 * MIB,
        status=201,
        refuses=(403, 404, 409, 413, 422),
    ),
    put(
        _ONE + "/{document:uuid}",
        replace_hearing_document,
        staff(WRITERS),
        takes="application/octet-stream",
        limit_bytes=20 * MIB,
        refuses=(403, 404, 409, 413, 422),
    ),
    delete(
        _ONE + "/{document:uuid}",
        remove_hearing_document,
        staff(WRITERS),
        status=204,
        refuses=(403, 404, 422),
    ),
]
