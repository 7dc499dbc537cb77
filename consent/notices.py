"""Notices: what a municipality tells about a purpose before anybody consents. Published once, never edited."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from base.clock import now
from base.database import Work
from base.errors import Conflict, FieldError, Invalid, NotFound, invalid
from base.localized import pick
from consent.purposes import DUTIES, PURPOSES, LegalBasis
from municipality.directory import Town, town
from municipality.lifetimes import lifetimes
from residents.credentials import tell

FIRST = Path(__file__).parent / "first_notices"


class NoSuchPurpose(NotFound):
    """There is no such purpose."""


class RestsOnLaw(Conflict):
    """This rests on the law and not on consent: there is nothing to say yes or no to."""


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice in one language: what is done and why, with what data, who receives it, for how long, how to stop it."""

    title: str
    text: str
    data_categories: tuple[str, ...]
    systems: tuple[str, ...]
    retention: str
    withdraw: str

    def rendered(self) -> str:
        """The exact text that a consent refers to: the parts in this order, an empty line between them."""
        lists = ("\n".join(f"- {item}" for item in items) for items in (self.data_categories, self.systems))
        return "\n\n".join((self.title, self.text, *lists, self.retention, self.withdraw))

    def sha256(self) -> bytes:
        """SHA-256 of the rendered text in UTF-8."""
        return hashlib.sha256(self.rendered().encode()).digest()


@dataclass(frozen=True, slots=True)
class Notice:
    """A version of a notice, in its languages. `lapses_at`: when consents to older versions lapse, if they do."""

    id: UUID
    purpose: str
    version: int
    legal_basis: LegalBasis
    texts: Mapping[str, NoticeText]
    published_at: datetime
    renewal_required: bool
    lapses_at: datetime | None

    def spoken(self, language: str) -> tuple[NoticeText, str]:
        """The text in a language, or in its nearest neighbour; Invalid where the notice has none."""
        _, found = pick({tag: tag for tag in self.texts}, [language])
        understood = {language.split("-")[0]}
        if found.split("-")[0] not in (understood if understood.isdisjoint(NORWEGIAN) else NORWEGIAN):
            raise invalid("/language", f"this notice is written in {', '.join(self.texts)}")
        return self.texts[found], found

    def nearest(self, *languages: str) -> str:
        """The language of the notice that is nearest to the wanted ones; its first where none is near."""
        return pick({tag: tag for tag in self.texts}, languages)[1]


NORWEGIAN = {"no", "nb", "nn"}
COLUMNS = "id, purpose, version, legal_basis, texts, published_at, renewal_required, lapses_at"


def _text(parts: Mapping[str, Any]) -> NoticeText:
    return NoticeText(
        title=parts["title"],
        text=parts["text"],
        data_categories=tuple(parts["data_categories"]),
        systems=tuple(parts["systems"]),
        retention=parts["retention"],
        withdraw=parts["withdraw"],
    )


def _notice(row: asyncpg.Record) -> Notice:
    texts = {language: _text(parts) for language, parts in json.loads(row["texts"]).items()}
    return Notice(**{**dict(row), "texts": texts})


async def notices_in_force(work: Work) -> dict[str, Notice]:
    """The newest notice of each purpose, in the order in which residents are shown them."""
    rows = await work.fetch(f"select distinct on (purpose) {COLUMNS} from notice order by purpose, version desc")  # noqa: S608 - our own column names
    found = {row["purpose"]: _notice(row) for row in rows}
    return {key: found[key] for key in (*PURPOSES, *DUTIES) if key in found}


async def notice_in_force(work: Work, purpose: str) -> Notice:
    """The newest notice of a purpose; NoSuchPurpose where none was ever published."""
    row = await work.fetchrow(
        f"select {COLUMNS} from notice where purpose = $1 order by version desc limit 1",  # noqa: S608 - our own column names
        purpose,
    )
    if row is None:
        raise NoSuchPurpose()
    return _notice(row)


