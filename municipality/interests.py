"""The topics that residents of a municipality can follow."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from base.database import Work
from base.errors import Conflict, FieldError, Invalid, NotFound


class InterestExists(Conflict):
    """There is an interest with this key already."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: a key that stays, and its name in the municipality's languages."""

    id: UUID
    key: str
    label: Mapping[str, str]


async def list_interests(work: Work) -> list[Topic]:
    """Every topic, by key."""
    rows = await work.fetch("select id, key, label from interest order by key")
    return [Topic(row["id"], row["key"], json.loads(row["label"])) for row in rows]


async def add_interest(work: Work, key: str, label: Mapping[str, str]) -> Topic:
    """A new topic; InterestExists where the key is taken."""
    topic = Topic(uuid4(), key, dict(label))
    added = await work.execute(
        "insert into interest (id, municipality_id, key, label) values ($1, $2, $3, $4) on conflict do nothing",
        topic.id,
        work.municipality,
        key,
        json.dumps(topic.label),
    )
    if not added:
        raise InterestExists()
    return topic


async def rename_interest(work: Work, interest_id: UUID, label: Mapping[str, str]) -> Topic:
    """Another name for the same topic; the key stays, since residents follow it by that."""
    key = await work.fetchval(
        "update interest set label = $2 where id = $1 returning key", interest_id, json.dumps(dict(label))
    )
    if key is None:
        raise NotFound()
    return Topic(interest_id, key, dict(label))


async def remove_interest(work: Work, interest_id: UUID) -> None:
    """Remove a topic, and that anybody followed it."""
    key = await work.fetchval("delete from interest where id = $1 returning key", interest_id)
    if key is None:
        raise NotFound()
    await work.execute("delete from resident_interest where interest_key = $1", key)


async def check_interests(work: Work, keys: Collection[str], pointer: str = "/interests") -> None:
    """Invalid, naming each, where a key is no topic of this municipality."""
    known = {row["key"] for row in await work.fetch("select key from interest where key = any($1)", list(keys))}
    unknown = [
        FieldError(f"{pointer}/{place}", "no interest of this municipality has this key")
        for place, key in enumerate(keys)
        if key not in known
    ]
    if unknown:
        raise Invalid(unknown)
