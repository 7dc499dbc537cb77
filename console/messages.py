"""What the pages about messages are told: which of them wait for the reader's yes, and which one is shown."""

from typing import Any

from base.database import Work
from base.tenant import Tenant
from consent.profile_data import BANDS
from console.page import Page, PageRequest
from municipality import audit
from municipality.roles import WRITERS
from push.campaigns import campaigns
from push.campaigns.approval import waiting_approvals


async def listed(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """The messages that wait for whoever reads this; all others are fetched by the page."""
    waiting = await waiting_approvals(work, tenant)
    return {
        "waiting": [
            {"id": one.campaign.id, "title": one.campaign.title, "asked_by": one.asked_by or ""} for one in waiting
        ]
    }


async def writing(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """What a new message can be written for."""
    return {"data": {"bands": BANDS}}


async def rewriting(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """A message that is written anew, and what it can be written for."""
    shown = await one(work, tenant, asked)
    return {"data": {**shown["data"], "bands": BANDS}}


async def one(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """One message, which the page reads."""
    found = await campaigns.read(asked.id())
    await audit.record(work, "message_page", "viewed", found.id)
    return {"data": {"message": {"id": str(found.id)}}}


PAGES: list[Page] = [
    Page(
        path="/console/messages",
        template="messages.html",
        roles=WRITERS,
        menu="messages",
        script="messages.js",
        texts=("message",),
        context=listed,
    ),
    Page(
        path="/console/messages/new",
        template="message_edit.html",
        roles=WRITERS,
        menu="messages",
        script="message-edit.js",
        texts=("message", "whom", "counted"),
        context=writing,
    ),
    Page(
        path="/console/messages/{id}/edit",
        template="message_edit.html",
        roles=WRITERS,
        menu="messages",
        script="message-edit.js",
        texts=("message", "whom", "counted"),
        context=rewriting,
    ),
    Page(
        path="/console/messages/{id}",
        template="message.html",
        roles=WRITERS,
        menu="messages",
        script="message.js",
        texts=("message", "counted"),
        context=one,
    ),
]
"""Its pages; where a path fits several, the first counts."""
