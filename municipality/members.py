"""Those who work for the municipality, and what they may do."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg

from base.database import Work
from base.errors import NotFound
from municipality.access import check_roles


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works for the municipality, perhaps for one unit of it alone."""

    id: UUID
    name: str
    roles: tuple[str, ...]
    unit: str | None
    active: bool

    def __repr__(self) -> str:
        return f"<member {self.id}>"


def _member(row: asyncpg.Record) -> Member:
    return Member(row["id"], row["name"], tuple(json.loads(row["roles"])), row["unit"], row["active"])


async def add_member(work: Work, name: str, roles: Collection[str], unit: str | None = None) -> Member:
    """Take somebody on, with their roles."""
    member = Member(uuid4(), name, tuple(check_roles(roles)), unit, True)
    await work.execute(
        "insert into staff_member (id, municipality_id, name, roles, unit, active) values ($1, $2, $3, $4, $5, true)",
        member.id,
        work.municipality,
        member.name,
        json.dumps(member.roles),
        member.unit,
    )
    return member


async def list_members(work: Work) -> list[Member]:
    """Everybody, those who have left last."""
    rows = await work.fetch("select id, name, roles, unit, active from staff_member order by active desc, name, id")
    return [_member(row) for row in rows]


async def get_member(work: Work, member_id: UUID) -> Member:
    """One of them; NotFound where it is nobody of this municipality."""
    row = await work.fetchrow("select id, name, roles, unit, active from staff_member where id = $1", member_id)
    if row is None:
        raise NotFound()
    return _member(row)


async def change_member(
    work: Work, member_id: UUID, name: str, roles: Collection[str], unit: str | None, active: bool
) -> Member:
    """Change what somebody may do; whoever leaves is signed out at once."""
    changed = await work.execute(
        "update staff_member set name = $2, roles = $3, unit = $4, active = $5 where id = $1",
        member_id,
        name,
        json.dumps(check_roles(roles)),
        unit,
        active,
    )
    if not changed:
        raise NotFound()
    if not active:
        await work.execute("delete from staff_session where member_id = $1", member_id)
    return await get_member(work, member_id)
