"""What woke the phone, why, and how to hear no more of it."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.callers import RESIDENT
from api.endpoint import Call, Endpoint
from api.shapes import Page
from base.localized import pick
from consent.gate import ask
from consent.permits import PushMessages
from push import messages
from push.messages import Message
from push.tags import tag_key


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


async def list_messages(call: Call[None, Page]) -> Messages:
    """The messages that were sent to me and still stand; needs the consent `push_messages`."""
    permit = await ask(call.work, call.tenant, PushMessages)
    found = await messages.mine(call.work, permit, tag_key(call.house.keys))
    if found:
        call.spoken(pick(found[0].title, call.languages)[1])
    part, following = call.query.of(found, lambda each: (each.launched_at, each.id), newest_first=True)
    return Messages(items=[_shown(each, call.languages) for each in part], next=following)


async def mute_message(call: Call) -> None:
    """Hear no more of what this message was about."""
    await messages.mute(call.work, await ask(call.work, call.tenant, PushMessages), call.id())


def _shown(message: Message, languages: list[str]) -> MessageShown:
    subject = None
    if message.subject_kind is not None and message.subject_id is not None:
        subject = MessageSubject(kind=message.subject_kind, id=message.subject_id)
    why = message.why
    return MessageShown(
        id=message.id,
        tags=message.tags,
        title=pick(message.title, languages)[0],
        body=pick(message.body, languages)[0],
        importance=message.importance,
        kind=message.kind,
        subject=subject,
        launched_at=message.launched_at,
        expires_at=message.expires_at,
        why=WhyItCame(
            reason=why.reason,
            areas=list(why.areas),
            interests=list(why.interests),
            purposes=list(why.purposes),
            receipts=dict(why.receipts),
        ),
    )


ENDPOINTS = [
    Endpoint("GET", "/v1/me/messages", list_messages, RESIDENT, query=Page, gives=Messages, refuses=(403, 422)),
    Endpoint("POST", "/v1/me/messages/{id:uuid}/mute", mute_message, RESIDENT, status=204, refuses=(403,)),
]
