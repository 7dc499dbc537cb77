"""Joining: a random id and a token, and nothing about who it is."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
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
    resident = await _create(work, language) if link is None else await _join(work, link)
    token = await credentials.issue(work, resident, platform, app_version)
    return Registered(resident, token, work.municipality)


async def link(work: Work, resident: UUID) -> tuple[str, timedelta]:
    """A one-time code that joins another device within 15 minutes, in groups of four to be read aloud or typed.

    It has 60 random bits, which at the rate that registrations are allowed nobody guesses in its lifetime.
    """
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    await work.execute("delete from resident_link where resident_id = $1 or expires_at <= $2", resident, now())
    await work.execute(
        "insert into resident_link (id, municipality_id, resident_id, hash, expires_at) values ($1, $2, $3, $4, $5)",
        uuid4(),
        work.municipality,
        resident,
        tokens.digest(code),
        now() + LINK_LIFE,
    )
    return "-".join(code[place : place + 4] for place in range(0, _CODE_LENGTH, 4)), LINK_LIFE


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


async def _join(work: Work, code: str) -> UUID:
    plain = code.upper().translate(_MISREAD)
    resident: UUID | None = await work.fetchval(
        "delete from resident_link where hash = $1 and expires_at > $2 returning resident_id",
        tokens.digest(plain),
        now(),
    )
    if resident is None:
        raise invalid("/link", "This code has been used, has run out, or never was.")
    return resident
