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
from municipality import step_up
from municipality.directory import today
from municipality.models import StaffKey, StaffMember, StaffSession
from municipality.roles import check_roles

sql = load_queries(__file__)

KEY, LINK, SESSION = "mvk", "mvl", "mvs"
LINK_LIFE: Final = timedelta(minutes=15)
SESSION_LIFE: Final = timedelta(hours=12)


class LinkIsSpent(Unauthorized):
    """This sign-in link has been used or has run out; ask for a new one."""


async def create_key(work: Work, name: str, roles: Collection[str]) -> tuple[StaffKey, str]:
    """A new API key, and its token: shown once, kept as a hash. It takes a fresh sign-in (SignInAgain)."""
    step_up.require_fresh(work)
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
    """A token that opens one console session for the member, within 15 minutes.

    Who signed in a while ago makes none for themselves: SignInAgain.
    """
    maker = None if work.tenant is None else work.tenant.id
    if maker == member_id:
        step_up.require_fresh(work)
    return (await _keep(work, member_id, "link", LINK, LINK_LIFE, maker))[0]


async def letter_link(work: Work, member_id: UUID) -> str:
    """As `sign_in_link`, for a letter to the member's own address: asked for by themselves, it vouches for them."""
    maker = None if work.tenant is None else work.tenant.id
    return (await _keep(work, member_id, "link", LINK, LINK_LIFE, None if maker == member_id else maker))[0]


async def open_session(work: Work, link_token: str) -> tuple[str, datetime]:
    """Spend a sign-in link: a session's token and when it ends. LinkIsSpent the second time, however close."""
    spent = await work.fetchrow(sql.spend_link, hash=tokens.digest(link_token), at=now())
    if spent is None:
        raise LinkIsSpent()
    await StaffSession.filter(expires_at__lte=now()).delete()
    await StaffMember.filter(id=spent["member_id"]).update(last_seen_on=await today(work))
    return await _keep(work, spent["member_id"], "session", SESSION, SESSION_LIFE, spent["made_by"])


async def authenticate_session(work: Work, token: str) -> Tenant:
    """The staff member whose console session this is; Unauthorized where it has ended or they have left."""
    row = await work.fetchrow(sql.session_member, hash=tokens.digest(token), at=now())
    if row is None:
        raise Unauthorized()
    roles = frozenset(json.loads(row["roles"]))
    return Tenant(work.municipality, "staff", row["id"], roles, row["made_at"], row["made_by"], seal=SEAL)


async def list_sessions() -> list[StaffSession]:
    """Who is signed in just now, the latest first."""
    return await StaffSession.filter(kind="session", expires_at__gt=now()).order_by("-made_at", "id")


async def end_session(session_id: UUID) -> None:
    """Sign somebody out; NotFound where there is no such session."""
    if not await StaffSession.filter(id=session_id, kind="session").delete():
        raise NotFound()


async def close_session(token: str) -> None:
    """Sign out."""
    await StaffSession.filter(hash=tokens.digest(token)).delete()


async def _keep(
    work: Work, member_id: UUID, kind: str, prefix: str, life: timedelta, made_by: UUID | None
) -> tuple[str, datetime]:
    token, at = tokens.issue(prefix, work.municipality), now()
    await StaffSession.create(
        member_id=member_id,
        kind=kind,
        hash=tokens.digest(token),
        expires_at=at + life,
        made_at=at,
        made_by=made_by,
    )
    return token, at + life
