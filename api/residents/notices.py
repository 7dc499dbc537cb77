"""What a resident must be told, whatever they have consented to: breaches of their data, consents that lapse."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from api.http.authentication import RESIDENT
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get
from base.localized import pick
from consent import breaches, ledger
from consent.notices import notices_in_force
from residents import profile


class Renewal(BaseModel):
    """A consent to an older notice: read the new one and decide again, or it lapses at `lapses_at`."""

    purpose: str
    title: str
    notice_version: int
    lapses_at: AwareDatetime


class BreachNotice(BaseModel):
    """A breach of personal data that concerns the resident (GDPR art. 34), in their language."""

    id: UUID
    published_at: AwareDatetime
    title: str
    happened: str
    consequences: str
    measures: str
    contact: str


class MustBeTold(BaseModel):
    """What the resident must be told now."""

    breaches: list[BreachNotice]
    renew: list[Renewal]


async def to_renew(call: Call[Any, Any]) -> list[Renewal]:
    """The consents that the resident is asked to renew."""
    lapsing = await ledger.to_renew(call.tenant)
    in_force = await notices_in_force() if lapsing else {}
    return [
        Renewal(
            purpose=each.purpose,
            title=in_force[each.purpose].texts[in_force[each.purpose].nearest_language(*call.languages)].title,
            notice_version=in_force[each.purpose].version,
            lapses_at=each.lapses_at,
        )
        for each in lapsing
        if each.lapses_at is not None
    ]


async def of_breaches(call: Call[Any, Any]) -> list[BreachNotice]:
    """The breaches that concern the resident."""
    found = []
    for breach in await breaches.breaches_of(call.tenant):
        told = breach.told
        parts = ("title", "happened", "consequences", "measures", "contact")
        words = [pick(told[part], call.languages) for part in parts]
        call.set_content_language(words[0][1])
        title, happened, consequences, measures, contact = (text for text, _ in words)
        found.append(
            BreachNotice(
                id=breach.id,
                published_at=breach.published_at,
                title=title,
                happened=happened,
                consequences=consequences,
                measures=measures,
                contact=contact,
            )
        )
    return found


async def notices_to_me(call: Call) -> MustBeTold:
    """What you must be told, whatever you have consented to; needs no consent. Asking is using the registration."""
    await profile.note_use(call.work, call.tenant)
    return MustBeTold(breaches=await of_breaches(call), renew=await to_renew(call))


ENDPOINTS: list[AnyEndpoint] = [get("/v1/me/notices", notices_to_me, RESIDENT)]
