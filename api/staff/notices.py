"""Notices: what the municipality tells about each purpose. A change is a new version; nothing is ever edited."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get, post
from api.schemas.common import Key, PageQuery, RequestModel
from base.localized import Language, Text
from base.text import Prose
from base.times import Instant
from consent import notices
from consent.models import Notice
from consent.notice_text import notice_text
from municipality.roles import NOTICE_READERS, OFFICERS

Part = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    Prose,
]


class NoticeTextSent(RequestModel, title="NoticeText"):
    """A notice in one language, in plain words."""

    title: Part
    text: Text
    data_categories: Annotated[list[Part], Field(min_length=1, max_length=30)]
    systems: Annotated[list[Part], Field(min_length=1, max_length=30)]
    retention: Text
    withdraw: Text


class NoticeBody(RequestModel):
    """A new version, in all the municipality's languages. With `lapses_at` consents to older versions must be renewed
    by then, and lapse where they are not.
    """

    purpose: Key
    texts: Annotated[dict[Language, NoticeTextSent], Field(min_length=1, max_length=20)]
    lapses_at: Instant | None = None


class NoticeResponse(BaseModel, title="Notice"):
    """A version of a notice, and the SHA-256 of its exact text in each language."""

    id: UUID
    purpose: str
    notice_version: int
    legal_basis: str
    texts: dict[str, NoticeTextSent]
    sha256: dict[str, str]
    published_at: AwareDatetime
    renewal_required: bool
    lapses_at: AwareDatetime | None


class Notices(BaseModel):
    """Every version of every notice, the newest of each purpose first."""

    items: list[NoticeResponse]
    next: str | None


def _notice(found: Notice) -> NoticeResponse:
    return NoticeResponse(
        id=found.id,
        purpose=found.purpose,
        notice_version=found.version,
        legal_basis=found.legal_basis,
        texts={tag: NoticeTextSent.model_validate(asdict(text)) for tag, text in found.texts.items()},
        sha256={tag: text.sha256().hex() for tag, text in found.texts.items()},
        published_at=found.published_at,
        renewal_required=found.renewal_required,
        lapses_at=found.lapses_at,
    )


async def staff_purposes(call: Call[None, PageQuery]) -> Notices:
    """Every notice that was ever published."""
    part, after = call.query.of(await notices.notices_ever(), lambda notice: (notice.purpose, -notice.version))
    return Notices(items=[_notice(notice) for notice in part], next=after)


async def publish_notice(call: Call[NoticeBody]) -> NoticeResponse:
    """Publish a new version of a purpose's notice; say whether consents must be renewed, and by when."""
    texts = {tag: notice_text(text.model_dump()) for tag, text in call.body.texts.items()}
    return _notice(await notices.publish(call.work, call.body.purpose, texts, lapses_at=call.body.lapses_at))


_WORDS = {
    "title": "Vis meg det som angår meg",
    "text": "Vi bruker valgene dine til å plukke ut det som angår deg.",
    "data_categories": ["Temaene du følger"],
    "systems": ["Medvirk"],
    "retention": "Til du fjerner dem.",
    "withdraw": "Slå det av i appen.",
}

ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/staff/purposes", staff_purposes, staff(NOTICE_READERS)),
    post(
        "/v1/staff/purposes",
        publish_notice,
        staff(OFFICERS),
        status=201,
        refuses=(404,),
        example={"purpose": "personal_feed", "texts": {"nb": _WORDS, "nn": _WORDS, "en": _WORDS}},
    ),
]
