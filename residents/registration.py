"""Joining: a random id and a token, and nothing about who it is."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from tortoise.expressions import Q

from base import tokens
from base.clock import now
from base.database import Work
from base.errors import invalid
from base.queries import load_queries
from municipality.directory import today
from residents import credentials
from residents.models import Resident, ResidentLink

sql = load_queries(__file__)

LINK_LIFE: Final = timedelta(minutes=15)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011", "- ")
_CODE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration and the token of the device that made or joined it."""

    id: UUID
    token: str
    municipality: UUID

    def __repr__(self) -> str:
        return f"<registration {self.id}>"


async def register(work: Work, language: str, platform: str, app_version: str, link: str | None = None) -> Registered:
    """Register a new resident, or join this device to the registration that a one-time code stands for."""
    resident = await _create(work, language) if link is None else await redeem(work, link, "/link")
    token = await credentials.issue(work, resident, platform, app_version)
    return Registered(resident, token, work.municipality)


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time code, in groups of four to be read aloud or typed, and when it runs out."""

    id: UUID
    code: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"<link {self.id}>"


async def link(resident: UUID) -> Link:
    """A one-time code that joins another device within 15 minutes; an older one is worth nothing from then on.

    It has 60 random bits, which at the rate that registrations are allowed nobody guesses in its lifetime.
    """
    plain = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    grouped = "-".join(plain[place : place + 4] for place in range(0, _CODE_LENGTH, 4))
    made = Link(uuid4(), grouped, now() + LINK_LIFE)
    await ResidentLink.filter(Q(resident_id=resident) | Q(expires_at__lte=now())).delete()
    await ResidentLink.create(id=made.id, resident_id=resident, hash=tokens.digest(plain), expires_at=made.expires_at)
    return made


async def _create(work: Work, language: str) -> UUID:
    on = await today(work)
    made = await Resident.create(
        language=language, consent_salt=secrets.token_bytes(32), registered_on=on, active_on=on
    )
    return made.id


async def redeem(work: Work, code: str, pointer: str) -> UUID:
    """The resident a one-time code stands for; the code is spent. Invalid at `pointer` where it stands for nobody."""
    plain = code.upper().translate(_MISREAD)
    resident: UUID | None = await work.fetchval(sql.spend_link, hash=tokens.digest(plain), at=now())
    if resident is None:
        raise invalid(pointer, "This code has been used, has run out, or never was.")
    return resident
