"""What insights do by themselves: a release after each shake."""

from typing import Any
from uuid import UUID

from base.database import work
from base.jobs import Job, system
from insights.releases import publish


def jobs() -> list[Job]:
    """The jobs of this room."""

    async def release(municipality: UUID, payload: dict[str, Any]) -> None:
        async with work(system(municipality)) as w:
            await publish(w, UUID(payload["survey"]))

    return [Job("insights.release", release, concurrency=1)]
