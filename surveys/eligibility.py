"""Who may answer: asked once, when the ballot is fetched, and kept nowhere afterwards."""

import hashlib
import hmac
import random
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.errors import Conflict, FieldError, Invalid, NotEntitled
from base.keys import KeyStore, make
from base.sql import load
from base.tenant import Tenant
from consent.gate import ask, ask_many
from consent.permits import LocationBeacons, LocationZones, PersonalFeed
from geofence.engine.places import tag
from geofence.engine.sealed import Seal, StateRefused
from municipality.directory import smallest_group
from push import counting
from push.audiences import Audience
from surveys.forms.document import InArea, Interested, SurveyDocument, WasThere

_IN_AREA = load(__file__, "eligible.sql")


class NotForYou(NotEntitled):
    """This survey is for others: another district, another interest, or those who were there."""


class RegisteredTooLate(NotEntitled):
    """This survey is for those who were registered before it opened."""


class TooFewToAsk(Conflict):
    """So few could answer that an answer could point at somebody. Choose a larger area or a broader interest."""


def participation_key(survey_id: UUID) -> str:
    """The name of the key under which a survey remembers who took part, until it is counted."""
    return f"survey/{survey_id}/participation"


def participant(keys: KeyStore, survey_id: UUID, resident: UUID) -> bytes:
    """How a survey knows a resident: an HMAC-SHA256 under a key of that survey alone, 32 bytes."""
    return hmac.digest(make(keys, participation_key(survey_id)), resident.bytes, hashlib.sha256)


def request_of(keys: KeyStore, survey_id: UUID, who: bytes, request: bytes) -> bytes:
    """How a survey knows a request again: an HMAC of it with its participant, 32 bytes, equal in no two rows."""
    return hmac.digest(make(keys, participation_key(survey_id)), b"request" + who + request, hashlib.sha256)


async def entitled(
    work: Work, tenant: Tenant, document: SurveyDocument, keys: KeyStore, sealed_state: str | None
) -> None:
    """Refuse a resident whom the survey is not for.

    Raises NotForYou; ConsentRequired where what decides is held under a consent that does not stand. `sealed_state`
    is what the phone carries, for surveys for those who were there.
    """
    who = document.eligibility
    if isinstance(who, InArea):
        await ask(work, tenant, PersonalFeed)
        fits = await work.fetchval(
            f"select exists (select from ({_IN_AREA}) as those where resident_id = $2)",  # noqa: S608 - our own file
            who.areas,
            tenant.resident,
        )
    elif isinstance(who, Interested):
        await ask(work, tenant, PersonalFeed)
        fits = await work.fetchval(
            "select exists (select from resident_interest where resident_id = $1 and interest_key = any($2::text[]))",
            tenant.resident,
            list(who.interests),
        )
    elif isinstance(who, WasThere):
        await _may_tell_where(work, tenant)
        fits = sealed_state is not None and _was_there(keys, tenant, who, sealed_state)
    else:
        fits = True
    if not fits:
        raise NotForYou()


async def _may_tell_where(work: Work, tenant: Tenant) -> None:
    """A place is known by zones or by beacons; the consent to either will do."""
    if tenant.resident not in await ask_many(work, [tenant.resident], LocationBeacons):
        await ask(work, tenant, LocationZones)


def _was_there(keys: KeyStore, tenant: Tenant, who: WasThere, sealed_state: str) -> bool:
    try:
        state = Seal(keys).unseal(sealed_state, tenant.resident, tenant.municipality, at=now().timestamp())
    except StateRefused:
        return False
    return any(tag(trigger) in state.fired for trigger in who.triggers)


async def known(work: Work, document: SurveyDocument) -> None:
    """Raise Invalid, with pointers, where a survey is for districts, interests or triggers that do not exist."""
    who = document.eligibility
    if isinstance(who, InArea):
        rows = await work.fetch("select id as k from zone where kind = 'district' and id = any($1::uuid[])", who.areas)
        name, wanted = "areas", list[object](who.areas)
    elif isinstance(who, Interested):
        rows = await work.fetch("select key as k from interest where key = any($1::text[])", list(who.interests))
        name, wanted = "interests", list[object](who.interests)
    elif isinstance(who, WasThere):
        rows = await work.fetch('select id as k from "trigger" where id = any($1::uuid[])', who.triggers)
        name, wanted = "triggers", list[object](who.triggers)
    else:
        return
    there = {row["k"] for row in rows}
    errors = [
        FieldError(f"/eligibility/{name}/{place}", "The municipality has none such.")
        for place, one in enumerate(wanted)
        if one not in there
    ]
    if errors:
        raise Invalid(errors)


async def enough(work: Work, document: SurveyDocument, codes: int = 0) -> None:
    """Raise TooFewToAsk where fewer than may be known apart were counted last night, NotCountedYet before the first.

    A survey that any registration may answer, also a later one, is for everybody and never too small; of one that is
    answered with codes there must be enough `codes`.
    """
    who = document.eligibility
    k = await smallest_group(work, document.smallest_group)
    if document.assurance == "code" and codes < k:
        raise TooFewToAsk()
    if isinstance(who, WasThere):
        audience, part = Audience(), "at_places"
    elif isinstance(who, InArea):
        audience, part = Audience(areas=tuple(who.areas)), "registered"
    elif isinstance(who, Interested):
        audience, part = Audience(interests=tuple(who.interests)), "registered"
    elif document.assurance == "registered":
        audience, part = Audience(), "registered"
    else:
        return
    counted = await counting.count(work, audience, "everybody.sql")
    if counted.night is None:
        raise counting.NotCountedYet()
    if counted.cells["all", part] < await counting.smallest_group(work, counted.night, k):
        raise TooFewToAsk()


async def call_the_roll(work: Work, survey_id: UUID, keys: KeyStore) -> None:
    """Note everybody who is registered now, each as the survey will know them, in no order.

    A registration bears a day and no time, and whoever registers later on the day of opening came too late.
    """
    make(keys, participation_key(survey_id))
    roll = [participant(keys, survey_id, row["id"]) for row in await work.fetch("select id from resident")]
    random.SystemRandom().shuffle(roll)
    await work.executemany(
        "insert into participation (id, municipality_id, survey_id, participant) values ($1, $2, $3, $4)",
        [(uuid4(), work.municipality, survey_id, one) for one in roll],
    )
