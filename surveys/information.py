"""What the municipality tells its residents: for districts and interests, or at a place."""

from collections.abc import Collection
from uuid import UUID

from tortoise.expressions import Q

from base.clock import now
from base.errors import Conflict, NotFound, invalid
from base.paging import After, newest_after
from surveys.models import Information

MOST = 200
"""So many items that are published at once are shown."""


class NoSuchInformation(NotFound):
    """There is no such item."""


class ItemIsNotShown(Conflict):
    """Only an item that is shown now can be ended."""


async def publish(item: Information) -> Information:
    """Publish an item; Invalid where it would be over before it began."""
    _in_time(item)
    await item.save()
    return item


async def replace(item_id: UUID, item: Information) -> Information:
    """Put an item in the place of another; NoSuchInformation where there is none."""
    _in_time(item)
    there = await read(item_id)
    for name in ("title", "body", "areas", "interests", "published_at", "expires_at"):
        setattr(there, name, getattr(item, name))
    await there.save()
    return there


async def end(item_id: UUID) -> Information:
    """Show an item no longer from now on. Raises NoSuchInformation, ItemIsNotShown."""
    item = await read(item_id)
    if item.published_at > now() or (item.expires_at is not None and item.expires_at <= now()):
        raise ItemIsNotShown()
    item.expires_at = now()
    await item.save(update_fields=["expires_at"])
    return item


async def withdraw(item_id: UUID) -> None:
    """Take an item away; NoSuchInformation where there is none."""
    if not await Information.filter(id=item_id).delete():
        raise NoSuchInformation()


async def read(item_id: UUID) -> Information:
    """The item; NoSuchInformation where there is none."""
    item = await Information.get_or_none(id=item_id)
    if item is None:
        raise NoSuchInformation()
    return item


async def page(after: After | None, limit: int) -> list[Information]:
    """Items, the youngest first, from the sort key `after` on."""
    found = Information.filter(newest_after("published_at", after))
    return await found.order_by("-published_at", "-id").limit(limit)


async def current(among: Collection[UUID] | None = None) -> list[Information]:
    """What is published now, the youngest first: everything, or what has one of these ids."""
    found = Information.filter(Q(expires_at__gt=now()) | Q(expires_at=None), published_at__lte=now())
    if among is not None:
        found = found.filter(id__in=list(among))
    return await found.order_by("-published_at", "-id").limit(MOST)


def _in_time(item: Information) -> None:
    if item.expires_at is not None and item.expires_at <= max(now(), item.published_at):
        raise invalid("/expires_at", "This is over before it has begun.")
