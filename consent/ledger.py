"""The ledger: who said yes or no to what, on which text, when; only ever added to."""

import dataclasses
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import asyncpg

from base import keys as key_store
from base.clock import now
from base.database import Work
from base.errors import Conflict, NotEntitled, Unauthorized
from base.keys import KeyStore
from base.localized import pick
from base.sql import load
from base.tenant import Tenant
from consent import chain
from consent.chain import COLUMNS, Event
from consent.notices import NoSuchPurpose, Notice, RestsOnLaw, lock_notice, notice_in_force
from consent.purposes import DUTIES, PURPOSES
from residents.credentials import tell
from residents.subject import subject

Status = Literal["granted", "withdrawn", "lapsed"]


class NoticeIsNotCurrent(Conflict):
    """This is not the newest notice of the purpose: read that one first, then decide."""


_TOO_YOUNG = {
    "nb": "Du må være gammel nok til å si ja til dette selv. Du kan bruke alt det andre, og det gjør ingenting at du "
    "ikke kan si ja ennå. Du kan spørre en voksen om å se på det sammen med deg.",
    "nn": "Du må vere gammal nok til å seie ja til dette sjølv. Du kan bruke alt det andre, og det gjer ingenting at "
    "du ikkje kan seie ja enno. Du kan spørje ein vaksen om å sjå på det saman med deg.",
    "en": "You must be old enough to say yes to this yourself. You can use everything else, and nothing is held "
    "against you. You could ask a grown-up to look at it with you.",
}


class TooYoung(NotEntitled):
    """You must be old enough to say yes to this yourself. You can use everything else, and nothing is held against
    you. You could ask a grown-up to look at it with you.
    """

    def __init__(self, language: str = "en") -> None:
        super().__init__(pick(_TOO_YOUNG, [language])[0])

    def members(self, languages: Sequence[str] = ("en",)) -> dict[str, object]:
        """The field that would say so."""
        return {"errors": [{"pointer": "/of_age", "detail": "true, where the resident says that they are old enough"}]}


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands now for a purpose: the last thing that the resident said, and whether it still counts."""

    purpose: str
    status: Status
    notice_version: int
    at: datetime
    lapses_at: datetime | None
    receipt: UUID


@dataclass(frozen=True, slots=True)
class _Who:
    resident: UUID
    subject: bytes
    language: str


async def grant(
    work: Work,
    keys: KeyStore,
    tenant: Tenant,
    purpose: str,
    notice_version: int,
    language: str,
    of_age: bool | None = None,
    channel: str = "app",
) -> Standing:
    """Say yes to the notice in force. The same yes again is the same event.

    NoticeIsNotCurrent before anything else; TooYoung where the purpose asks for an age that was not confirmed.
    """
    _known(purpose)
    who = await _hold(work, tenant)
    await lock_notice(work, purpose, alone=False)
    notice = await notice_in_force(work, purpose)
    if notice_version != notice.version:
        raise NoticeIsNotCurrent()
    if not PURPOSES[purpose].needs_age:
        of_age = None  # Nobody is asked their age where nothing hangs on it, and it is not kept.
    elif of_age is not True:
        raise TooYoung(language)
    _, spoken = notice.spoken(language)
    return await _say(work, keys, who, notice, True, spoken, channel, of_age)


async def withdraw(
    work: Work,
    keys: KeyStore,
    tenant: Tenant,
    purpose: str,
    notice_version: int | None = None,
    language: str | None = None,
    channel: str = "app",
) -> Standing:
    """Say no, at any time; from the commit on nothing runs on it. The same no again is the same event."""
    _known(purpose)
    who = await _hold(work, tenant)
    notice = await notice_in_force(work, purpose)
    if notice_version is not None and notice_version != notice.version:
        raise NoticeIsNotCurrent()
    spoken = notice.spoken(language)[1] if language is not None else notice.nearest(who.language)
    return await _say(work, keys, who, notice, False, spoken, channel, None)


async def withdraw_all(work: Work, keys: KeyStore, tenant: Tenant, channel: str) -> None:
    """Say no to everything that was granted, as somebody does who leaves."""
    rows = await work.fetch(
        "select purpose from standing_consent where resident_id = $1 and granted order by purpose", tenant.resident
    )
    for row in rows:
        await withdraw(work, keys, tenant, row["purpose"], channel=channel)


async def standing(work: Work, tenant: Tenant) -> dict[str, Standing]:
    """What stands now, for each purpose that the resident has ever decided on."""
    rows = await work.fetch(
        "select purpose, granted, notice_version, at, lapses_at, event_id from standing_consent where resident_id = $1",
        tenant.resident,
    )
    found = {row["purpose"]: _standing(row) for row in rows}
    return {key: found[key] for key in PURPOSES if key in found}


def status(stands: Mapping[str, Standing], purpose: str) -> str:
    """What a resident sees beside a purpose: granted, withdrawn, lapsed, none; `applies` where no consent is asked."""
    if purpose in DUTIES:
        return "applies"
    return stands[purpose].status if purpose in stands else "none"


async def to_renew(work: Work, tenant: Tenant) -> list[Standing]:
    """What the resident has granted to an older notice and must renew, or it lapses, or has lapsed already."""
    stands = (await standing(work, tenant)).values()
    return [each for each in stands if each.status != "withdrawn" and each.lapses_at is not None]


async def history(work: Work, tenant: Tenant) -> list[Event]:
    """Everything that the resident ever said about consent, oldest first."""
    salt = await work.fetchval("select consent_salt from resident where id = $1", tenant.resident)
    if salt is None:
        raise Unauthorized()
    rows = await work.fetch(
        f"select {COLUMNS} from consent_event where subject = $1 order by sequence",  # noqa: S608 - our own column names
        subject(salt, tenant.resident),
    )
    return [Event(**dict(row)) for row in rows]


def _known(purpose: str) -> None:
    if purpose in DUTIES:
        raise RestsOnLaw()
    if purpose not in PURPOSES:
        raise NoSuchPurpose()


async def _hold(work: Work, tenant: Tenant) -> _Who:
    """Hold the resident's row until the end, so that a yes and a no at the same time come one after the other."""
    row = await work.fetchrow(
        "select id, consent_salt, language from resident where id = $1 for no key update", tenant.resident
    )
    if row is None:
        raise Unauthorized()
    return _Who(row["id"], subject(row["consent_salt"], row["id"]), row["language"])


