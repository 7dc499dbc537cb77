"""When what a message announces is over."""

from datetime import datetime
from uuid import UUID

from surveys.hearings.models import Hearing
from surveys.models import Survey


async def deadline_of(subject: UUID) -> datetime | None:
    """When a survey or hearing ends; None where it has no end, or there is no such thing."""
    hearing = await Hearing.filter(id=subject).only("id", "deadline").first()
    if hearing is not None:
        return hearing.deadline
    survey = await Survey.filter(id=subject).only("id", "closes_at").first()
    return None if survey is None else survey.closes_at
