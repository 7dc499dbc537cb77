"""People walk through the town; those who stay at a place are asked there."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from rehearsal.announcing import said
from rehearsal.phone import Phone
from rehearsal.places import MONUMENT, PLACES, walk
from rehearsal.scene import Scene, each

RADIUS_M, DWELL_S = 60, 150


def at_the_monument(trigger: UUID | None) -> dict[str, Any]:
    """The survey for those who were there."""
    who = {"kind": "present", "triggers": [str(trigger)]} if trigger else {"kind": "registered"}
    return {
        "title": said("Ved Hvalfangstmonumentet", "At the Whaling Monument"),
        "languages": ["nb", "en"],
        "eligibility": who,
        "questions": [
            {
                "key": "light",
                "type": "single",
                "required": True,
                "label": said("Er belysningen god nok?", "Is there enough light?"),
                "options": [{"key": "yes", "label": said("Ja", "Yes")}, {"key": "no", "label": said("Nei", "No")}],
            },
            {
                "key": "stay",
                "type": "scale",
                "required": True,
                "min": 1,
                "max": 3,
                "label": said("Er det et sted å bli?", "Is it a place to stay?"),
            },
        ],
    }


async def stroll(scene: Scene) -> None:
    """Draw the zone, set the trigger, launch; then everybody walks."""
    story, staff = scene.story, scene.stage.staff
    story.act("A walk through Sandefjord")
    scene.monument = await _prepare(scene)
    story.tell(
        f"Staff draw a circle of {RADIUS_M} m around the Whaling Monument: whoever stays there for {DWELL_S} "
        "seconds is asked about the place."
    )
    await staff.expect(200, "POST", f"/v1/staff/surveys/{scene.monument}/launch")
    walkers = scene.those(lambda phone: phone.person.walk is not None)
    ended = datetime.now(UTC) - timedelta(seconds=5)
    paths = [(phone, walk(phone.person.walk or "", scene.dice)) for phone in walkers]
    scene.walked = [(step.lon, step.lat) for _, steps in paths for step in steps]
    replies = await each(paths, lambda path: path[0].report(path[1], ended))
    statuses = Counter(reply.status for reply in replies if reply is not None)
    invited = [phone for phone in walkers if phone.invitations]
    story.count(len(walkers), f"residents walk today; their phones see {len(scene.walked):,} fixes")
    story.count(statuses[403], "phones are told 403 consent-required: nobody may know, so nobody asks again")
    story.count(statuses[200], "phones report their walk and get back a sealed state and the circles to watch")
    story.count(len(invited), "invitations, for those who stayed at the monument; the app keeps them")
    passed = [phone for phone in walkers if _hurried(phone)]
    story.count(len(passed), "hurried past or never came near, and were not asked")
    story.check_quietly(
        {phone.resident for phone in invited} == {phone.resident for phone in walkers if phone.person.lingers},
        "those who stayed at the monument were invited, and nobody else",
    )
    story.stored(
        "nothing",
        "where anybody was, that they were asked, or when: what must be remembered between two reports is sealed "
        "and lies on the phone alone",
    )


async def _prepare(scene: Scene) -> UUID:
    staff = scene.stage.staff
    lon, lat = PLACES[MONUMENT]
    zone = await staff.expect(
        201,
        "POST",
        "/v1/staff/zones",
        {
            "name": said("Hvalfangstmonumentet", "The Whaling Monument"),
            "kind": "trigger",
            "geometry": {"type": "Circle", "center": [lon, lat], "radius_m": RADIUS_M},
        },
    )
    survey = (await staff.expect(201, "POST", "/v1/staff/surveys", at_the_monument(None)))["id"]
    trigger = await staff.expect(
        201,
        "POST",
        "/v1/staff/triggers",
        {
            "on": "dwell",
            "zone_id": zone["id"],
            "dwell_s": DWELL_S,
            "once": "ever",
            "active_to": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
            "action": {"kind": "survey", "subject_id": survey},
        },
    )
    await staff.expect(200, "PUT", f"/v1/staff/surveys/{survey}", at_the_monument(UUID(trigger["id"])))
    return UUID(survey)


def _hurried(phone: Phone) -> bool:
    return "location_zones" in phone.person.consents and not phone.invitations
