"""The project's quota at a courier, shared by all workers: nobody sends what the courier would refuse.

A bucket in the database fills by its own clock and is emptied by lots: a worker takes a twentieth of a second's
worth at a time and spends that alone, so that a message costs a subtraction. What a killed
worker had taken is lost to it.
"""

import asyncio
from typing import Final

from base.clock import monotonic
from base.database import work
from base.queries import load_queries

sql = load_queries(__file__)
LOTS_A_SECOND: Final = 20
PATIENCE_S: Final = 5.0
"""How long a message waits for the quota with a worker before it is put back."""


class OverBudget(Exception):
    """The quota is spent for now."""


class RateBudget:
    """How many requests a courier may get a minute, over all workers that share the database."""

    def __init__(self, courier: str, per_minute: int, *, patience_s: float = PATIENCE_S) -> None:
        self._courier = courier
        self._per_second = per_minute / 60
        self._lot = max(1.0, self._per_second / LOTS_A_SECOND)
        self._patience_s = patience_s
        self._left = 0.0
        self._taking = asyncio.Lock()

    async def take(self) -> None:
        """Take leave to make one request. Raises OverBudget where none came in time."""
        until = monotonic() + self._patience_s
        while self._left < 1:
            async with self._taking:
                if self._left < 1:
                    self._left += await self._lease()
                if self._left < 1:
                    if monotonic() >= until:
                        raise OverBudget
                    await asyncio.sleep(min(self._lot / self._per_second, 0.5))
        self._left -= 1

    async def _lease(self) -> float:
        async with work(None) as unit:
            await unit.execute("set local synchronous_commit = off")  # A lot lost in a crash is a lot not sent.
            granted: float | None = await unit.fetchval(
                sql.take_from_budget, courier=self._courier, per_second=self._per_second, most=self._lot
            )
            if granted is None:
                await unit.execute(sql.open_budget, courier=self._courier, amount=self._lot)
        return granted or 0.0
