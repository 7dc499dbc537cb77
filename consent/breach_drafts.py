"""Notices of breaches while they are written: kept as they are, checked when those concerned are told."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from base.clock import now
from base.errors import Conflict, NotFound
from consent.models import BreachDraft


class NoSuchBreachDraft(NotFound):
    """There is no such draft."""


class BreachDraftWasChanged(Conflict):
    """Somebody else has written in this draft meanwhile; load it again before you go on."""


async def begin(written: Mapping[str, Any]) -> BreachDraft:
    """Keep a new draft."""
    return await BreachDraft.create(written=dict(written), version=1, changed_at=now())


async def listed() -> list[BreachDraft]:
    """Every draft, the one written in last first."""
    return await BreachDraft.all().order_by("-changed_at", "id")


async def read(draft_id: UUID) -> BreachDraft:
    """A draft; NoSuchBreachDraft where there is none."""
    draft = await BreachDraft.get_or_none(id=draft_id)
    if draft is None:
        raise NoSuchBreachDraft()
    return draft


async def write(draft_id: UUID, written: Mapping[str, Any], version: int) -> BreachDraft:
    """Write a draft anew, by whoever saw that version of it; BreachDraftWasChanged where it is another by now."""
    seen = BreachDraft.filter(id=draft_id, version=version)
    if not await seen.update(written=dict(written), version=version + 1, changed_at=now()):
        await read(draft_id)
        raise BreachDraftWasChanged()
    return await read(draft_id)


async def discard(draft_id: UUID) -> None:
    """Throw a draft away; NoSuchBreachDraft where there is none."""
    if not await BreachDraft.filter(id=draft_id).delete():
        raise NoSuchBreachDraft()


async def take(draft_id: UUID, version: int) -> Mapping[str, Any]:
    """Take a draft away, to be told as it was seen; what it says. Of two who would tell it one does.

    Raises NoSuchBreachDraft, BreachDraftWasChanged.
    """
    draft = await read(draft_id)
    if not await BreachDraft.filter(id=draft_id, version=version).delete():
        await read(draft_id)
        raise BreachDraftWasChanged()
    written: Mapping[str, Any] = draft.written
    return written
