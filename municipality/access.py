"""Who works for the municipality and may act for it: API keys, sign-in links, console sessions."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tortoise.functions import Coalesce

from base import tokens
from base.clock import now
from base.database import Work
from base.errors import NotFound, Unauthorized
from base.minted import SEAL
from base.queries import load_queries
from base.tenant import Tenant
from municipality.models import StaffKey, StaffSession
from municipality.roles import check_roles

sql = load_queries(__file__)

KEY, LINK, SESSION = "mvk", "mvl", "mvs"
LINK_LIFE: Final = timedelta(minutes=15)
SESSION_LIFE: Final = timedelta(hours=12)


class LinkIsSpent(Unauthorized):
    """This sign-in link has been used or has run out; ask for a new one."""


async def create_key(work: Work, name: str, roles: Collection[str]) -> tuple[StaffKey, str]:
    """A new API key, and its token: shown once, kept as a hash."""
    token = tokens.issue(KEY, work.municipality)
    key = await StaffKey.create(name=name, roles=check_roles(roles), hash=tokens.digest(token), created_at=now())
    return key, token


async def list_keys() -> list[StaffKey]:
    """Every API key of the municipality, newest first, revoked ones too."""
    return await StaffKey.all().order_by("-created_at", "id")


async def revoke_key(key_id: UUID) -> None:
    """The key opens nothing from now on; revoking it twice changes nothing."""
    if not await StaffKey.filter(id=key_id).update(revoked_at=Coalesce("revoked_at", now())):
        raise NotFound()


async def authenticate_key(work: Work, token: str) -> Tenant:
    """What a key may do; Unauthorized where it is unknown or revoked. The work is bound to the claimed municipality."""
    key = await StaffKey.get_or_none(hash=tokens.digest(token), revoked_at=None)
    if key is None:
        raise Unauthorized()
    return Tenant(work.municipality, "key", key.id, frozenset(key.roles), seal=SEAL)


async def sign_in_link(work: Work, member_id: UUID) -> str:
    """A token that opens one console session for the member, within 15 minutes."""
    return (await _keep(work, member_id, "link", LINK, LINK_LIFE))[0]


async def open_session(work: Work, link_token: str) -> tuple[str, datetime]:
    """Spend a sign-in link: a session's token and when it ends. LinkIsSpent the second time, however close."""
    member = await work.fetchval(sql.spend_link, hash=tokens.digest(link_token), at=now())
    if member is None:
        raise LinkIsSpent()
    await StaffSession.filter(expires_at__lte=now()).delete()
    return await _keep(work, member, "session", SESSION, SESSION_LIFE)


async def authenticate_session(work: Work, token: str) -> Tenant:
    """The staff member whose console session this is; Unauthorized where it has ended or they have left."""
    row = await work.fetchrow(sql.session_member, hash=tokens.digest(token), at=now())
    if row is None:
        raise Unauthorized()
    return Tenant(work.municipality, "staff", row["id"], frozenset(json.loads(row["roles"])), seal=SEAL)


async def close_session(token: str) -> None:
    """Sign out."""
    await StaffSession.filter(hash=tokens.digest(token)).delete()


async def _keep(work: Work, member_id: UUID, kind: str, prefix: str, life: timedelta) -> tuple[str, datetime]:
    token, ends = tokens.issue(prefix, work.municipality), now() + life
    await StaffSession.create(member_id=member_id, kind=kind, hash=tokens.digest(token), expires_at=ends)
    return token, ends
