"""Counting in the snapshot of the night: every number that staff see of an audience, and whether it is large enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from base.database import Work
from base.errors import Conflict
from base.queries import load_queries
from municipality import directory
from push.audiences import criteria, snapshot
from push.audiences.audience import Audience
from push.audiences.criteria import LISTS, Criterion
from push.audiences.inference_control import TraitGroup, simplified
from push.audiences.normal_form import normal_form
from push.models import AudienceSnapshot

sql = load_queries(__file__)


class AudienceTooSmall(Conflict):
    """So few were counted last night that the message could point at somebody. Choose a larger audience."""


class AudienceNotCounted(Conflict):
    """Nobody has been counted here yet: residents are counted at night. Try again tomorrow."""


@dataclass(frozen=True, slots=True)
class AudienceCount:
    """What was counted: by part and key; of which night; None before the first."""

    cells: Mapping[tuple[str, str], int]
    night: AudienceSnapshot | None

    def of(self, part: str) -> dict[str, int]:
        """One part of it, by key."""
        return {key: n for (name, key), n in self.cells.items() if name == part}

    @property
    def reached(self) -> int:
        """Those who would get a message."""
        return self.cells.get(("status", "reached"), 0)


async def count_audience(
    work: Work,
    audience: Audience,
    parts: Sequence[str] = ("status",),
    *,
    areas: Sequence[UUID] = (),
    interests: Sequence[str] = (),
) -> AudienceCount:
    """Count an audience in the snapshot: the named parts of `count_in_snapshot`, of areas and interests those named.

    What is counted is the simplest question that finds nearly the same.
    """
    night = await snapshot.newest_snapshot()
    if night is None:
        return AudienceCount({}, None)
    question = await _guarded(work, normal_form(audience.criterion()), await smallest_group(work, night))
    rows = await work.fetch(
        sql.count_in_snapshot,
        leaves=criteria.leaves_of(question),
        holds=criteria.predicate_of(question),
        parts=list(parts),
        areas=list(areas),
        interests=list(interests),
    )
    return AudienceCount({(row["part"], row["key"]): row["n"] for row in rows}, night)


async def _guarded(work: Work, asked: Criterion | None, k: int) -> Criterion | None:
    """The question that is answered: without what few rows of the snapshot depend on."""
    if asked is None:
        return None
    lists: dict[str, set[Any]] = {name: set() for name in LISTS}
    for _, leaf in asked.leaves():
        for name, values in lists.items():
            values.update(getattr(leaf, name) or ())
    rows = await work.fetch(sql.trait_groups, **{name: list(values) for name, values in lists.items()})
    return normal_form(simplified(asked, [_trait_group(row) for row in rows], k))


def _trait_group(row: asyncpg.Record) -> TraitGroup:
    traits = {
        "areas": frozenset(row["areas"]),
        "interests": frozenset(row["interests"]),
        "languages": frozenset([row["language"]]),
        "ages": frozenset([row["age"]]),
    }
    known = [
        "languages",
        *(["areas", "interests"] if row["follows"] else []),
        *(["ages"] if row["age"] is not None else []),
    ]
    return TraitGroup(traits, frozenset(known), row["number"])


async def smallest_group(work: Work, night: AudienceSnapshot | None, own: int = 0) -> int:
    """The municipality's smallest group, or that of the night, or its `own`, where that is larger."""
    return await directory.smallest_group(work, max(own, 0 if night is None else night.smallest_group))


async def require_large_enough(work: Work, audience: Audience) -> None:
    """Raise AudienceTooSmall where fewer than the smallest group were counted last night, AudienceNotCounted before the
    first night. So a launch tells nothing that a preview does not.
    """
    counted = await count_audience(work, audience)
    if counted.night is None:
        raise AudienceNotCounted()
    if counted.reached < await smallest_group(work, counted.night):
        raise AudienceTooSmall()
