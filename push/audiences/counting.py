"""Counting in the snapshot of the night: every number that staff see of an audience, and whether it is large enough."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from base.database import Work
from base.errors import Conflict
from municipality import directory
from push.audiences import snapshot
from push.audiences.audience import Audience
from push.audiences.columns import KNOWN, Columns, count
from push.audiences.criteria import LISTS, Criterion
from push.audiences.inference_control import simplified
from push.audiences.normal_form import normal_form
from push.models import AudienceSnapshot


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
    """Count an audience in the snapshot: the named parts of it (`_counted`), of areas and interests those named."""
    night = await snapshot.newest_snapshot()
    if night is None:
        return AudienceCount({}, None)
    asked, k = normal_form(audience.criterion()), await smallest_group(work, night)
    columns = await snapshot.read_columns(
        work, night, [_TRAITS[part] for part in parts if part in _TRAITS], _values(asked, areas, interests)
    )
    return AudienceCount(await asyncio.to_thread(_counted, columns, asked, k, parts, areas, interests), night)


_TRAITS: Final[Mapping[str, str]] = {"language": "languages", "manner": "manner", "had": "had", "message": "messages"}
"""Parts that are counted by every value of a trait."""


def _values(asked: Criterion | None, areas: Sequence[UUID], interests: Sequence[str]) -> dict[str, list[str]]:
    """What the question names of each list, and what it is counted by."""
    named: dict[str, set[str]] = {name: set() for name in LISTS}
    for _, leaf in asked.leaves() if asked is not None else ():
        for name, values in named.items():
            values.update(map(str, getattr(leaf, name) or ()))
    named["areas"].update(map(str, areas))
    named["interests"].update(interests)
    return {name: sorted(values) for name, values in named.items()}


def _counted(
    night: Columns,
    asked: Criterion | None,
    k: int,
    parts: Sequence[str],
    areas: Sequence[UUID],
    interests: Sequence[str],
) -> dict[tuple[str, str], int]:
    """What is counted of whom the simplest question that finds nearly the same means, by part and key.

    In `all` whoever is meant, whether or not a message would reach them; but for `status` the other parts count those
    reached. What nobody has is left out, but in `all`.
    """
    question = None if asked is None else normal_form(simplified(asked, night, k))
    meant = night.truth(question).yes
    reached = meant & night.has("status", "reached")
    found: dict[tuple[str, str], int] = {}
    if "all" in parts:
        found["all", "registered"] = count(meant)
        found["all", "at_places"] = count(meant & night.has(KNOWN, "at_places"))
    if "status" in parts:
        found.update((("status", value), n) for value, n in night.of("status", meant))
    for part, trait in _TRAITS.items():
        if part in parts:
            found.update(((part, value), n) for value, n in night.of(trait, reached))
    for part, trait, values in (("area", "areas", areas), ("interest", "interests", interests)):
        if part in parts:
            found.update(((part, str(each)), count(reached & night.has(trait, each))) for each in values)
    return {key: n for key, n in found.items() if n or key[0] == "all"}


async def smallest_group(work: Work, night: AudienceSnapshot | None, own: int = 0) -> int:
    """The municipality's smallest group, or that of the night, or its `own`, where that is larger."""
    return await directory.smallest_group(work, max(own, 0 if night is None else night.smallest_group))


async def require_large_enough(work: Work, audience: Audience) -> int:
    """How many were counted last night; AudienceTooSmall where they are fewer than the smallest group,
    AudienceNotCounted before the first night. So a launch tells nothing that a preview does not.
    """
    counted = await count_audience(work, audience)
    if counted.night is None:
        raise AudienceNotCounted()
    if counted.reached < await smallest_group(work, counted.night):
        raise AudienceTooSmall()
    return counted.reached
