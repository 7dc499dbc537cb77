"""The ledger: who said yes or no to what, on which text, when; only ever added to."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from base import keys as key_store
from base.clock import now
from base.database import Work
from base.errors import Conflict, NotEntitled, Unauthorized
from base.keys import KeyStore
from base.queries import load_queries
from base.tenant import Tenant
from base.translation import house_language, translate
from consent import chain
from consent.models import ConsentEvent, LedgerHead, Notice, StandingConsent
from consent.notices import NoSuchPurpose, RestsOnLaw, lock_notice, notice_in_force
from consent.purposes import DUTIES, PURPOSES
from residents.credentials import announce_resident_changed
from residents.models import Resident
from residents.subject import subject

sql = load_queries(__file__)


class NoticeIsNotCurrent(Conflict):
    """This is not the newest notice of the purpose: read that one first, then decide."""


OF_AGE: Final = "true, where the resident says that they are old enough"


class TooYoung(NotEntitled):
    """You must be old enough to say yes to this yourself. You can use everything else, and nothing is held against
    you. You could ask a grown-up to look at it with you.
    """

    def __init__(self, language: str) -> None:
        self.spoken = house_language([language], "nb")
        super().__init__()

    def in_language(self, languages: Sequence[str]) -> str:
        """In the language of the consent that was tried: a child reads this on the page that asked."""
        return super().in_language([self.spoken])

    def members(self, languages: Sequence[str] = ("en",)) -> dict[str, object]:
        """The field that would say so."""
        return {"errors": [{"pointer": "/of_age", "detail": translate(OF_AGE, languages)}]}


async def grant(
    work: Work,
    keys: KeyStore,
    tenant: Tenant,
    purpose: str,
    *,
    notice_version: int,
    language: str,
    of_age: bool | None = None,
    channel: str = "app",
) -> StandingConsent:
    """Say yes to the notice in force. The same yes again is the same event.

    NoticeIsNotCurrent before anything else; TooYoung where the purpose asks for an age that was not confirmed.
    """
    _check_purpose(purpose)
    resident = await _lock_resident(tenant.resident)
    await lock_notice(work, purpose, alone=False)
    notice = await notice_in_force(purpose)
    if notice_version != notice.version:
        raise NoticeIsNotCurrent()
    if not PURPOSES[purpose].needs_age:
        of_age = None  # Nobody is asked their age where nothing hangs on it, and it is not kept.
    elif of_age is not True:
        raise TooYoung(language)
    _, spoken = notice.text_in(language)
    return await _decide(work, keys, resident, notice, granted=True, language=spoken, channel=channel, of_age=of_age)


async def withdraw(
    work: Work,
    keys: KeyStore,
    tenant: Tenant,
    purpose: str,
    *,
    notice_version: int | None = None,
    language: str | None = None,
    channel: str = "app",
) -> StandingConsent:
    """Say no, at any time; from the commit on nothing runs on it. The same no again is the same event."""
    _check_purpose(purpose)
    resident = await _lock_resident(tenant.resident)
    return await _withdraw(
        work, keys, resident, purpose, notice_version=notice_version, language=language, channel=channel
    )


async def withdraw_all(work: Work, keys: KeyStore, resident_id: UUID, channel: str) -> None:
    """Say no to everything that was granted, as somebody does who leaves."""
    resident = await _lock_resident(resident_id)
    for each in await StandingConsent.filter(resident_id=resident_id, granted=True).order_by("purpose"):
        await _withdraw(work, keys, resident, each.purpose, channel=channel)


async def _withdraw(
    work: Work,
    keys: KeyStore,
    resident: Resident,
    purpose: str,
    *,
    notice_version: int | None = None,
    language: str | None = None,
    channel: str,
) -> StandingConsent:
    notice = await notice_in_force(purpose)
    if notice_version is not None and notice_version != notice.version:
        raise NoticeIsNotCurrent()
    spoken = notice.text_in(language)[1] if language is not None else notice.nearest_language(resident.language)
    return await _decide(work, keys, resident, notice, granted=False, language=spoken, channel=channel, of_age=None)


async def standing(tenant: Tenant) -> dict[str, StandingConsent]:
    """What stands now, for each purpose that the resident has ever decided on."""
    found = {each.purpose: each for each in await StandingConsent.filter(resident_id=tenant.resident)}
    return {key: found[key] for key in PURPOSES if key in found}


def status(stands: Mapping[str, StandingConsent], purpose: str) -> str:
    """What a resident sees beside a purpose: granted, withdrawn, lapsed, none; `applies` where no consent is asked."""
    if purpose in DUTIES:
        return "applies"
    return stands[purpose].status if purpose in stands else "none"


async def to_renew(tenant: Tenant) -> list[StandingConsent]:
    """What the resident has granted to an older notice and must renew, or it lapses, or has lapsed already."""
    stands = (await standing(tenant)).values()
    return [each for each in stands if each.status != "withdrawn" and each.lapses_at is not None]


async def history(tenant: Tenant) -> list[ConsentEvent]:
    """Everything that the resident ever said about consent, oldest first."""
    resident = await Resident.get_or_none(id=tenant.resident)
    if resident is None:
        raise Unauthorized()
    return await ConsentEvent.filter(subject=subject(resident.consent_salt, resident.id)).order_by("sequence")


def _check_purpose(purpose: str) -> None:
    if purpose in DUTIES:
        raise RestsOnLaw()
    if purpose not in PURPOSES:
        raise NoSuchPurpose()


async def _lock_resident(resident_id: UUID) -> Resident:
    """Hold the resident's row until the end, so that a yes and a no at the same time come one after the other."""
    resident = await Resident.filter(id=resident_id).select_for_update(no_key=True).get_or_none()
    if resident is None:
        raise Unauthorized()
    return resident


