"""Who may answer: asked once, when the ballot is fetched, and kept nowhere afterwards."""

import hashlib
import hmac
import random
from typing import Literal
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import Conflict, NotEntitled, refuse_unknown
from base.keys import KeyStore, make
from base.queries import load_queries
from base.tenant import Tenant
from consent.gate import permits_of, require_permit
from consent.purposes import LocationBeacons, LocationZones, PersonalFeed
from geofence.engine.places import tag
from geofence.engine.sealed import Seal, StateRefused
from geofence.models import Trigger, Zone
from municipality.directory import smallest_group
from municipality.models import Interest
from push.audiences import counting
from push.audiences.audience import Audience
from residents.models import Resident, ResidentInterest
from surveys.forms.document import InArea, Interested, SurveyDocument, WasThere

sql = load_queries(__file__)


class NotForYou(NotEntitled):
    """This survey is for others: another district, another interest, or those who were there."""


class RegisteredTooLate(NotEntitled):
    """This survey is for those who were registered before it opened."""


class TooFewToAsk(Conflict):
    """So few could answer that an answer could point at somebody. Choose a larger area or a broader interest."""


class TooFewAtPlaces(TooFewToAsk):
    """Too few have agreed to be asked at places: an answer could point at somebody. Let others answer too, or wait."""


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
        await require_permit(work, tenant, PersonalFeed)
        fits = await work.fetchval(sql.follows_within, resident=tenant.resident, districts=list(who.areas))
    elif isinstance(who, Interested):
        await require_permit(work, tenant, PersonalFeed)
        fits = await ResidentInterest.exists(resident_id=tenant.resident, interest_key__in=list(who.interests))
    elif isinstance(who, WasThere):
        await _may_tell_where(work, tenant)
        fits = sealed_state is not None and _was_there(keys, tenant, who, sealed_state)
    else:
        fits = True
    if not fits:
        raise NotForYou()


async def _may_tell_where(work: Work, tenant: Tenant) -> None:
    """A place is known by zones or by beacons; the consent to either will do."""
    if tenant.resident not in await permits_of(work, [tenant.resident], LocationBeacons):
        await require_permit(work, tenant, LocationZones)


def _was_there(keys: KeyStore, tenant: Tenant, who: WasThere, sealed_state: str) -> bool:
    try:
        state = Seal(keys).unseal(sealed_state, tenant.resident, tenant.municipality, at=now().timestamp())
    except StateRefused:
        return False
    return any(tag(trigger) in state.fired for trigger in who.triggers)


async def known(document: SurveyDocument) -> None:
    """Raise Invalid, with pointers, where a survey is for districts, interests or triggers that do not exist."""
    who = document.eligibility
    there: set[UUID] | set[str]
    if isinstance(who, InArea):
        districts = await Zone.filter(kind="district", id__in=list(who.areas))
        there = {one.id for one in districts}
        name, wanted = "areas", list[object](who.areas)
    elif isinstance(who, Interested):
        there = {one.key for one in await Interest.filter(key__in=list(who.interests))}
        name, wanted = "interests", list[object](who.interests)
    elif isinstance(who, WasThere):
        there = {one.id for one in await Trigger.filter(id__in=list(who.triggers))}
        name, wanted = "triggers", list[object](who.triggers)
    else:
        return
    refuse_unknown(f"/eligibility/{name}", wanted, there, "The municipality has none such.")


def counted_among(document: SurveyDocument) -> tuple[Audience, Literal["at_places", "registered"]]:
    """Among whom those who may answer are counted, and which of them they are."""
    who = document.eligibility
    if isinstance(who, WasThere):
        return Audience(), "at_places"
    if isinstance(who, InArea):
        return Audience(areas=tuple(who.areas)), "registered"
    if isinstance(who, Interested):
        return Audience(interests=tuple(who.interests)), "registered"
    return Audience(), "registered"


async def enough(work: Work, document: SurveyDocument, codes: int = 0) -> None:
    """Raise TooFewToAsk where fewer than may be known apart were counted, AudienceNotCounted before the first night.

    A survey that any registration may answer, also a later one, is for everybody and never too small; of one that is
    answered with codes there must be enough `codes`.
    """
    k = await smallest_group(work, document.smallest_group)
    if document.assurance == "code" and codes < k:
        raise TooFewToAsk()
    if document.eligibility.kind == "registered" and document.assurance != "registered":
        return
    audience, part = counted_among(document)
    counted = await counting.count_audience(work, audience, ["all"])
    if counted.night is None:
        raise counting.AudienceNotCounted()
    if counted.cells["all", part] < await counting.smallest_group(work, counted.night, k):
        raise TooFewAtPlaces() if isinstance(document.eligibility, WasThere) else TooFewToAsk()


async def call_the_roll(work: Work, survey_id: UUID, keys: KeyStore) -> None:
    """Note everybody who is registered now, each as the survey will know them, in no order.

    A registration bears a day and no time, and whoever registers later on the day of opening came too late.
    """
    make(keys, participation_key(survey_id))
    roll = [participant(keys, survey_id, one) for (one,) in await Resident.all().values_list("id")]
    random.SystemRandom().shuffle(roll)
    await work.executemany(sql.note_participant, [{"survey": survey_id, "participant": one} for one in roll])
