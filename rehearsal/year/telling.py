"""What residents were told: items of information, messages in each state, and a breach of their data."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from base import clock
from base.clock import monotonic, now
from base.database import Work, work
from consent import breaches
from consent.models import Breach
from consent.permits import Permit
from consent.purposes import PushMessages
from push.audiences import snapshot
from push.audiences.audience import Audience
from push.campaigns import campaigns, freezing
from push.campaigns.notices import send_notice
from push.campaigns.scheduling import continue_or_finish
from push.couriers.configured import Couriers
from push.couriers.courier import WakeUp
from push.couriers.outcomes import CourierReply, ReplyCode
from push.delivery import send_loop
from push.delivery.batch import SendRun
from push.delivery.circuit_breaker import CircuitBreaker
from push.delivery.policy import SendingPolicy, change_policy
from push.delivery.tags import tag_key
from push.models import Campaign
from rehearsal.year.house import House, Step, told
from surveys import information
from surveys.deadlines import deadline_of
from surveys.models import Information

_LAUNCHED: Final = ("done", "planned", "waiting", "recalled")
_SUBJECTS: Final = {"survey": "survey", "hearing": "hearing", "info": "news"}
"""The kinds of subjects of messages, and how this year calls what they are about."""


def steps() -> list[Step]:
    """Everything that was told."""
    return [
        Step("sending policy", -358, _policy),
        *(Step(f"news {key}", one["day"], partial(_publish, key, one)) for key, one in told("news").items()),
        *(Step(f"message {key}", one["day"], partial(_write, key, one)) for key, one in told("messages").items()),
        Step("breach", told("breach")["day"], _breach),
    ]


async def _policy(house: House) -> None:
    async with house.by_staff("siri", house.moment(-358), "change_manners", "changed") as unit:
        await change_policy(unit, SendingPolicy(quiet_from="21:00", quiet_to="07:00", per_day=2, per_week=5))


async def _publish(key: str, one: Mapping[str, Any], house: House) -> None:
    if await house.there(f"news {key}", Information):
        return
    at, until = house.moment(one["day"], "10:30"), one.get("until")
    async with house.by_staff("kari", at, "publish_information", "created"):
        item = Information(
            title=one["title"],
            body=one["body"],
            areas=house.many(one.get("areas", ())),
            interests=list(one.get("interests", ())),
            published_at=at,
            expires_at=None if until is None else house.moment(until, "23:00"),
        )
        house.note(f"news {key}", (await information.publish(item)).id)


async def _write(key: str, one: Mapping[str, Any], house: House) -> None:
    name, at = f"message {key}", house.moment(one["day"], "11:00")
    if not await house.there(name, Campaign):
        async with house.by_staff(one["author"], at, "write_campaign", "created") as unit:
            house.note(name, (await campaigns.create(unit, _draft(house, one), deadline_of)).id)
    if one["end"] not in _LAUNCHED:
        return
    with clock.at(at):
        async with work(house.system) as unit:
            await snapshot.take_snapshot(unit, 0, again=True)
    campaign = house.made(name)
    async with house.by_staff(one["author"], at, "launch_campaign", about=campaign) as unit:
        if (await campaigns.read(campaign)).state == "draft":
            await campaigns.launch(unit, campaign)
    if one["end"] in ("done", "recalled"):
        with clock.running_from(at):
            await _send(house, campaign)
    if one["end"] == "recalled":
        async with house.by_staff(one["author"], at + timedelta(minutes=7), "recall_campaign", about=campaign) as unit:
            if (await campaigns.read(campaign)).state != "recalled":
                await campaigns.recall(unit, campaign)


def _draft(house: House, one: Mapping[str, Any]) -> Campaign:
    about, send = one.get("about"), one.get("send")
    reminds = one.get("reminds")
    audience = Audience(areas=tuple(house.many(one.get("areas", ()))), interests=tuple(one.get("interests", ())))
    return Campaign(
        subject_kind=None if about is None else about[0],
        subject_id=None if about is None else house.made(f"{_SUBJECTS[about[0]]} {about[1]}"),
        audience=audience.stored(),
        title=one["title"],
        body=one["body"],
        importance=one.get("importance", "active"),
        kind=one.get("kind", "announcement"),
        reminds=None if reminds is None else house.made(f"message {reminds}"),
        send_at=None if send is None else house.moment(send, "17:00"),
        expires_at=house.moment(one["day"], "11:00") + timedelta(days=one["expires"]),
    )


async def _send(house: House, campaign: UUID) -> None:
    """As a worker would: freeze the audience, hand over what is due, and go on next day with what was put off."""
    couriers: Couriers = {"log": _Quiet()}
    async with work(house.system) as unit:
        await freezing.freeze(unit, campaign)
    for days in range(4):
        with clock.running_from(now() + timedelta(days=days)):
            if now() > house.journal.founded:
                return  # The worker does the rest.
            run = SendRun(
                tenant=house.system,
                campaign=campaign,
                couriers=couriers,
                key=tag_key(house.keys),
                breaker=CircuitBreaker(),
                until=monotonic() + 30,
            )
            await send_loop.deliver(run)
            async with work(house.system) as unit:
                await continue_or_finish(unit, campaign, 0, days)


class _Quiet:
    """Carries nothing anywhere, and says so to nobody: the year is filled in behind a terminal that somebody reads."""

    async def send(self, permit: Permit[PushMessages], wake_up: WakeUp) -> CourierReply:
        """As a courier that has taken it."""
        permit.check()
        return CourierReply(ReplyCode.ACCEPTED)

    async def close(self) -> None:
        """There is nothing to let go of."""


async def _breach(house: House) -> None:
    one = told("breach")
    at = house.moment(one["day"], "15:00")
    async with house.by_staff("amir", at, "tell_of_breach", "created") as unit:
        if not await Breach.all().exists():
            await _tell_of(unit, house, one)
        notice = await Campaign.filter(kind="notice", state="launched").first()
    if notice is not None:
        with clock.running_from(at):
            await _send(house, notice.id)


async def _tell_of(unit: Work, house: House, one: Mapping[str, Any]) -> None:
    text = breaches.BreachText(one["title"], one["happened"], one["consequences"], one["measures"], one["contact"])
    scope = breaches.BreachScope(house.moment(one["since"]), house.moment(one["until"]), one["purposes"])
    breach, whom = await breaches.publish(unit, text, scope)
    await send_notice(
        unit,
        whom,
        title=text.title,
        body=text.happened,
        notice="breach",
        expires_at=breach.published_at + breaches.STANDS,
        importance="time_sensitive",
    )
