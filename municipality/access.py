"""Who works for the municipality and may act for it: API keys, sign-in links, console sessions."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from base import tokens
from base.clock import now
from base.database import Work
from base.errors import NotFound, Unauthorized, invalid
from base.tenant import Tenant

ROLES: Final = ("communications", "planner", "privacy_officer", "admin")
KEY, LINK, SESSION = "mvk", "mvl", "mvs"
LINK_LIFE: Final = timedelta(minutes=15)
SESSION_LIFE: Final = timedelta(hours=12)


class LinkIsSpent(Unauthorized):
    """This sign-in link has been used or has run out; ask for a new one."""


@dataclass(frozen=True, slots=True)
class Key:
    """An API key as it may be shown: never its secret."""

    id: UUID
    name: str
    roles: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


def municipality_of_token(token: str) -> UUID | None:
    """The municipality that a key, link or session claims; None for anything else. Asks nobody."""
    return next((m for kind in (KEY, LINK, SESSION) if (m := tokens.municipality_in(token, kind))), None)


def check_roles(roles: Collection[str]) -> list[str]:
    """The roles, sorted; Invalid where there is none, or one that the town does not know."""
    if not roles or not set(roles) <= set(ROLES):
        raise invalid("/roles", f"one or more of {', '.join(ROLES)}")
    return sorted(set(roles))


async def create_key(work: Work, name: str, roles: Collection[str]) -> tuple[Key, str]:
    """A new API key, and its token: shown once, kept as a hash."""
    key = Key(uuid4(), name, tuple(check_roles(roles)), now(), None)
    token = tokens.issue(KEY, work.municipality)
    await work.execute(
        "insert into staff_key (id, municipality_id, name, roles, hash, created_at) values ($1, $2, $3, $4, $5, $6)",
        key.id,
        work.municipality,
        key.name,
        json.dumps(key.roles),
        tokens.digest(token),
        key.created_at,
    )
    return key, token


async def list_keys(work: Work) -> list[Key]:
    """Every API key of the municipality, newest first, revoked ones too."""
    rows = await work.fetch(
        "select id, name, roles, created_at, revoked_at from staff_key order by created_at desc, id"
    )
    return [Key(**{**dict(row), "roles": tuple(json.loads(row["roles"]))}) for row in rows]


async def revoke_key(work: Work, key_id: UUID) -> None:
    """The key opens nothing from now on; revoking it twice changes nothing."""
    if not await work.execute(
        "update staff_key set revoked_at = coalesce(revoked_at, $1) where id = $2", now(), key_id
    ):
        raise NotFound()


async def authenticate_key(work: Work, token: str) -> Tenant:
    """What a key may do; Unauthorized where it is unknown or revoked. The work is bound to the claimed municipality."""
    row = await work.fetchrow(
        "select id, roles from staff_key where hash = $1 and revoked_at is null", tokens.digest(token)
    )
    if row is None:
        raise Unauthorized()
    return Tenant(work.municipality, "key", row["id"], frozenset(json.loads(row["roles"])))


async def sign_in_link(work: Work, member_id: UUID) -> str:
    """A token that opens one console session for the member, within 15 minutes."""
    return (await _keep(work, member_id, "link", LINK, LINK_LIFE))[0]


async def open_session(work: Work, link_token: str) -> tuple[str, datetime]:
    """Spend a sign-in link: a session's token and when it ends. LinkIsSpent the second time, however close."""
    member = await work.fetchval(
        "delete from staff_session s using staff_member m where m.id = s.member_id and m.active and s.kind = 'link' "
        "and s.hash = $1 and s.expires_at > $2 returning s.member_id",
        tokens.digest(link_token),
        now(),
    )
    if member is None:
        raise LinkIsSpent()
    await work.execute("delete from staff_session where expires_at <= $1", now())
    return await _keep(work, member, "session", SESSION, SESSION_LIFE)


async def authenticate_session(work: Work, token: str) -> Tenant:
    """The staff member whose console session this is; Unauthorized where it has ended or they have left."""
    row = await work.fetchrow(
        "select m.id, m.roles from staff_session s join staff_member m on m.id = s.member_id "
        "where s.hash = $1 and s.kind = 'session' and s.expires_at > $2 and m.active",
        tokens.digest(token),
        now(),
    )
    if row is None:
        raise Unauthorized()
    return Tenant(work.municipality, "staff", row["id"], frozenset(json.loads(row["roles"])))


async def close_session(work: Work, token: str) -> None:
    """Sign out."""
    await work.execute("delete from staff_session where hash = $1", tokens.digest(token))


async def _keep(work: Work, member_id: UUID, kind: str, prefix: str, life: timedelta) -> tuple[str, datetime]:
    token, ends = tokens.issue(prefix, work.municipality), now() + life
    await work.execute(
        "insert into staff_session (id, municipality_id, member_id, kind, hash, expires_at) "
        "values ($1, $2, $3, $4, $5, $6)",
        uuid4(),
        work.municipality,
        member_id,
        kind,
        tokens.digest(token),
        ends,
    )
    return token, ends
