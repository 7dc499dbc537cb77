"""The slot of the box: what is handed in while a statement is under way goes in together with the next one.

One statement is one transaction: the answers of it are spent and stored together or not at all, and none is
acknowledged before that is committed.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import asyncpg

from base.clock import now
from base.statements import at_once
from base.tenant import Tenant
from surveys.box import locks

MOST: Final = 48
"""How many answers go in together at most: each holds a lock of its ballot's, and PostgreSQL has room for 64 of one
transaction's at least."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One answer with the mark of its ballot (32 bytes), the hash of its body, and that of its receipt's secret."""

    mark: bytes
    body_hash: bytes
    answers: str
    receipt_hash: bytes


Waiting = list[tuple[Submission, "asyncio.Future[bool | None]"]]


@dataclass(slots=True)
class _Slot:
    tenant: Tenant
    survey: UUID
    loop: asyncio.AbstractEventLoop
    waiting: Waiting = field(default_factory=list)
    at_work: "asyncio.Task[None] | None" = None

    @property
    def name(self) -> tuple[UUID, UUID]:
        return self.tenant.municipality, self.survey

    async def empty(self) -> None:
        """Put in what waits until nothing does."""
        batch: Waiting = []
        try:
            while self.waiting:
                batch, self.waiting = self.waiting[:MOST], self.waiting[MOST:]
                await self._put_in(batch)
        finally:
            if _slots.get(self.name) is self:
                del _slots[self.name]
            for _, told in [*batch, *self.waiting]:  # Those who have been told do not mind.
                told.cancel()

    async def _put_in(self, batch: Waiting) -> None:
        try:
            taken = await _hand_in(self.tenant, self.survey, [sheet for sheet, _ in batch])
            said: Sequence[bool | None] = taken or [None] * len(batch)
            answered = list(zip(batch, said, strict=True))
        except asyncpg.PostgresError as refused:
            if len(batch) > 1:  # One that the database would not have must not keep the others out.
                for one in batch:
                    await self._put_in([one])
                return
            _tell(batch, refused)
        except BaseException as failed:
            _tell(batch, failed)
            if not isinstance(failed, Exception):
                raise
        else:
            for (_, told), result in answered:
                if not told.done():
                    told.set_result(result)


_slots: dict[tuple[UUID, UUID], _Slot] = {}


def _tell(batch: Waiting, failed: BaseException) -> None:
    for _, told in batch:
        if not told.done():
            told.set_exception(failed) if isinstance(failed, Exception) else told.cancel()


async def put_in(tenant: Tenant, survey: UUID, sheet: Submission) -> bool | None:
    """Spend a ballot and store its answer, both or neither, committed when this returns.

    True where the ballot now lies in the box with this very body, whether it came just now or before; False where it
    came with another, or the box was shaken since; None where the survey takes no answers. Raises DatabaseIsAway:
    then it is not known, and may be asked again.
    """
    loop = asyncio.get_running_loop()
    name = (tenant.municipality, survey)
    slot = _slots.get(name)
    if slot is None or slot.loop is not loop:
        slot = _slots[name] = _Slot(tenant, survey, loop)
    told: asyncio.Future[bool | None] = loop.create_future()
    slot.waiting.append((sheet, told))
    if slot.at_work is None:
        slot.at_work = loop.create_task(slot.empty())
    return await told


async def _hand_in(tenant: Tenant, survey: UUID, sheets: list[Submission]) -> list[bool] | None:
    taken: list[bool] | None = await at_once(
        tenant,
        "hand_in",
        survey,
        now(),
        locks.acceptance(survey),
        [sheet.mark for sheet in sheets],
        [sheet.body_hash for sheet in sheets],
        [sheet.answers for sheet in sheets],
        [sheet.receipt_hash for sheet in sheets],
    )
    return taken
