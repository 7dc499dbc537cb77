"""What one act of the rehearsal hands to the next."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from rehearsal.phone import Phone
from rehearsal.stage import Stage
from rehearsal.story import Story

AT_ONCE = 16
T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True)
class Scene:
    """The stage, the story, the people, and what has come about."""

    stage: Stage
    story: Story
    dice: random.Random
    home: UUID = field(init=False)
    next_town: UUID | None = None
    phones: list[Phone] = field(default_factory=list)
    centre: UUID = field(init=False)
    monument: UUID = field(init=False)
    walked: list[tuple[float, float]] = field(default_factory=list)
    accepted: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)

    def those(self, wanted: Callable[[Phone], bool]) -> list[Phone]:
        """The phones of some people."""
        return [phone for phone in self.phones if wanted(phone)]


async def each(items: Iterable[T], act: Callable[[T], Awaitable[R]]) -> list[R]:
    """Do something for each, several at once; what came of each, in order."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(item: T) -> R:
        async with turn:
            return await act(item)

    return list(await asyncio.gather(*(one(item) for item in items)))


PATIENCE_S = 60.0


async def until(stage: Stage, what: str, reached: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something has come about. Raises TimeoutError, which says what did not, and what fell."""
    end = asyncio.get_running_loop().time() + PATIENCE_S
    while not await reached():
        if asyncio.get_running_loop().time() > end:
            raise TimeoutError(f"waited {PATIENCE_S:.0f} s in vain until {what}\n{stage.trouble()}")
        await asyncio.sleep(0.1)
