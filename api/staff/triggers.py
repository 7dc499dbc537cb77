"""Triggers for staff: what happens where, and what it leads to."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import ONLY_READS, AnyEndpoint, delete, get, post, put
from api.schemas.common import PageQuery, RequestModel, Whole
from api.schemas.places import Span, When
from api.staff.subjects import must_be_there
from base.clock import now
from base.subjects import SubjectKind
from geofence import triggers
from geofence.engine.places import On, Proof
from geofence.models import Beacon, Trigger, Zone
from geofence.trigger_sentences import Standing, sentence, standing
from municipality.directory import town
from municipality.roles import PLACE_EDITORS
from surveys import subjects


class Action(RequestModel):
    """What a trigger leads to."""

    kind: SubjectKind
    subject_id: UUID


Weekdays = Annotated[list[Annotated[Whole, Field(ge=1, le=7)]], Field(min_length=1, max_length=7)]


class TriggerWritten(RequestModel):
    """A rule: on entering, staying in or leaving a zone, or near a beacon, lead to a survey, a hearing or news.

    `once`: "ever", "daily", or a number of days as "P7D". `between` and `weekdays` (1 is Monday; without them every day
    counts) are in the municipality's time; hours over midnight belong to the day they begin on. `proof` is what the
    phone must show: a claim of its own, a position, or a beacon's sighting. Of several at once the highest `priority`
    comes first.
    """

    on: On
    zone_id: UUID | None = None
    beacon_id: UUID | None = None
    dwell_s: Annotated[Whole, Field(ge=0, le=86_400)] = 0
    between: Span | None = None
    weekdays: Weekdays | None = None
    active_from: When | None = None
    active_to: When
    once: Annotated[
        str, StringConstraints(pattern=r"^(ever|daily|P([1-9][0-9]?|[12][0-9]{2}|3[0-5][0-9]|36[0-6])D)$")
    ] = "ever"
    proof: Proof | None = None
    priority: Annotated[Whole, Field(ge=-100, le=100)] = 0
    action: Action

    def written(self) -> Trigger:
        """As the house knows it; without a proof named, what the trigger is about is its proof."""
        return Trigger(
            zone_id=self.zone_id,
            beacon_id=self.beacon_id,
            rule={
                "on": self.on,
                "dwell_s": self.dwell_s,
                "between": self.between.model_dump(by_alias=True) if self.between else None,
                "weekdays": sorted(set(self.weekdays)) if self.weekdays else None,
                "active_from": self.active_from.isoformat() if self.active_from else None,
                "once": self.once,
                "proof": self.proof or ("beacon" if self.on == "beacon" else "position"),
                "priority": self.priority,
            },
            active_to=self.active_to,
            subject_kind=self.action.kind,
            subject_id=self.action.subject_id,
        )


class TriggerInFull(BaseModel):
    """A trigger as it stands; `sentence` says it in the language of the request, `place` and `title` are the names of
    its zone or beacon and of what it leads to (null where that is no longer there).

    `standing`: it is `live` now; `resting` outside its hours and days or the zone's; `not_yet` begun; `over`; switched
    `off`; `waiting` since what it leads to is not open; `silent` since its place is not approved; or what it leads
    to is `gone`.
    """

    id: UUID
    on: On
    zone_id: UUID | None
    beacon_id: UUID | None
    dwell_s: int
    between: dict[str, str] | None
    weekdays: list[int] | None = None
    active_from: AwareDatetime | None
    active_to: AwareDatetime
    once: str
    proof: Proof
    priority: int
    paused: bool
    action: Action
    sentence: str
    standing: Standing
    place: dict[str, str]
    title: dict[str, str] | None
    geometry: dict[str, Any] | None = None


class Paused(RequestModel):
    """Whether a trigger is switched off."""

    paused: bool


class TriggerSaid(BaseModel):
    """A trigger in one sentence, in the language of the request."""

    sentence: str


class TriggerList(BaseModel):
    """Triggers, in the order of their ids."""

    items: list[TriggerInFull]
    next: str | None


async def told(call: Call[Any, Any], found: Sequence[Trigger], *, shapes: bool = False) -> list[TriggerInFull]:
    """Triggers in full; however many they are, in the same few statements."""
    places, timezone = await triggers.places_of(found, shapes=shapes), (await town(call.work)).timezone
    leads = await subjects.among(call.work, {one.subject_id for one in found})
    full = [_full(one, places, leads.get(one.subject_id), call.languages, timezone) for one in found]
    if shapes:
        for one in full:
            place = places[one.zone_id or one.beacon_id or one.id]
            if isinstance(place, Beacon):
                one.geometry = {"type": "Point", "coordinates": [place.lon, place.lat]}
            else:
                one.geometry = place.geometry
    return full


def _full(
    trigger: Trigger,
    places: Mapping[UUID, Zone | Beacon],
    leads: subjects.SubjectLedTo | None,
    languages: Sequence[str],
    timezone: str,
) -> TriggerInFull:
    place = places[trigger.zone_id or trigger.beacon_id or trigger.id]
    zone, title = place if isinstance(place, Zone) else None, leads.title if leads else None
    opens = leads.open if leads else None
    return TriggerInFull.model_validate(
        {
            **trigger.rule,
            "id": trigger.id,
            "zone_id": trigger.zone_id,
            "beacon_id": trigger.beacon_id,
            "active_to": trigger.active_to,
            "paused": trigger.paused,
            "action": {"kind": trigger.subject_kind, "subject_id": trigger.subject_id},
            "sentence": sentence(trigger, place.name, title, languages, timezone),
            "standing": standing(trigger, zone, opens, now(), timezone),
            "place": place.name if zone else {"und": place.name},
            "title": title,
        }
    )


async def _one(call: Call[Any], trigger: Trigger) -> TriggerInFull:
    [full] = await told(call, [trigger])
    return full


async def _leads_somewhere(call: Call[TriggerWritten]) -> Trigger:
    action = call.body.action
    await must_be_there(action.kind, action.subject_id, "/action/subject_id")
    return call.body.written()


async def set_up_trigger(call: Call[TriggerWritten]) -> TriggerInFull:
    """Set up a trigger; a sensitive place is silent until the privacy officer has said yes to it."""
    return await _one(call, await triggers.set_up(call.work, await _leads_somewhere(call)))


class TriggerPage(PageQuery):
    """Which part of the list, and which triggers of it."""

    limit: int = Field(50, ge=1, le=200)
    subject_id: UUID | None = Field(None, description="Those that lead to this survey, hearing or item")
    place_id: UUID | None = Field(None, description="Those of this zone or beacon")
    state: triggers.TriggerState | None = Field(None, description="Those that are switched on or off, or over")
    q: str | None = Field(
        None, max_length=100, description="Those whose place, or what they lead to, has this in its name"
    )
    geometry: bool = Field(False, description="Whether the shapes of their places are wanted")


async def list_triggers(call: Call[None, TriggerPage]) -> TriggerList:
    """Every trigger."""
    asked, words = call.query, call.query.q or None
    titled = await subjects.titled(call.work, words) if words else ()
    wanted = triggers.Wanted(asked.subject_id, asked.place_id, asked.state, words, titled)
    found = await triggers.page(call.work, asked.after_id(), asked.one_more, wanted)
    shown, after = asked.cut(found, lambda one: (one.id,))
    return TriggerList(items=await told(call, shown, shapes=asked.geometry), next=after)


async def say_trigger(call: Call[TriggerWritten]) -> TriggerSaid:
    """Say a trigger that is not saved, as a sentence; nothing is kept of it."""
    written = await _leads_somewhere(call)
    await triggers.fits(written)
    written.id = UUID(int=0)
    return TriggerSaid(sentence=(await _one(call, written)).sentence)


async def read_trigger(call: Call) -> TriggerInFull:
    """One trigger."""
    return await _one(call, await triggers.read(call.id()))


async def change_trigger(call: Call[TriggerWritten]) -> TriggerInFull:
    """Replace a trigger; phones that have met it remember it all the same."""
    return await _one(call, await triggers.change(call.work, call.id(), await _leads_somewhere(call)))


async def pause_trigger(call: Call[Paused]) -> TriggerInFull:
    """Switch a trigger off, or on again; phones that have met it remember it all the same."""
    return await _one(call, await triggers.pause(call.work, call.id(), call.body.paused))


async def remove_trigger(call: Call) -> None:
    """Take a trigger away."""
    await triggers.remove(call.work, call.id())


EXAMPLE = {
    "on": "dwell",
    "zone_id": "3f1c1f0e-8f6b-4b0e-9f57-0c1a5d1f7a10",
    "dwell_s": 300,
    "between": {"from": "08:00", "to": "20:00"},
    "weekdays": [1, 2, 3, 4, 5],
    "active_to": "2027-06-30T21:59:59Z",
    "once": "ever",
    "proof": "position",
    "action": {"kind": "survey", "subject_id": "9a1b6f0c-2d0f-4c55-8a43-5a7b1f6f8e21"},
}
_EACH = "/v1/staff/triggers/{id:uuid}"
ENDPOINTS: list[AnyEndpoint] = [
    post("/v1/staff/triggers", set_up_trigger, staff(PLACE_EDITORS), status=201, refuses=(409,), example=EXAMPLE),
    get("/v1/staff/triggers", list_triggers, staff(PLACE_EDITORS)),
    post(
        "/v1/staff/triggers/sentence",
        say_trigger,
        staff(PLACE_EDITORS),
        refuses=(409,),
        example=EXAMPLE,
        not_idempotent=ONLY_READS,
    ),
    get(_EACH, read_trigger, staff(PLACE_EDITORS)),
    put(_EACH, change_trigger, staff(PLACE_EDITORS), example=EXAMPLE),
    put(_EACH + "/paused", pause_trigger, staff(PLACE_EDITORS), example={"paused": True}),
    delete(_EACH, remove_trigger, staff(PLACE_EDITORS), status=204),
]
