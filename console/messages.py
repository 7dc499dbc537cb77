"""What the pages about messages are told: which of them wait for the reader's yes, and which one is shown."""

from typing import Any

from base.database import Work
from base.tenant import Tenant
from consent.profile_data import BANDS
from console.page import PageRequest
from municipality import audit
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
