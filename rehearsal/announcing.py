"""Staff launch a survey for an area, and those who want to be told are."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from rehearsal import fcm_replies
from rehearsal.scene import Scene, each, until
from rehearsal.stage import NAME

IN_S = 8.0
"""How long after the launch the messages are due: time for some to change their minds."""

WHY = {
    ("sent", None): "were handed to the courier",
    ("withheld", "withdrawn"): "withheld: the consent was withdrawn between launch and delivery",
    ("withheld", "no_address"): "withheld: no device of theirs can be woken",
    ("gone", "unregistered"): "not delivered: the app is uninstalled; the address was deleted at once",
    ("gone", "no_address"): "withheld: the address went with the consent, between launch and delivery",
    ("deferred", "quiet_hours"): "put off until their quiet hours end, not dropped",
}


def said(nb: str, en: str) -> dict[str, str]:
    """A text in both languages of the surveys."""
    return {"nb": nb, "en": en}


def _options(**labels: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"key": key, "label": said(*label)} for key, label in labels.items()]


def survey(home: UUID) -> dict[str, Any]:
    """The survey about the town centre, for those who follow the district."""
    return {
        "title": said("Et bedre sentrum", "A better town centre"),
        "languages": ["nb", "en"],
        "eligibility": {"kind": "area", "areas": [str(home)]},
        "smallest_group": 5,
        "questions": [
            {
                "key": "age",
                "type": "single",
                "required": True,
                "breakdown": True,
                "label": said("Alder", "Age"),
                "options": _options(
                    young=("Under 30", "Under 30"), middle=("30 til 59", "30 to 59"), old=("60 og over", "60 and over")
                ),
            },
            {
                "key": "way",
                "type": "single",
                "required": True,
                "label": said("Hvordan kommer du til sentrum?", "How do you get to the centre?"),
                "options": _options(
                    foot=("Til fots", "On foot"),
                    bike=("Sykkel", "By bike"),
                    bus=("Buss", "By bus"),
                    car=("Bil", "By car"),
                    boat=("Båt", "By boat"),
                ),
            },
            {
                "key": "wishes",
                "type": "multiple",
                "required": True,
                "max": 2,
                "label": said("Hva mangler?", "What is missing?"),
                "options": _options(
                    trees=("Trær", "Trees"),
                    benches=("Benker", "Benches"),
                    playground=("Lekeplass", "A playground"),
                    parking=("Parkering", "Parking"),
                ),
            },
            {
                "key": "evening",
                "type": "scale",
                "required": False,
                "min": 1,
                "max": 5,
                "label": said("Er det trygt om kvelden?", "Is it safe in the evening?"),
            },
            {
                "key": "why",
                "type": "text",
                "required": False,
                "max_length": 300,
                "show_if": {"question": "evening", "at_most": 2},
                "label": said("Hvorfor ikke?", "Why not?"),
            },
        ],
    }


async def announce(scene: Scene) -> None:
    """Write, preview, launch; then wait for what becomes of the messages."""
    story, staff, courier = scene.story, scene.stage.staff, scene.stage.courier
    story.act("Staff launch a survey for an area")
    written = await staff.expect(201, "POST", "/v1/staff/surveys", survey(scene.home))
    scene.centre = UUID(written["id"])
    await _a_night_passes(scene)
    seen = await staff.expect(200, "POST", "/v1/staff/audiences/preview", {"areas": [str(scene.home)]})
    story.tell(
        f"“{written['title']['en']}”, {len(written['questions'])} questions, for those who follow {NAME}. "
        "The preview is from a count of the night, in which nobody is to be found (here a night passes every "
        f"few seconds, and the newest are counted too): {seen['reached']} would be reached, "
        f"{seen['without_consent']} want no messages."
    )
    for phone in scene.those(lambda p: p.person.uninstalled):
        courier.answer(phone.address, fcm_replies.UNREGISTERED)
    for phone in scene.those(lambda p: p.person.burdened):
        courier.answer(phone.address, fcm_replies.unavailable(), fcm_replies.ACCEPTED)
    due = datetime.now(UTC) + timedelta(seconds=IN_S)
    message = {
        "title": said("Hva skal sentrum bli?", "What should the centre become?"),
        "body": said("Kommunen spør deg.", "The municipality asks you."),
        "send_at": due.isoformat(),
        "expires_at": (due + timedelta(days=7)).isoformat(),
    }
    launched = await staff.expect(200, "POST", f"/v1/staff/surveys/{scene.centre}/launch", {"campaign": message})
    campaign = UUID(launched["campaign"])
    story.tell("Launched: the survey is open, the worker freezes the audience, the messages are due in a moment.")
    await until(scene.stage, "the audience is frozen", lambda: _filled(scene, campaign))
    leaving = scene.those(lambda p: p.person.withdraws)
    await each(leaving, lambda phone: phone.choose("push_messages", False))
    in_time = datetime.now(UTC) < due
    story.count(
        len(leaving),
        "residents withdraw their consent to messages now, before these are due"
        if in_time
        else "residents withdrew their consent, but too late to be a test",
    )
    if not in_time:
        story.broken.append("withdrawals came before the messages were due")
    await until(scene.stage, "every message has met its fate", lambda: _settled(scene, campaign))
    await _tell_fates(scene, campaign)


async def _a_night_passes(scene: Scene) -> None:
    """Wait for a count that began after now: the one after the next. Here one is made every few seconds."""
    counts = set[UUID | None]()

    async def twice() -> bool:
        counts.add(await scene.stage.superuser.fetchval("select id from audience_snapshot"))
        return len(counts) > 2

    await until(scene.stage, "the residents have been counted", twice)


async def _filled(scene: Scene, campaign: UUID) -> bool:
    return bool(await scene.stage.superuser.fetchval("select filled from campaign where id = $1", campaign))


async def _settled(scene: Scene, campaign: UUID) -> bool:
    return not await scene.stage.superuser.fetchval(
        "select exists (select from delivery where campaign_id = $1 and state = 'queued')", campaign
    )


async def _tell_fates(scene: Scene, campaign: UUID) -> None:
    story, stage = scene.story, scene.stage
    rows = await stage.superuser.fetch(
        "select state, reason, count(*) as number from delivery where campaign_id = $1 group by 1, 2 order by 3 desc",
        campaign,
    )
    for row in rows:
        what = WHY.get((row["state"], row["reason"])) or WHY.get((row["state"], None))
        story.count(
            row["number"],
            f"messages {what or (row['state'], row['reason'])}"
            if row["state"] == "sent"
            else what or f"{row['state']}: {row['reason']}",
        )
    without = await stage.superuser.fetchval("select without_consent from campaign where id = $1", campaign)
    story.count(int(without), "withheld: they follow the district but never consented to messages")
    again = stage.courier.count - stage.courier.accepted
    story.count(again, "times the courier refused or was too busy; what could be tried again was, and arrived once")
    story.stored(
        "that a message to a device was sent or withheld, and why; to be deleted with the campaign",
        "what became of it on the phone; the courier saw an opaque tag, no title, no survey, no district",
    )
