"""Handing over a campaign's deliveries: lease a batch, ask the permits, send, write down what became of it.

Towards the courier at least once: a worker that is killed leaves its lease to run out, and another one sends what it
held again, under the same tags, so that a phone shows each message once.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from base.clock import monotonic, now
from base.database import work
from base.rows import failed, halving, is_of_all
from base.transaction import DatabaseIsAway
from consent.permits import PermitExpired
from push.couriers.courier import WakeUp
from push.couriers.outcomes import CourierReply, ReplyCode, SendOutcome, decide_outcome
from push.couriers.payload import MessagePayloads
from push.delivery import leases
from push.delivery.batch import Batch, SendRun
from push.delivery.leases import DeliveryResult, LeasedDelivery
from push.delivery.policy import read_policy, sent_last_week
from push.models import Campaign


async def deliver(run: SendRun) -> None:
    """Send what is due, in several tasks, until nothing is left to lease or the run is over.

    A task that fails ends no other: each records what became of its own batch before anything is raised.
    """
    ended = await asyncio.gather(*(_send_batches(run) for _ in range(run.tasks)), return_exceptions=True)
    for error in ended:
        if error is not None:
            raise error


async def _send_batches(run: SendRun) -> None:
    while monotonic() < run.until:
        batch = await _lease(run)
        if batch is None:
            return
        results: list[DeliveryResult] = []
        try:
            await _send_all(batch, results)
        finally:
            await asyncio.shield(_record(run, results))
        run.sent += sum(each.state == "sent" for each in results)


async def _record(run: SendRun, results: Sequence[DeliveryResult]) -> None:
    """Write down what became of a batch: all at once or, where that fails, each result that can be written down.

    While the database is away this waits for it, as long as nobody else may take the batch up.
    """

    async def write(some: Sequence[DeliveryResult]) -> None:
        async with work(run.tenant) as unit:
            await leases.record(unit, some)

    until = monotonic() + run.lease_s / 4
    while True:
        try:
            await halving("push.record", results, write)
            return
        except DatabaseIsAway:
            if monotonic() >= until:
                raise
            await asyncio.sleep(min(1.0, run.lease_s / 20))


async def _lease(run: SendRun) -> Batch | None:
    """Lease a batch and ask its permits, in one transaction; None where nothing is to be sent just now."""
    async with work(run.tenant) as unit:
        campaign = await Campaign.get_or_none(id=run.campaign)
        if campaign is None or campaign.state == "recalled":
            return None
        if campaign.expires_at <= now():
            await leases.expire(unit, run.campaign)
            return None
        lease, blocked = timedelta(seconds=run.lease_s), run.breaker.blocked_routes()
        leased = await leases.lease_batch(unit, run.campaign, run.batch_size, lease, blocked)
        if not leased:
            return None
        random.shuffle(leased)  # Nobody's place in a burst is the same from one message to the next.
        policy, zone = await read_policy(unit)
        batch = Batch(
            run=run,
            campaign=campaign,
            policy=policy,
            zone=zone,
            deliveries=leased,
            leased_at=monotonic(),
            payloads=MessagePayloads(campaign) if policy.encrypted else None,
        )
        if policy.caps:
            batch.sent_before = await sent_last_week(unit, [each.resident for each in leased], run.campaign)
        await batch.ask(unit)
        return batch


async def _send_all(batch: Batch, results: list[DeliveryResult]) -> None:
    """Send a batch, adding what became of each delivery as soon as it is known."""
    waiting = iter(batch.deliveries)

    async def one_after_another() -> None:
        for delivery in waiting:
            results.append(await _send_one(batch, delivery))

    concurrency = min(batch.run.concurrency, len(batch.deliveries))
    await asyncio.gather(*(one_after_another() for _ in range(concurrency)))


async def _send_one(batch: Batch, delivery: LeasedDelivery) -> DeliveryResult:
    """What became of one delivery: whatever goes wrong with it is its own result, and nobody else's."""
    try:
        return await _send(batch, delivery)
    except DatabaseIsAway:
        return DeliveryResult(delivery, "queued", unstarted=True)
    except BaseException as error:
        if is_of_all(error):
            raise
        failed("push.deliver", error)
        return _result(delivery, _outcome(delivery, CourierReply(ReplyCode.BROKE), proven=False))


async def _send(batch: Batch, delivery: LeasedDelivery) -> DeliveryResult:
    """Hand one message over, if it is still to be sent and its resident still consents; else what became of it."""
    while True:
        checked = batch.check(delivery)
        if isinstance(checked, DeliveryResult):
            return checked
        try:
            reply = await checked.courier.send(checked.permit, checked.wake_up)
        except PermitExpired:
            await batch.renew(checked.permit)
            continue
        return _answered(batch.run, delivery, checked.wake_up, reply)


def _answered(run: SendRun, delivery: LeasedDelivery, wake_up: WakeUp, reply: CourierReply) -> DeliveryResult:
    outcome = _outcome(delivery, reply, proven=run.breaker.proven(delivery.courier))
    run.breaker.record(wake_up, outcome)
    return replace(_result(delivery, outcome), unstarted=reply.code is ReplyCode.HELD_BACK)


def _outcome(delivery: LeasedDelivery, reply: CourierReply, *, proven: bool) -> SendOutcome:
    jitter = random.random()  # noqa: S311 - spreads waiting, hides nothing
    return decide_outcome(reply, starts=delivery.starts, jitter=jitter, proven=proven)


def _result(delivery: LeasedDelivery, outcome: SendOutcome) -> DeliveryResult:
    if outcome.delivery == "retry":
        return DeliveryResult(delivery, "queued", outcome.reason, now() + timedelta(seconds=outcome.wait_s))
    reason = None if outcome.reason == ReplyCode.ACCEPTED else outcome.reason
    return DeliveryResult(delivery, outcome.delivery, reason, remove_address=outcome.address == "remove")
