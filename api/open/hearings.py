"""Hearings as everybody may read them, without being registered."""

from typing import Any

from pydantic import Field

from api.http.authentication import OPEN
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, get
from api.open.surveys import BoxShown, IssuerShown, ReceiptsShown, show_box, show_issuer, show_receipts
from api.schemas.hearings import (
    HearingCorrected,
    HearingDocumentShown,
    HearingShown,
    _members,
    corrected,
    documents_shown,
    list_open_hearings,
)
from surveys.errors import NoSuchHearing
from surveys.hearings import corrections
from surveys.hearings import documents as hearing_documents
from surveys.hearings.hearings import read


class HearingInWhole(HearingShown):
    """A hearing with its documents, and what was corrected in them."""

    corrections: list[HearingCorrected]
    documents: list[HearingDocumentShown]
    map: dict[str, Any] | None = Field(description="Where it is about: a GeoJSON geometry (lon, lat)")
    asks_for_email: bool = Field(description="Whether a statement may come with an address that confirms it by a link")


async def read_hearing(call: Call[None, None]) -> HearingInWhole:
    """A hearing with its documents, deadline, case reference and outcome."""
    hearing = await read(call.id())
    members = _members(hearing, call.languages)
    documents = await hearing_documents.listed(call.id())
    call.set_content_language(members["language"])
    return HearingInWhole.model_validate(
        {
            **members,
            "documents": documents_shown(documents),
            "corrections": [corrected(c) for c in await corrections.listed(call.id())],
            "map": hearing.written.get("map"),
            "asks_for_email": call.services.settings.confirms_by_mail,
        }
    )


async def read_hearing_document(call: Call[None, None]) -> RawResponse:
    """A document, as an attachment."""
    if (await read(call.id())).state == "draft":
        raise NoSuchHearing()
    document, content = await hearing_documents.content(call.id(), call.id("document"))
    ending = document.media_type.rsplit("/", 1)[1]
    headers = {
        "Content-Disposition": f'attachment; filename="{document.id}.{ending}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }
    return RawResponse(content, "application/octet-stream", headers=headers)


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
ENDPOINTS: list[AnyEndpoint] = [
    get(
        "/v1/municipalities/{number}/hearings",
        list_open_hearings,
        OPEN,
        town="number",
        refuses=(404, 422),
        etag=True,
        shared=True,
    ),
    get(_ONE, read_hearing, OPEN, town="survey", refuses=(404,), compresses=True),
    get(
        _ONE + "/documents/{document:uuid}",
        read_hearing_document,
        OPEN,
        town="survey",
        gives_media="application/octet-stream",
        refuses=(404,),
    ),
    get(_ONE + "/issuer", show_hearing_issuer, OPEN, town="survey", refuses=(404,)),
    get(_ONE + "/box", show_hearing_box, OPEN, town="survey", refuses=(404,)),
    get(_ONE + "/box/{prefix}", show_hearing_receipts, OPEN, town="survey", refuses=(404, 422)),
]
