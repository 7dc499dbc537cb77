"""Counting in the snapshot of the night: every number that staff see of an audience, and whether it is large enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from base.database import Work
from base.errors import Conflict
from base.sql import load
from municipality import directory
from push import criteria, snapshot
from push.audiences import Audience
from push.criteria import Criterion
from push.guard import Sort, simplest
from push.normal import normal
from push.snapshot import Snapshot


class AudienceTooSmall(Conflict):
    """So few were counted last night that the message could point at somebody. Choose a larger audience."""


class NotCountedYet(Conflict):
    """Nobody has been counted here yet: residents are counted at night. Try again tomorrow."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted: by part and key; of which night; None before the first."""

    cells: Mapping[tuple[str, str], int]
    night: Snapshot | None

    def of(self, part: str) -> dict[str, int]:
        """One part of it, by key."""
        return {key: n for (name, key), n in self.cells.items() if name == part}

    @property
    def reached(self) -> int:
        """Those who would get a message."""
        return self.cells.get(("status", "reached"), 0)


async def count(work: Work, audience: Audience, statement: str = "reached.sql", *values: object) -> Counted:
    """Count an audience in the snapshot, by a statement of this room that goes on from counted.sql and gives part, key
    and number; its own `values` come first. What is counted is the simplest question that finds nearly the same.
    """
    night = await snapshot.newest(work)
    if night is None:
        return Counted({}, None)
    question = await _guarded(work, normal(audience.criterion()), await smallest_group(work, night))
    written = criteria.write_counted(question, 1 + len(values))
    flags = ", ".join(f"{flag} as f{place}" for place, flag in enumerate(written.flags)) or "true as everybody"
    sql = (load(__file__, "counted.sql") + load(__file__, statement)).format(flags=flags, holds=written.holds)
    rows: list[Any] = await work.fetch(sql, *values, *written.values)
    return Counted({(row["part"], row["key"]): row["n"] for row in rows}, night)


async def _guarded(work: Work, asked: Criterion | None, k: int) -> Criterion | None:
    """The question that is answered: without what few rows of the snapshot depend on."""
    if asked is None:
        return None
    lists: dict[str, set[Any]] = {name: set() for name in ("areas", "interests", "languages", "ages")}
    for _, leaf in asked.leaves():
        for name, values in lists.items():
            values.update(getattr(leaf, name) or ())
    rows = await work.fetch(load(__file__, "sorts.sql"), *[list(values) for values in lists.values()])
    sorts = [
        Sort(
            follows=row["follows"],
            language=row["language"],
            age=row["age"],
            areas=frozenset(row["areas"]),
            interests=frozenset(row["interests"]),
            number=row["number"],
        )
        for row in rows
    ]
    return normal(simplest(asked, sorts, k))


async def smallest_group(work: Work, night: Snapshot | None, own: int = 0) -> int:
    """The municipality's smallest group, or that of the night, or its `own`, where that is larger."""
    return await directory.smallest_group(work, max(own, 0 if night is None else night.smallest_group))


async def large_enough(work: Work, audience: Audience) -> None:
    """Raise AudienceTooSmall where fewer than the smallest group were counted last night, NotCountedYet before the
    first night. So a launch tells nothing that a preview does not.
    """
    counted = await count(work, audience)
    if counted.night is None:
        raise NotCountedYet()
    if counted.reached < await smallest_group(work, counted.night):
        raise AudienceTooSmall()
