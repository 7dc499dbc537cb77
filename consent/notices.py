"""Notices: what a municipality tells about a purpose before anybody consents. Published once, never edited."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from base.clock import now
from base.database import Work
from base.errors import Conflict, FieldError, Invalid, NotFound, invalid
from base.localized import pick
from base.queries import load_queries
from consent.models import Notice
from consent.notice_text import NoticeText, notice_text
from consent.purposes import DUTIES, PURPOSES, LegalBasis, legal_basis
from municipality.ages import consent_age
from municipality.directory import town
from municipality.lifetimes import lifetimes
from municipality.models import Municipality
from residents.credentials import announce_resident_changed

sql = load_queries(__file__)
FIRST = Path(__file__).parent / "first_notices"


class NoSuchPurpose(NotFound):
    """There is no such purpose."""


class RestsOnLaw(Conflict):
    """This rests on the law and not on consent: there is nothing to say yes or no to."""


async def notices_in_force() -> dict[str, Notice]:
    """The newest notice of each purpose, in the order in which residents are shown them."""
    found: dict[str, Notice] = {}
    for notice in await notices_ever():
        found.setdefault(notice.purpose, notice)
    return {key: found[key] for key in (*PURPOSES, *DUTIES) if key in found}


async def notice_in_force(purpose: str) -> Notice:
    """The newest notice of a purpose; NoSuchPurpose where none was ever published."""
    notice = await Notice.filter(purpose=purpose).order_by("-version").first()
    if notice is None:
        raise NoSuchPurpose()
    return notice


async def notice_version(purpose: str, version: int) -> Notice:
    """A version of a notice, also an old one: what somebody consented to then."""
    notice = await Notice.get_or_none(purpose=purpose, version=version)
    if notice is None:
        raise NoSuchPurpose()
    return notice


async def notices_ever() -> list[Notice]:
    """Every version of every notice, the newest of each purpose first."""
    return await Notice.all().order_by("purpose", "-version")


async def lock_notice(work: Work, purpose: str, *, alone: bool) -> None:
    """Hold the purpose's notice still until the transaction ends: with others who consent, or alone to publish."""
    await work.execute(sql.lock_notice_alone if alone else sql.lock_notice, purpose=purpose)


async def publish(
    work: Work,
    purpose: str,
    texts: Mapping[str, NoticeText],
    *,
    lapses_at: datetime | None = None,
) -> Notice:
    """Publish a new version of a purpose's notice, in all the municipality's languages; NoSuchPurpose for any other.

    With `lapses_at` consents to older versions must be renewed by then, and lapse where they are not.
    """
    if purpose not in PURPOSES and purpose not in DUTIES:
        raise NoSuchPurpose()
    if lapses_at is not None and purpose in DUTIES:
        raise invalid("/lapses_at", "this rests on the law: there is no consent to renew")
    if lapses_at is not None and lapses_at <= now():
        raise invalid("/lapses_at", "residents need time to renew: a time to come")
    here = await town(work)
    missing = [
        FieldError(f"/texts/{tag}", "the municipality speaks this too") for tag in here.languages if tag not in texts
    ]
    if missing:
        raise Invalid(missing)
    return await _publish(work, purpose, texts, legal_basis(purpose), lapses_at)


async def publish_first(work: Work) -> None:
    """Publish the first notice of every purpose and duty that has none: when a municipality is founded, and when a
    release brings a new one. Of two processes that begin at the same moment the second finds them published.
    """
    await work.execute(sql.lock_first_notices)
    here, kept, there = await town(work), await lifetimes(work), await notices_in_force()
    words = {
        "age": consent_age(here),
        "smallest_group": here.smallest_group,
        "inactive_months": kept.inactive_months,
        "delivery_days": kept.delivery_days,
        "audit_months": kept.audit_months,
    }
    for purpose in (*PURPOSES, *DUTIES):
        if purpose not in there:
            written = _first(purpose)
            spoken = [language for language in written if language in here.languages] or ["en"]
            texts = {
                language: _filled(written[language], {**words, "municipality": _name(here, language)})
                for language in spoken
            }
            await _publish(work, purpose, texts, legal_basis(purpose), None)


@cache
def _first(purpose: str) -> dict[str, dict[str, Any]]:
    """The parts of a first notice, by language."""
    return tomllib.loads((FIRST / f"{purpose}.toml").read_text(encoding="utf-8"))


def _name(here: Municipality, language: str) -> str:
    return pick(here.name, [language, *here.languages])[0]


def _filled(parts: Mapping[str, Any], words: Mapping[str, object]) -> NoticeText:
    def fill(value: Any) -> Any:
        return [fill(item) for item in value] if isinstance(value, list) else value.strip().format(**words)

    return notice_text({name: fill(value) for name, value in parts.items()})


async def _publish(
    work: Work,
    purpose: str,
    texts: Mapping[str, NoticeText],
    legal_basis: LegalBasis,
    lapses_at: datetime | None,
) -> Notice:
    await lock_notice(work, purpose, alone=True)
    last = await Notice.filter(purpose=purpose).order_by("-version").first()
    notice = await Notice.create(
        purpose=purpose,
        version=last.version + 1 if last else 1,
        legal_basis=legal_basis,
        texts=dict(texts),
        sha256={language: text.sha256().hex() for language, text in texts.items()},
        published_at=now(),
        renewal_required=lapses_at is not None,
        lapses_at=lapses_at,
    )
    if lapses_at is not None:
        await work.execute(sql.let_lapse, purpose=purpose, lapses_at=lapses_at)
        await announce_resident_changed(work, None)
    return notice
