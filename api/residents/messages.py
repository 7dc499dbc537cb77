"""What woke the phone, why, and how to hear no more of it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.http.authentication import RESIDENT
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get, post
from api.schemas.common import PageQuery
from base.localized import pick
from consent.gate import require_permit
from consent.purposes import PushMessages
from push import inbox
from push.delivery.tags import tag_key
from push.inbox import InboxMessage


class WhyItCame(BaseModel):
    """Why a message came: my districts and interests that it was for, or what it had to tell me of, and the consents
    that it rests on, each with its receipt (`GET /v1/me/consents/receipts/{id}`).
    """

    reason: Literal["area", "interest", "age", "language", "everyone", "registration_ends", "breach"]
    areas: list[UUID]
    interests: list[str]
    purposes: list[str]
    receipts: dict[str, UUID] = Field(description="By purpose, the receipt of the consent that stands")


class MessageSubject(BaseModel):
    """What a message is about."""

    kind: str
    id: UUID


class MessageShown(BaseModel):
    """A message to me, in the reader's language."""

    id: UUID
    tags: list[str] = Field(description="What the wake-ups carried that announced it; show it once")
    title: str
    body: str
    importance: str
    kind: str = Field(description="announcement, reminder (hide it where this phone has answered), outcome or notice")
    subject: MessageSubject | None
    launched_at: AwareDatetime
    expires_at: AwareDatetime
    why: WhyItCame


class Messages(BaseModel):
    """The messages to me that still stand, the youngest first."""

    items: list[MessageShown]
    next: str | None = None


async def list_messages(call: Call[None, PageQuery]) -> Messages:
    """The messages that were sent to me and still stand; needs the consent `push_messages`."""
    permit = await require_permit(call.work, call.tenant, PushMessages)
    found = await inbox.messages_to(call.work, permit, tag_key(call.services.keys))
    if found:
        call.set_content_language(pick(found[0].campaign.title, call.languages)[1])
    part, following = call.query.of(found, _key, newest_first=True)
    return Messages(items=[_shown(each, call.languages) for each in part], next=following)


def _key(message: InboxMessage) -> tuple[datetime, UUID]:
    return _launched_at(message), message.campaign.id


def _launched_at(message: InboxMessage) -> datetime:
    launched_at = message.campaign.launched_at
    assert launched_at is not None  # It was sent.
    return launched_at


async def mute_message(call: Call) -> None:
    """Hear no more of what this message was about."""
    await inbox.mute_subject(await require_permit(call.work, call.tenant, PushMessages), call.id())


def _shown(message: InboxMessage, languages: list[str]) -> MessageShown:
    campaign, subject = message.campaign, None
    if campaign.subject_kind is not None and campaign.subject_id is not None:
        subject = MessageSubject(kind=campaign.subject_kind, id=campaign.subject_id)
    why = message.reason
    return MessageShown(
        id=campaign.id,
        tags=message.tags,
        title=pick(campaign.title, languages)[0],
        body=pick(campaign.body, languages)[0],
        importance=campaign.importance,
        kind=campaign.kind,
        subject=subject,
        launched_at=_launched_at(message),
        expires_at=campaign.expires_at,
        why=WhyItCame(
            reason=why.reason,
            areas=list(why.areas),
            interests=list(why.interests),
            purposes=list(why.purposes),
            receipts=dict(why.receipts),
        ),
    )


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/me/messages", list_messages, RESIDENT, refuses=(403, 422)),
    post("/v1/me/messages/{id:uuid}/mute", mute_message, RESIDENT, status=204, refuses=(403,)),
]