async def _decide(
    work: Work,
    keys: KeyStore,
    resident: Resident,
    notice: Notice,
    *,
    granted: bool,
    language: str,
    channel: str,
    of_age: bool | None,
) -> StandingConsent:
    """Add an event, unless the last one says the same, and let it stand."""
    stands = await StandingConsent.get_or_none(resident_id=resident.id, purpose=notice.purpose)
    if stands is not None and stands.granted == granted:
        said = await ConsentEvent.get(id=stands.event_id)
        same_text = (said.notice_version, said.language) == (notice.version, language)
        if not granted or (same_text and stands.status == "granted"):
            return stands
    event = ConsentEvent(
        subject=subject(resident.consent_salt, resident.id),
        purpose=notice.purpose,
        granted=granted,
        notice_version=notice.version,
        notice_sha256=notice.texts[language].sha256(),
        language=language,
        channel=channel,
        of_age=of_age,
        at=now(),
        leaf_salt=secrets.token_bytes(16),
    )
    await _append(work, keys, event)
    stands = stands or StandingConsent(resident_id=resident.id, purpose=notice.purpose)
    stands.update_from_dict(
        {"granted": granted, "notice_version": notice.version, "at": event.at, "lapses_at": None, "event_id": event.id}
    )
    await stands.save()
    if not granted:
        await announce_resident_changed(work, resident.id)
    return stands


async def _append(work: Work, keys: KeyStore, event: ConsentEvent) -> None:
    """Add an event to the end of the ledger, which is held until the transaction ends: one line after the other."""
    key = key_store.make(keys, chain.key_name(work.municipality))
    await work.execute(sql.begin_ledger, mac=chain.BEGINNING)
    end = await LedgerHead.all().select_for_update().get()
    last = await ConsentEvent.filter(subject=event.subject).order_by("-sequence").first()
    event.number = end.events + 1
    event.sequence = last.sequence + 1 if last else 1
    event.mac = chain.link(key, last.mac if last else chain.BEGINNING, event)
    await event.save()
    end.events, end.mac = event.number, chain.head(key, end.mac, event.number, event.mac)
    await end.save()
