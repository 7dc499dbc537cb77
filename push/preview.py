"""What staff see of an audience before they write to it: rounded, hidden where few, and nothing found by asking twice.

Each number is guarded against its neighbours: where the same question without one of its criteria (or with it turned
round) would be answered by nearly the same residents, fewer than the smallest group apart, the answer is the
neighbour's, so that the difference of two answers never is a small group. A part that leaves fewer than that out is
shown as the whole. What was asked stands in the audit.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from base.clock import now
from base.database import Work
from municipality import audit
from municipality.directory import town
from push import criteria
from push.attention import Because, opening
from push.audiences import Audience, Question, ask
from push.counts import Count, shown
from push.manners import Wishes, reader
from push.manners import read as manners_of

Importance = Literal["passive", "active", "time_sensitive", "emergency"]


@dataclass(frozen=True, slots=True)
class Overlap:
    """A message of the last week that went to some of those who would be reached."""

    campaign: UUID
    title: Mapping[str, str]
    launched_at: datetime
    residents: Count


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a message would reach, rounded: by language, and by the district or interest that makes it theirs.

    `without_consent` are meant but have not agreed to messages, `without_address` have agreed but have no device that
    can be woken. Both find the message when they open the app. `waiting` would get it later: for quiet hours, the
    municipality's caps or their digest. `languages_missing` are read by at least the smallest group of those reached,
    and the message is not written in them; `in_another_language` would read it in one that is not theirs.
    """

    reached: Count
    without_consent: Count
    without_address: Count
    waiting: Mapping[Because, Count]
    in_another_language: Count
    languages_missing: list[str] = field(default_factory=list)
    by_language: dict[str, Count] = field(default_factory=dict)
    by_area: dict[UUID, Count] = field(default_factory=dict)
    by_interest: dict[str, Count] = field(default_factory=dict)
    overlaps: list[Overlap] = field(default_factory=list)


async def preview(
    work: Work, audience: Audience, written_in: Sequence[str] | None = None, importance: Importance = "active"
) -> Preview:
    """Count whom a message to this audience would reach now, written in these languages or else in the town's own.

    Raises Invalid for unknown districts, interests or ages.
    """
    await audience.check(work)
    here = await town(work)
    k = here.smallest_group
    asked = {"audience": audience.stored(), "importance": importance, "written_in": list(written_in or ())}
    await audit.record(work, "audience_counted", "viewed", detail=asked)
    areas, interests = audience.chosen_by()
    cells = {(row["part"], row["key"]): _guarded(row, k) for row in await _fetch(work, _question(audience, interests))}
    reached = cells["reached", None]

    def part(name: str, keys: Sequence[str]) -> dict[str, Count]:
        return {key: shown_part(cells.get((name, key), 0), reached, k) for key in keys}

    languages = sorted(key for name, key in cells if name == "language")
    written = {each.split("-")[0] for each in (here.languages if written_in is None else written_in)}
    unread = [each for each in languages if each.split("-")[0] not in written]
    by_area = part("area", [str(each) for each in areas])
    return Preview(
        reached=shown(reached, k),
        without_consent=shown(cells["without_consent", None], k),
        without_address=shown(cells["without_address", None], k),
        waiting=await _waiting(work, audience, importance, reached, k),
        in_another_language=shown_part(sum(cells["language", each] for each in unread), reached, k),
        languages_missing=[each for each in unread if cells["language", each] >= k],
        by_language=part("language", languages),
        by_area={UUID(key): count for key, count in by_area.items()},
        by_interest=part("interest", interests),
        overlaps=[
            Overlap(row["id"], json.loads(row["title"]), row["launched_at"], shown_part(row["n"], reached, k))
            for row in await _fetch(work, ask(audience, "overlap.sql"))
        ],
    )


def shown_part(exact: int, whole: int, k: int) -> Count:
    """A part as staff see it: hidden where few, and shown as the whole where it leaves few out."""
    return shown(whole if 0 < whole - exact < k else exact, k)


def _question(audience: Audience, interests: Sequence[str]) -> Question:
    """The preview's statement, with a neighbour for each criterion, fitting everybody and fitting nobody."""
    whole = audience.criterion()
    single = None if whole is None else whole.singled()
    guarded = Audience(where=single)
    written = criteria.write(single, 4, "$2")
    neighbours = [written.when(place, answer) for place in range(len(written.flags)) for answer in (True, False)]
    columns = "".join(f",\n        coalesce({each}, false) as n{place}" for place, each in enumerate(neighbours))
    near = [f"count(*) filter (where woken and meant <> n{place})" for place in range(len(neighbours))]
    other = [f"count(*) filter (where woken and n{place})" for place in range(len(neighbours))]
    return ask(
        guarded, "preview.sql", list(interests), neighbours=columns,
        near=f"array[{', '.join(near)}]::bigint[]", other=f"array[{', '.join(other)}]::bigint[]",
    )  # fmt: skip


def _guarded(row: asyncpg.Record, k: int) -> int:
    """A count, or that of the first neighbour that fewer than `k` residents tell it from."""
    for apart, neighbour in zip(row["near"] or (), row["other"] or (), strict=True):
        if 0 < apart < k:
            return int(neighbour)
    return int(row["n"])


async def _waiting(
    work: Work, audience: Audience, importance: Importance, reached: int, k: int
) -> dict[Because, Count]:
    manners, zone = await manners_of(work)
    counts: dict[Because, int] = {"quiet_hours": 0, "cap": 0, "digest": 0}
    for row in await _fetch(work, ask(audience, "waiting.sql")):
        wishes = Wishes(row["quiet_from"], row["quiet_to"], row["digest"], row["timezone"])
        because = opening(reader(wishes, manners, zone, importance, ()), now(), now()).because
        if because is not None:
            counts[because] += row["n"]
    if importance in ("passive", "active") and manners.caps:
        [row] = await _fetch(work, ask(audience, "capped.sql", manners.per_day, manners.per_week))
        counts["cap"] = row["count"]
    return {because: shown_part(n, reached, k) for because, n in counts.items()}


async def _fetch(work: Work, question: Question) -> list[Any]:
    return await work.fetch(question.sql, *question.values)