async def notice_version(work: Work, purpose: str, version: int) -> Notice:
    """A version of a notice, also an old one: what somebody consented to then."""
    row = await work.fetchrow(f"select {COLUMNS} from notice where purpose = $1 and version = $2", purpose, version)  # noqa: S608 - our own column names
    if row is None:
        raise NoSuchPurpose()
    return _notice(row)


async def notices_ever(work: Work) -> list[Notice]:
    """Every version of every notice, the newest of each purpose first."""
    rows = await work.fetch(f"select {COLUMNS} from notice order by purpose, version desc")  # noqa: S608 - our own column names
    return [_notice(row) for row in rows]


async def lock_notice(work: Work, purpose: str, *, alone: bool) -> None:
    """Hold the purpose's notice still until the transaction ends: with others who consent, or alone to publish."""
    name = f"{work.municipality}/{purpose}"
    function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    await work.execute(f"select {function}(hashtextextended($1, 0))", name)


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
    return await _publish(work, purpose, texts, DUTIES.get(purpose, "consent"), lapses_at)


async def publish_first(work: Work) -> None:
    """Publish the first notice of every purpose and duty that has none: when a municipality is founded, and when a
    release brings a new one. Of two processes that begin at the same moment the second finds them published.
    """
    await work.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"first notices {work.municipality}")
    here, kept, there = await town(work), await lifetimes(work), await notices_in_force(work)
    words = {
        "age": here.age_of_consent,
        "smallest_group": here.smallest_group,
        "inactive_months": kept.inactive_months,
        "delivery_days": kept.delivery_days,
        "audit_months": kept.audit_months,
    }
    for purpose in (*PURPOSES, *DUTIES):
        if purpose not in there:
            texts = {
                language: _filled(parts[purpose], {**words, "municipality": _name(here, language)})
                for language, parts in _first().items()
                if language in here.languages
            }
            await _publish(
                work, purpose, texts or _in_english(purpose, words, here), DUTIES.get(purpose, "consent"), None
            )


@cache
def _first() -> dict[str, dict[str, Any]]:
    return {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(FIRST.glob("*.toml"), key=lambda path: ("nb", "nn", "en").index(path.stem))
    }


def _name(here: Town, language: str) -> str:
    return pick(here.name, [language, *here.languages])[0]


def _in_english(purpose: str, words: Mapping[str, object], here: Town) -> dict[str, NoticeText]:
    return {"en": _filled(_first()["en"][purpose], {**words, "municipality": _name(here, "en")})}


def _filled(parts: Mapping[str, Any], words: Mapping[str, object]) -> NoticeText:
    def fill(value: Any) -> Any:
        return [fill(item) for item in value] if isinstance(value, list) else value.strip().format(**words)

    return _text({name: fill(value) for name, value in parts.items()})


async def _publish(
    work: Work,
    purpose: str,
    texts: Mapping[str, NoticeText],
    legal_basis: LegalBasis,
    lapses_at: datetime | None,
) -> Notice:
    await lock_notice(work, purpose, alone=True)
    last = await work.fetchval("select max(version) from notice where purpose = $1", purpose)
    notice = Notice(
        uuid4(), purpose, (last or 0) + 1, legal_basis, dict(texts), now(), lapses_at is not None, lapses_at
    )
    await work.execute(
        "insert into notice (id, municipality_id, purpose, version, legal_basis, texts, sha256, published_at, "
        "renewal_required, lapses_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        notice.id,
        work.municipality,
        purpose,
        notice.version,
        legal_basis,
        json.dumps({language: asdict(text) for language, text in texts.items()}, ensure_ascii=False),
        json.dumps({language: text.sha256().hex() for language, text in texts.items()}),
        notice.published_at,
        notice.renewal_required,
        lapses_at,
    )
    if lapses_at is not None:
        await work.execute(
            "update standing_consent set lapses_at = least(lapses_at, $1) where purpose = $2 and granted",
            lapses_at,
            purpose,
        )
        await tell(work, None)
    return notice
