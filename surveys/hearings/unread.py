"""Statements that nobody has dealt with: neither published nor set aside."""

from collections.abc import Collection, Mapping
from uuid import UUID

from tortoise.functions import Count

from base.errors import Conflict
from surveys.hearings.models import Statement


class StatementsUnread(Conflict):
    """Statements that are neither published nor set aside: {count}. Deal with them first."""


async def unread(hearing_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """How many statements of each of these hearings nobody has dealt with; 0 where there are none."""
    waiting = Statement.filter(hearing_id__in=list(hearing_ids), state="received")
    rows = await waiting.annotate(count=Count("id")).group_by("hearing_id").values_list("hearing_id", "count")
    return {**dict.fromkeys(hearing_ids, 0), **dict(rows)}


async def refuse_unread(hearing_id: UUID) -> None:
    """Raise StatementsUnread, saying how many, where anybody was not heard yet."""
    if count := (await unread([hearing_id]))[hearing_id]:
        raise StatementsUnread(count=count)
