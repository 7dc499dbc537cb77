"""Joining: a random id and a token, and nothing about who it is."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from base import tokens
from base.clock import now
from base.database import Work
from base.errors import invalid
from municipality.directory import today
from residents import credentials

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


async def link(work: Work, resident: UUID) -> Link:
    """A one-time code that joins another device within 15 minutes; an older one is worth nothing from then on.

    It has 60 random bits, which at the rate that registrations are allowed nobody guesses in its lifetime.
    """
    plain = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    grouped = "-".join(plain[place : place + 4] for place in range(0, _CODE_LENGTH, 4))
    made = Link(uuid4(), grouped, now() + LINK_LIFE)
    await work.execute("delete from resident_link where resident_id = $1 or expires_at <= $2", resident, now())
    await work.execute(
        "insert into resident_link (id, municipality_id, resident_id, hash, expires_at) values ($1, $2, $3, $4, $5)",
        made.id,
        work.municipality,
        resident,
        tokens.digest(plain),
        made.expires_at,
    )
    return made


async def _create(work: Work, language: str) -> UUID:
    resident = uuid4()
    on = await today(work)
    await work.execute(
        "insert into resident (id, municipality_id, language, digest, consent_salt, registered_on, active_on) "
        "values ($1, $2, $3, 'off', $4, $5, $5)",
        resident,
        work.municipality,
        language,
        secrets.token_bytes(32),
        on,
    )
    return resident


async def redeem(work: Work, code: str, pointer: str) -> UUID:
    """The resident a one-time code stands for; the code is spent. Invalid at `pointer` where it stands for nobody."""
    plain = code.upper().translate(_MISREAD)
    resident: UUID | None = await work.fetchval(
        "delete from resident_link where hash = $1 and expires_at > $2 returning resident_id",
        tokens.digest(plain),
        now(),
    )
    if resident is None:
        raise invalid(pointer, "This code has been used, has run out, or never was.")
    return resident
