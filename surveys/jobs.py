"""What surveys do by themselves: close in time, be counted, have their box shaken."""

from typing import Any
from uuid import UUID

from base.database import work
from base.jobs import Job, system
from base.keys import KeyStore
from base.mail import Post
from base.rows import each
from surveys.box.closing import close_if_open, due_to_close
from surveys.box.shaking import count_and_forget, shake_if_due
from surveys.box.sweeping import JOB, sweep
from surveys.hearings import confirmations
from surveys.models import Survey


def jobs(keys: KeyStore, post: Post | None = None, origin: str = "") -> list[Job]:
    """The jobs of this room; `post` carries letters, with links below `origin`."""

    async def close_all_due(municipality: UUID, _: dict[str, Any]) -> None:
        async with work(system(municipality)):
            due = await due_to_close()

        async def close_one(survey: UUID) -> None:
            async with work(system(municipality)) as w:
                await close_if_open(w, survey)

        await each("surveys.close_due", due, close_one)

    async def count_one(municipality: UUID, payload: dict[str, Any]) -> None:
        await count_and_forget(municipality, UUID(payload["survey"]), keys)

    async def shake_all_due(municipality: UUID, _: dict[str, Any]) -> None:
        async with work(system(municipality)) as w:
            for survey in await Survey.filter(state="open").only("id").order_by("id"):
                await w.enqueue("surveys.shake_one", {"survey": str(survey.id)}, key=f"surveys.shake_one/{survey.id}")

    async def shake_one(municipality: UUID, payload: dict[str, Any]) -> None:
        async with work(system(municipality)) as w:
            await shake_if_due(w, UUID(payload["survey"]))

    async def sweep_up(_: UUID, __: dict[str, Any]) -> None:
        await sweep()

    async def confirm_one(municipality: UUID, payload: dict[str, Any]) -> None:
        if post is not None:
            await confirmations.send(
                municipality, UUID(payload["address"]), [payload["language"]], keys, post=post, origin=origin
            )

    return [
        Job("surveys.confirm", confirm_one, starts=30),
        Job("surveys.close_due", close_all_due, every_s=30),
        Job("surveys.count", count_one),
        Job(JOB, sweep_up, concurrency=1),
        Job("surveys.shake", shake_all_due, every_s=3600),
        Job("surveys.shake_one", shake_one, starts=3),
    ]
