"""Telling those concerned of a breach of personal data (GDPR art. 34): in the app, whatever they have consented to."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from base.clock import now
from base.database import Work
from base.errors import FieldError, Invalid, invalid
from base.queries import load_queries
from base.tenant import Tenant
from consent.models import Breach, BreachTold
from consent.purposes import DUTIES, PURPOSES
from municipality.directory import town

sql = load_queries(__file__)
STANDS: Final = timedelta(days=365)
"""How long those concerned find the notice in their app."""


@dataclass(frozen=True, slots=True)
class BreachText:
    """What is told, each part in every language of the municipality, as art. 34(2) asks: what happened, whom to ask,
    what it may lead to, what is done about it and what one can do oneself.
    """

    title: Mapping[str, str]
    happened: Mapping[str, str]
    consequences: Mapping[str, str]
    measures: Mapping[str, str]
    contact: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BreachScope:
    """Whose data it was: of everybody whose consent to one of `purposes` stood between two times, or of everybody who
    was registered by then, where none is named.
    """

    since: datetime
    until: datetime
    purposes: Sequence[str] = ()


async def count_concerned(work: Work, scope: BreachScope) -> int:
    """How many residents a breach concerns; nobody is told."""
    _check(scope)
    return len(await _whom(work, scope))


async def publish(
    work: Work, text: BreachText, scope: BreachScope, breach_id: UUID | None = None
) -> tuple[Breach, list[UUID]]:
    """Tell those concerned; the breach, and who they are, for whoever brings it to their phones too.

    From the commit on they find it in their app. Invalid where a language of the municipality is missing. `breach_id`
    is that of its draft.
    """
    _check(scope)
    spoken = (await town(work)).languages
    missing = [
        FieldError(f"/{part}/{tag}", "the municipality speaks this too")
        for part, by_language in asdict(text).items()
        for tag in spoken
        if tag not in by_language
    ]
    if missing:
        raise Invalid(missing)
    whom = await _whom(work, scope)
    breach = await Breach.create(
        id=breach_id or uuid4(),
        told=asdict(text),
        purposes=list(scope.purposes),
        since=scope.since,
        until=scope.until,
        concerned=len(whom),
        published_at=now(),
    )
    await work.execute(sql.tell_of_breach, breach=breach.id, residents=whom)
    return breach, whom


async def published() -> list[Breach]:
    """Every breach that was ever told of (art. 33(5)), newest first."""
    return await Breach.all().order_by("-published_at", "id")


async def breaches_of(tenant: Tenant) -> list[Breach]:
    """What the resident who calls is to know of, newest first; no consent is asked for."""
    told = await BreachTold.filter(resident_id=tenant.resident)
    recent = Breach.filter(id__in=[each.breach_id for each in told], published_at__gt=now() - STANDS)
    return await recent.order_by("-published_at", "id")


def _check(scope: BreachScope) -> None:
    if scope.since >= scope.until:
        raise invalid("/until", "later than since")
    if scope.until > now():
        raise invalid("/until", "what is still to come concerns nobody yet")
    for place, purpose in enumerate(scope.purposes):
        if purpose in DUTIES:
            raise invalid(f"/purposes/{place}", "this concerns everybody who is registered: name no purpose")
        if purpose not in PURPOSES:
            raise invalid(f"/purposes/{place}", "no such purpose")


async def _whom(work: Work, scope: BreachScope) -> list[UUID]:
    """Rather one too many than one too few: a consent that was given anew since counts as having stood then."""
    last_day = scope.until.astimezone(ZoneInfo((await town(work)).timezone)).date()
    rows = await work.fetch(sql.concerned, since=scope.since, last_day=last_day, purposes=list(scope.purposes))
    return [row["id"] for row in rows]
