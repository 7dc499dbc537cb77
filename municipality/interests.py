"""The topics that residents of a municipality can follow."""

from collections.abc import Collection, Mapping
from uuid import UUID

from base.errors import Conflict, NotFound, refuse_unknown
from municipality.models import Interest


class InterestExists(Conflict):
    """There is an interest with this key already."""


async def list_interests() -> list[Interest]:
    """Every topic, by key."""
    return await Interest.all().order_by("key")


async def labels(keys: Collection[str]) -> list[dict[str, str]]:
    """What those of these topics are called that are there, by key."""
    return [dict(each.label) for each in await Interest.filter(key__in=list(keys)).order_by("key")]


async def add_interest(key: str, label: Mapping[str, str]) -> Interest:
    """A new topic; InterestExists where the key is taken."""
    interest, created = await Interest.get_or_create(key=key, defaults={"label": dict(label)})
    if not created:
        raise InterestExists()
    return interest


async def rename_interest(interest_id: UUID, label: Mapping[str, str]) -> Interest:
    """Another name for the same topic; the key stays, since residents follow it by that."""
    interest = await _interest(interest_id)
    interest.label = dict(label)
    await interest.save(update_fields=["label"])
    return interest


async def remove_interest(interest_id: UUID) -> str:
    """Remove a topic, and its key: whoever keeps who followed it lets go of that."""
    interest = await _interest(interest_id)
    await interest.delete()
    return interest.key


async def check_interests(keys: Collection[str], pointer: str = "/interests") -> None:
    """Invalid, naming each, where a key is no topic of this municipality."""
    known = {each.key for each in await Interest.filter(key__in=list(keys))}
    refuse_unknown(pointer, keys, known, "no interest of this municipality has this key")


async def _interest(interest_id: UUID) -> Interest:
    interest = await Interest.get_or_none(id=interest_id)
    if interest is None:
        raise NotFound()
    return interest
