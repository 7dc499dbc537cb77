"""Handing over a campaign's deliveries: claim a chunk, ask the permits, send, write down what became of it.

Towards the courier at least once: a worker that is killed leaves its lease to run out, and another one sends what was
in its hands again, under the same tags, so that a phone shows each message once.
"""

import asyncio
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from base.clock import monotonic, now
from base.database import DatabaseIsAway, Work, work
from base.rows import failed, halving, is_of_all
from base.tenant import Tenant
from consent.gate import ask_many
from consent.permits import Permit, PermitExpired, PushMessages
from push import attention, claims
from push.claims import Claimed, Result
from push.couriers import Couriers
from push.letters import Letters
from push.lives import life_s
from push.manners import Manners, Sent, reader, sent_lately
from push.manners import read as read_manners
from push.outcomes import Answer, Outcome, Said, outcome
from push.pace import Pace
from push.senders import Interrupts, Parcel
from push.tags import name

LEASE_S = 60.0
"""How long a chunk is held, in seconds. Its messages are begun in the first half, so that they end within the lease."""
_INTERRUPTS: Mapping[str, Interrupts] = {
    "passive": "passive",
    "time_sensitive": "time-sensitive",
    "emergency": "time-sensitive",
}


@dataclass(slots=True)
class Round:
    """One worker's turn at one campaign: whose it is, by which couriers, for how long."""

    tenant: Tenant
    campaign: UUID
    couriers: Couriers
    key: bytes = field(repr=False)
    pace: Pace
    until: float
    chunk: int = 400
    width: int = 64
    hands: int = 3
    lease_s: float = LEASE_S
    sent: int = 0


@dataclass(slots=True)
class _Chunk:
    """What one hand holds: the deliveries, the permits as last asked, and what is to be respected."""

    round: Round
    importance: str
    due: datetime
    expires_at: datetime
    manners: Manners
    zone: ZoneInfo
    deliveries: Sequence[Claimed]
    claimed_at: float
    topic: str | None = None
    letters: Letters | None = None
    lately: Mapping[object, Sequence[Sent]] = field(default_factory=dict)
    permits: dict[UUID, Permit[PushMessages]] = field(default_factory=dict)
    wanted: dict[UUID, bool] = field(default_factory=dict)
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, work: Work) -> None:
        """Ask anew who still consents, and what is still to be sent."""
        self.wanted = await claims.still_wanted(work, [each.id for each in self.deliveries])
        self.permits = await ask_many(work, [each.resident for each in self.deliveries], PushMessages)

    async def renew(self, spent: Permit[PushMessages]) -> None:
        """Ask anew for the whole chunk, once for all who find their permit spent."""
        async with self.asking:
            if self.permits.get(spent.resident) is spent:
                async with work(self.round.tenant) as unit:
                    await self.ask(unit)


async def deliver(turn: Round) -> None:
    """Send what is due, with several hands, until nothing is left to claim or the turn is over.

    A hand that fails ends no other: each records what became of its own chunk before anything is raised.
    """
    ended = await asyncio.gather(*(_hand(turn) for _ in range(turn.hands)), return_exceptions=True)
    for error in ended:
        if error is not None:
            raise error


async def _hand(turn: Round) -> None:
    while monotonic() < turn.until:
        chunk = await _take(turn)
        if chunk is None:
            return
        results: list[Result] = []
        try:
            await _send_all(chunk, results)
        finally:
            await asyncio.shield(_record(turn, results))
        turn.sent += sum(each.state == "sent" for each in results)


async def _record(turn: Round, results: Sequence[Result]) -> None:
    """Write down what became of a chunk: all at once or, where that fails, each result that can be written down.

    While the database is away this waits for it, as long as nobody else may take the chunk up.
    """

    async def write(some: Sequence[Result]) -> None:
        async with work(turn.tenant) as unit:
            await claims.record(unit, some)

    until = monotonic() + turn.lease_s / 4
    while True:
        try:
            await halving("push.record", results, write)
            return
        except DatabaseIsAway:
            if monotonic() >= until:
                raise
            await asyncio.sleep(min(1.0, turn.lease_s / 20))


async def _take(turn: Round) -> _Chunk | None:
    """Claim a chunk and ask its permits, in one transaction."""
    async with work(turn.tenant) as unit:
        campaign = await unit.fetchrow(
            "select id, importance, coalesce(send_at, launched_at) as due, expires_at, state, topic, kind, "
            "subject_kind, subject_id, title, body from campaign where id = $1",
            turn.campaign,
        )
        if campaign is None or campaign["state"] == "recalled":
            return None
        if campaign["expires_at"] <= now():
            await claims.expire(unit, turn.campaign)
            return None
        taken = await claims.claim(unit, turn.campaign, turn.chunk, timedelta(seconds=turn.lease_s), turn.pace.closed())
        if not taken:
            return None
        random.shuffle(taken)  # Nobody's place in a burst is the same from one message to the next.
        manners, zone = await read_manners(unit)
        chunk = _Chunk(
            turn, campaign["importance"], campaign["due"], campaign["expires_at"], manners, zone, taken, monotonic(),
            campaign["topic"], _letters(campaign) if manners.encrypted else None,
        )  # fmt: skip
        if manners.caps:
            chunk.lately = await sent_lately(unit, [each.resident for each in taken], turn.campaign)
        await chunk.ask(unit)
        return chunk


