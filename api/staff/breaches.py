"""A breach of personal data (GDPR art. 33 and 34): how many residents it concerns, and telling them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.callers import staff
from api.endpoint import ONLY_READS, Call, Endpoint
from api.shapes import Key, Page, Sent
from base.localized import Localized
from base.times import Instant
from consent import breaches
from consent.breaches import STANDS
from municipality.directory import town
from push.counts import shown
from push.telling import tell

AT_ONCE = 10_000


class ConcernedSent(Sent):
    """Whose data it was: of those whose consent to one of the purposes stood between the two times; of everybody who
    was registered by then, where no purpose is named.
    """

    since: Instant
    until: Instant
    purposes: Annotated[list[Key], Field(max_length=20)] = Field(default_factory=list)


class BreachSent(ConcernedSent):
    """What they are told, in every language of the municipality (art. 34(2)): what happened, what it may lead to, what
    is done about it and what they can do, and whom to ask.
    """

    title: Localized
    happened: Localized
    consequences: Localized
    measures: Localized
    contact: Localized


class HowMany(BaseModel):
    """How many residents a breach concerns, about: rounded to 5, and hidden where they are few."""

    residents: int | str


class BreachShown(BaseModel):
    """A breach as those concerned were told of it."""

    id: UUID
    published_at: AwareDatetime
    since: Instant
    until: Instant
    purposes: list[str]
    title: dict[str, str]
    happened: dict[str, str]
    consequences: dict[str, str]
    measures: dict[str, str]
    contact: dict[str, str]
    residents: int | str


class Breaches(BaseModel):
    """Every breach that residents were told of, newest first (art. 33(5))."""

    items: list[BreachShown]
    next: str | None = None


def _concerned(sent: ConcernedSent) -> breaches.Concerned:
    return breaches.Concerned(sent.since, sent.until, tuple(dict.fromkeys(sent.purposes)))


async def _shown(call: Call[Any, Any], breach: breaches.Breach) -> BreachShown:
    return BreachShown(
        id=breach.id, published_at=breach.published_at, since=breach.concerned.since, until=breach.concerned.until,
        purposes=list(breach.concerned.purposes), **_words(breach.told),
        residents=shown(breach.residents, (await town(call.work)).smallest_group),
    )  # fmt: skip


def _words(told: breaches.Told) -> Mapping[str, dict[str, str]]:
    return {part: dict(text) for part, text in asdict(told).items()}


async def whom_a_breach_concerns(call: Call[ConcernedSent]) -> HowMany:
    """How many residents a breach concerns, about; nobody is told."""
    number = await breaches.how_many(call.work, _concerned(call.body))
    return HowMany(residents=shown(number, (await town(call.work)).smallest_group))


async def tell_of_breach(call: Call[BreachSent]) -> BreachShown:
    """Tell those concerned: in their app whatever they consented to, on their phones where they want messages."""
    sent = call.body
    told = breaches.Told(sent.title, sent.happened, sent.consequences, sent.measures, sent.contact)
    breach, whom = await breaches.publish(call.work, told, _concerned(sent))
    for start in range(0, len(whom), AT_ONCE):
        await tell(
            call.work, whom[start : start + AT_ONCE], told.title, told.happened, "breach",
            breach.published_at + STANDS, importance="time_sensitive",
        )  # fmt: skip
    return await _shown(call, breach)


async def breaches_told(call: Call[None, Page]) -> Breaches:
    """Every breach that residents were told of."""
    told = await breaches.published(call.work)
    part, after = call.query.of(told, lambda breach: (breach.published_at, breach.id), newest_first=True)
    return Breaches(items=[await _shown(call, breach) for breach in part], next=after)


OFFICER = staff("privacy_officer")
_SPAN = {"since": "2026-11-01T00:00:00Z", "until": "2026-11-02T00:00:00Z", "purposes": ["personal_feed"]}


def _said(nb: str, nn: str, en: str) -> dict[str, str]:
    return {"nb": nb, "nn": nn, "en": en}


_EXAMPLE = {
    **_SPAN,
    "title": _said("Data på avveie", "Data på avvegar", "Data gone astray"),
    "happened": _said("En nøkkel kom på avveie.", "Ein nøkkel kom på avvegar.", "A key was lost."),
    "consequences": _said("Noen kan ha sett tall.", "Nokon kan ha sett tal.", "Somebody may have seen counts."),
    "measures": _said("Nøkkelen er sperret.", "Nøkkelen er sperra.", "The key was revoked."),
    "contact": _said("personvern@kommunen.no", "personvern@kommunen.no", "personvern@kommunen.no"),
}  # fmt: skip

ENDPOINTS = [
    Endpoint("POST", "/v1/staff/breaches/preview", whom_a_breach_concerns, OFFICER, body=ConcernedSent, gives=HowMany,
             example=_SPAN, not_idempotent=ONLY_READS),
    Endpoint("GET", "/v1/staff/breaches", breaches_told, OFFICER, query=Page, gives=Breaches),
    Endpoint("POST", "/v1/staff/breaches", tell_of_breach, OFFICER, body=BreachSent, gives=BreachShown, status=201,
             example=_EXAMPLE),
]  # fmt: skip
