"""Telling those concerned of a breach of personal data (GDPR art. 34): in the app, whatever they have consented to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from base.clock import now
from base.database import Work
from base.errors import FieldError, Invalid, invalid
from base.sql import load
from base.tenant import Tenant
from consent.purposes import DUTIES, PURPOSES
from municipality.directory import town

STANDS: Final = timedelta(days=365)
"""How long those concerned find the notice in their app."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told, each part in every language of the municipality, as art. 34(2) asks: what happened, whom to ask,
    what it may lead to, what is done about it and what one can do oneself.
    """

    title: Mapping[str, str]
    happened: Mapping[str, str]
    consequences: Mapping[str, str]
    measures: Mapping[str, str]
    contact: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whose data it was: of everybody whose consent to one of `purposes` stood between two times, or of everybody who
    was registered by then, where none is named.
    """

    since: datetime
    until: datetime
    purposes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Breach:
    """A breach as those concerned are told of it."""

    id: UUID
    told: Told
    concerned: Concerned
    residents: int
    published_at: datetime


async def how_many(work: Work, concerned: Concerned) -> int:
    """How many residents a breach concerns; nobody is told."""
    _check(concerned)
    return len(await _whom(work, concerned))


async def publish(work: Work, told: Told, concerned: Concerned) -> tuple[Breach, list[UUID]]:
    """Tell those concerned; the breach, and who they are, for whoever brings it to their phones too.

    From the commit on they find it in their app. Invalid where a language of the municipality is missing.
    """
    _check(concerned)
    spoken = (await town(work)).languages
    missing = [
        FieldError(f"/{part}/{tag}", "the municipality speaks this too")
        for part, text in asdict(told).items()
        for tag in spoken
        if tag not in text
    ]
    if missing:
        raise Invalid(missing)
    whom = await _whom(work, concerned)
    breach = Breach(uuid4(), told, concerned, len(whom), now())
    await work.execute(
        "insert into breach (id, municipality_id, told, purposes, since, until, concerned, published_at) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8)",
        breach.id,
        work.municipality,
        json.dumps(asdict(told), ensure_ascii=False),
        json.dumps(list(concerned.purposes)),
        concerned.since,
        concerned.until,
        len(whom),
        breach.published_at,
    )
    await work.execute(
        "insert into breach_told (id, municipality_id, breach_id, resident_id) "
        "select gen_random_uuid(), $1, $2, unnest($3::uuid[])",
        work.municipality,
        breach.id,
        whom,
    )
    return breach, whom


async def published(work: Work) -> list[Breach]:
    """Every breach that was ever told of (art. 33(5)), newest first."""
    return [_breach(row) for row in await work.fetch("select * from breach order by published_at desc, id")]


async def told_to(work: Work, tenant: Tenant) -> list[Breach]:
    """What the resident who calls is to know of, newest first; no consent is asked for."""
    rows = await work.fetch(
        "select b.* from breach b join breach_told t on t.breach_id = b.id where t.resident_id = $1 "
        "and b.published_at > $2 order by b.published_at desc, b.id",
        tenant.resident,
        now() - STANDS,
    )
    return [_breach(row) for row in rows]


def _check(concerned: Concerned) -> None:
    if concerned.since >= concerned.until:
        raise invalid("/until", "later than since")
    if concerned.until > now():
        raise invalid("/until", "what is still to come concerns nobody yet")
    for place, purpose in enumerate(concerned.purposes):
        if purpose in DUTIES:
            raise invalid(f"/purposes/{place}", "this concerns everybody who is registered: name no purpose")
        if purpose not in PURPOSES:
            raise invalid(f"/purposes/{place}", "no such purpose")


async def _whom(work: Work, concerned: Concerned) -> list[UUID]:
    """Rather one too many than one too few: a consent that was given anew since counts as having stood then."""
    rows = await work.fetch(load(__file__, "concerned.sql"), concerned.since, concerned.until, list(concerned.purposes))
    return [row["id"] for row in rows]


def _breach(row: asyncpg.Record) -> Breach:
    concerned = Concerned(row["since"], row["until"], tuple(json.loads(row["purposes"])))
    return Breach(row["id"], Told(**json.loads(row["told"])), concerned, row["concerned"], row["published_at"])