async def _say(
    work: Work,
    keys: KeyStore,
    who: _Who,
    notice: Notice,
    granted: bool,
    language: str,
    channel: str,
    of_age: bool | None,
) -> Standing:
    """Add an event, unless the last one says the same, and let it stand."""
    last = await work.fetchrow(
        "select s.purpose, s.granted, s.notice_version, s.at, s.lapses_at, s.event_id, e.language "
        "from standing_consent s join consent_event e on e.id = s.event_id where s.resident_id = $1 and s.purpose = $2",
        who.resident,
        notice.purpose,
    )
    if last is not None and last["granted"] == granted:
        same_text = (last["notice_version"], last["language"]) == (notice.version, language)
        if not granted or (same_text and _standing(last).status == "granted"):
            return _standing(last)
    event = await _append(
        work,
        keys,
        subject=who.subject,
        purpose=notice.purpose,
        granted=granted,
        notice_version=notice.version,
        notice_sha256=notice.texts[language].sha256(),
        language=language,
        channel=channel,
        of_age=of_age,
    )
    await work.execute(
        load(__file__, "stand.sql"),
        uuid4(),
        work.municipality,
        who.resident,
        event.purpose,
        granted,
        event.notice_version,
        event.at,
        event.id,
    )
    if not granted:
        await tell(work, who.resident)
    return Standing(
        event.purpose, "granted" if granted else "withdrawn", event.notice_version, event.at, None, event.id
    )


async def _append(
    work: Work,
    keys: KeyStore,
    *,
    subject: bytes,
    purpose: str,
    granted: bool,
    notice_version: int,
    notice_sha256: bytes,
    language: str,
    channel: str,
    of_age: bool | None,
) -> Event:
    key = key_store.make(keys, chain.key_name(work.municipality))
    await work.execute(
        "insert into ledger_head (id, municipality_id, events, mac) values ($1, $2, 0, $3) on conflict do nothing",
        uuid4(),
        work.municipality,
        chain.BEGINNING,
    )
    end = await work.fetchrow("select events, mac from ledger_head for update")
    assert end is not None
    last = await work.fetchrow(
        "select sequence, mac from consent_event where subject = $1 order by sequence desc limit 1", subject
    )
    event = Event(
        id=uuid4(),
        municipality_id=work.municipality,
        number=end["events"] + 1,
        subject=subject,
        sequence=last["sequence"] + 1 if last else 1,
        purpose=purpose,
        granted=granted,
        notice_version=notice_version,
        notice_sha256=notice_sha256,
        language=language,
        channel=channel,
        of_age=of_age,
        at=now(),
        leaf_salt=secrets.token_bytes(16),
    )
    mac = chain.link(key, last["mac"] if last else chain.BEGINNING, event)
    values = [getattr(event, field.name) for field in dataclasses.fields(Event)]
    await work.execute(load(__file__, "append.sql"), *values, mac)
    await work.execute(
        "update ledger_head set events = $1, mac = $2", event.number, chain.head(key, end["mac"], event.number, mac)
    )
    return event


def _standing(row: asyncpg.Record) -> Standing:
    status: Status = "granted" if row["granted"] else "withdrawn"
    if row["granted"] and row["lapses_at"] is not None and row["lapses_at"] <= now():
        status = "lapsed"
    return Standing(row["purpose"], status, row["notice_version"], row["at"], row["lapses_at"], row["event_id"])
