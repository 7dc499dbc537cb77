"""A breach of personal data (GDPR art. 33 and 34): how many residents it concerns, and telling them."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import ONLY_READS, AnyEndpoint, get, post
from api.schemas.common import Key, PageQuery, RequestModel
from base.localized import Localized
from base.times import Instant
from consent import breaches
from consent.breaches import STANDS
from consent.models import Breach
from municipality.directory import town
from municipality.roles import OFFICERS
from push.audiences.rounding import rounded
from push.campaigns.notices import send_notice

AT_ONCE = 10_000


class ConcernedSent(RequestModel):
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


def _concerned(sent: ConcernedSent) -> breaches.BreachScope:
    return breaches.BreachScope(sent.since, sent.until, tuple(dict.fromkeys(sent.purposes)))


async def _shown(call: Call[Any, Any], breach: Breach) -> BreachShown:
    return BreachShown(
        id=breach.id,
        published_at=breach.published_at,
        since=breach.since,
        until=breach.until,
        purposes=breach.purposes,
        **breach.told,
        residents=rounded(breach.concerned, (await town(call.work)).smallest_group),
    )


async def whom_a_breach_concerns(call: Call[ConcernedSent]) -> HowMany:
    """How many residents a breach concerns, about; nobody is told."""
    number = await breaches.count_concerned(call.work, _concerned(call.body))
    return HowMany(residents=rounded(number, (await town(call.work)).smallest_group))


async def tell_of_breach(call: Call[BreachSent]) -> BreachShown:
    """Tell those concerned: in their app whatever they consented to, on their phones where they want messages."""
    return await tell(call, call.body)


async def tell(call: Call[Any, Any], sent: BreachSent, draft: UUID | None = None) -> BreachShown:
    """Tell those concerned what was sent, or stood in a draft."""
    told = breaches.BreachText(sent.title, sent.happened, sent.consequences, sent.measures, sent.contact)
    breach, whom = await breaches.publish(call.work, told, _concerned(sent), draft)
    for start in range(0, len(whom), AT_ONCE):
        await send_notice(
            call.work,
            whom[start : start + AT_ONCE],
            title=told.title,
            body=told.happened,
            notice="breach",
            expires_at=breach.published_at + STANDS,
            importance="time_sensitive",
        )
    return await _shown(call, breach)


async def breaches_told(call: Call[None, PageQuery]) -> Breaches:
    """Every breach that residents were told of."""
    told = await breaches.published()
    part, after = call.query.of(told, lambda breach: (breach.published_at, breach.id), newest_first=True)
    return Breaches(items=[await _shown(call, breach) for breach in part], next=after)


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
}

ENDPOINTS: list[AnyEndpoint] = [
    post(
        "/v1/staff/breaches/preview", whom_a_breach_concerns, staff(OFFICERS), example=_SPAN, not_idempotent=ONLY_READS
    ),
    get("/v1/staff/breaches", breaches_told, staff(OFFICERS)),
    post("/v1/staff/breaches", tell_of_breach, staff(OFFICERS), status=201, example=_EXAMPLE),
]