def _letters(campaign: asyncpg.Record) -> Letters:
    names = ("kind", "importance", "subject_kind", "subject_id", "expires_at")
    title, body = json.loads(campaign["title"]), json.loads(campaign["body"])
    return Letters(campaign["id"], title, body, *(campaign[name] for name in names))


async def _send_all(chunk: _Chunk, results: list[Result]) -> None:
    """Send a chunk, adding what became of each delivery as soon as it is known."""
    waiting = iter(chunk.deliveries)

    async def one_after_another() -> None:
        for delivery in waiting:
            results.append(await _send_one(chunk, delivery))

    width = min(chunk.round.width, len(chunk.deliveries))
    await asyncio.gather(*(one_after_another() for _ in range(width)))


async def _send_one(chunk: _Chunk, delivery: Claimed) -> Result:
    """What became of one delivery: whatever goes wrong with it is its own result, and nobody else's."""
    try:
        return await _send(chunk, delivery)
    except DatabaseIsAway:
        return Result(delivery, "queued", unstarted=True)
    except BaseException as error:
        if is_of_all(error):
            raise
        failed("push.deliver", error)
        decided = outcome(Answer(Said.BROKE), starts=delivery.starts, dice=random.random(), proven=False)  # noqa: S311 - spreads waiting, hides nothing
        return _result(delivery, decided)


def _result(delivery: Claimed, decided: Outcome) -> Result:
    if decided.delivery == "retry":
        return Result(delivery, "queued", decided.reason, now() + timedelta(seconds=decided.wait_s))
    reason = None if decided.delivery == "sent" else decided.reason
    return Result(delivery, decided.delivery, reason, remove_address=decided.address == "remove")


async def _send(chunk: _Chunk, delivery: Claimed) -> Result:
    """Send one message, if it is still to be sent and its reader still consents."""
    turn = chunk.round
    while True:
        if delivery.id not in chunk.wanted:
            return Result(delivery, "recalled")
        if not chunk.wanted[delivery.id]:
            return Result(delivery, "withheld", "muted")
        permit = chunk.permits.get(delivery.resident)
        if permit is None:
            return Result(delivery, "withheld", "withdrawn")
        if delivery.kind is None:
            return Result(delivery, "gone", "no_address")
        courier = turn.couriers.get(delivery.kind)
        if courier is None:
            return Result(delivery, "failed", "no_courier")
        if delivery.starts > claims.MOST_LOST_STARTS:
            return Result(delivery, "failed", "gave_up")
        if (back := turn.pace.closed_until(delivery.road)) is not None:
            return Result(delivery, "queued", "courier_away", back, unstarted=True)
        if monotonic() - chunk.claimed_at > turn.lease_s / 2:
            return Result(delivery, "queued", unstarted=True)
        whose = reader(
            delivery.wishes, chunk.manners, chunk.zone, chunk.importance, chunk.lately.get(delivery.resident, ()),
            chunk.topic,
        )  # fmt: skip
        at = now()
        decision = attention.turn(whose, chunk.due, at, chunk.expires_at)
        if decision.now == "over":
            return Result(delivery, "expired")
        if decision.now == "waits":
            return Result(delivery, "deferred", decision.because, decision.until, unstarted=True)
        left_s = (chunk.expires_at - at).total_seconds()
        tag = name(turn.key, delivery.id, delivery.resident, whose, chunk.due)
        letter = None
        if chunk.letters is not None and whose.digest == "off" and (delivery.lock or delivery.kind == "webpush"):
            letter = chunk.letters.to(tag, delivery.locale)
        parcel = Parcel(
            tag, delivery.kind, delivery.address, delivery.platform, delivery.locale,
            life_s(turn.key, delivery.id, left_s), chunk.importance != "passive", letter=letter, lock=delivery.lock,
            interrupts=_INTERRUPTS.get(chunk.importance, "active"),
        )  # fmt: skip
        try:
            answer = await courier.send(permit, parcel)
        except PermitExpired:
            await chunk.renew(permit)
            continue
        proven = turn.pace.proven(delivery.courier)
        decided = outcome(answer, starts=delivery.starts, dice=random.random(), proven=proven)  # noqa: S311 - spreads waiting, hides nothing
        turn.pace.note(parcel, decided)
        return replace(_result(delivery, decided), unstarted=answer.said is Said.HELD_BACK)
