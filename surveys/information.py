"""What the municipality tells its residents: for districts and interests, or at a place."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg

from base.clock import now
from base.database import Work
from base.errors import NotFound, invalid
from base.paging import After

_COLUMNS = "id, title, body, areas, interests, published_at, expires_at"


class NoSuchInformation(NotFound):
    """There is no such item."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item. With neither areas nor interests it is for everybody."""

    title: dict[str, str]
    body: dict[str, str]
    areas: tuple[UUID, ...]
    interests: tuple[str, ...]
    published_at: datetime
    expires_at: datetime | None


async def publish(work: Work, item: Item) -> UUID:
    """Publish an item; Invalid where it would be over before it began."""
    _in_time(item)
    item_id = uuid4()
    await work.execute(
        "insert into information (id, municipality_id, title, body, areas, interests, published_at, expires_at) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8)",
        item_id,
        work.municipality,
        *_values(item),
    )
    return item_id


async def replace(work: Work, item_id: UUID, item: Item) -> None:
    """Replace an item; NoSuchInformation where there is none."""
    _in_time(item)
    if not await work.execute(
        "update information set title = $2, body = $3, areas = $4, interests = $5, published_at = $6, expires_at = $7 "
        "where id = $1",
        item_id,
        *_values(item),
    ):
        raise NoSuchInformation()


async def withdraw(work: Work, item_id: UUID) -> None:
    """Take an item away; NoSuchInformation where there is none."""
    if not await work.execute("delete from information where id = $1", item_id):
        raise NoSuchInformation()


async def read(work: Work, item_id: UUID) -> Item:
    """The item; NoSuchInformation where there is none."""
    row = await work.fetchrow(f"select {_COLUMNS} from information where id = $1", item_id)  # noqa: S608 - our own column names
    if row is None:
        raise NoSuchInformation()
    return _item(row)


async def page(work: Work, after: After | None, limit: int) -> list[tuple[UUID, Item]]:
    """Items, the youngest first, from the sort key `after` on."""
    rows = await work.fetch(
        f"select {_COLUMNS} from information where $1::timestamptz is null or (published_at, id) < "  # noqa: S608 - our own column names
        "($1, $2::uuid) order by published_at desc, id desc limit $3",
        *(after or (None, None)),
        limit,
    )
    return [(row["id"], _item(row)) for row in rows]


async def current(work: Work) -> list[tuple[UUID, Item]]:
    """What is published now, the youngest first."""
    rows = await work.fetch(
        f"select {_COLUMNS} from information where published_at <= $1 "  # noqa: S608 - our own column names
        "and (expires_at is null or expires_at > $1) order by published_at desc, id desc limit 200",
        now(),
    )
    return [(row["id"], _item(row)) for row in rows]


def _in_time(item: Item) -> None:
    if item.expires_at is not None and item.expires_at <= max(now(), item.published_at):
        raise invalid("/expires_at", "This is over before it has begun.")


def _values(item: Item) -> tuple[object, ...]:
    return (
        json.dumps(item.title),
        json.dumps(item.body),
        json.dumps([str(area) for area in item.areas]),
        json.dumps(list(item.interests)),
        item.published_at,
        item.expires_at,
    )


def _item(row: asyncpg.Record) -> Item:
    return Item(
        title=json.loads(row["title"]),
        body=json.loads(row["body"]),
        areas=tuple(UUID(area) for area in json.loads(row["areas"])),
        interests=tuple(json.loads(row["interests"])),
        published_at=row["published_at"],
        expires_at=row["expires_at"],
    )
