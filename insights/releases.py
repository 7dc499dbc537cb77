"""Releases of a survey: made after a shake, frozen, and the only thing that planners and the public ever read."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from base.database import Work
from base.errors import NotFound
from insights import ground
from insights.protection import CannotProtect
from insights.structure import Structure, structure_of
from insights.suppression import Published, TooFewNew, suppress, thaw
from insights.tabulation import Tally
from municipality.directory import smallest_group, today
from surveys.box import sweeping
from surveys.box.locks import one_shake_at_a_time
from surveys.box.receipts import how_many_counted
from surveys.survey import Survey, read

GROWN = 1.5
"""A survey that is still open is released again when its counted answers have grown this much: every release is one
more thing that the next must be held against, and numbers that move by a hair help nobody."""


class NoSuchRelease(NotFound):
    """There is no such release."""


@dataclass(frozen=True, slots=True)
class Release:
    """A frozen table of a survey: its number, the day it was made, and what may be shown."""

    survey: UUID
    number: int
    released_on: date
    answers: int
    published: Published

    @property
    def content(self) -> dict[str, Any]:
        """The whole release as JSON, every text in each of its languages."""
        frozen = self.published.content
        return {"number": self.number, "released_at": self.released_on.isoformat(), **frozen}


_MOST = 2**31 - 1
_COLUMNS = "survey_id, number, released_on, answers, content"


async def publish(work: Work, survey_id: UUID) -> Release | None:
    """Release what has been counted of a survey, if that can be done: None where it cannot, or there is nothing new.

    Reads shaken answers only. Done again after a crash it makes no second release. The box of a hearing's opinions is
    not counted: they are read.
    """
    await one_shake_at_a_time(work, survey_id)
    survey = await read(work, survey_id)
    is_last = survey.state == "counted"
    if survey.kind != "survey":
        return None
    if survey.state != "open" and (not is_last or survey.counted is None):
        return None
    before = await work.fetchrow(
        "select number, answers from release where survey_id = $1 order by number desc limit 1", survey_id
    )
    answers = await how_many_counted(work, survey_id)
    release = None
    if is_last or before is None or answers >= GROWN * before["answers"]:
        release = await _make(work, survey, 0 if before is None else before["number"], is_last)
    if is_last:
        await ground.forget(work, survey_id)
        await sweeping.ask(work)  # The ground has exact numbers of small groups; it leaves the disk too.
        await work.execute("update survey set state = 'published' where id = $1 and state = 'counted'", survey_id)
    return release


async def _make(work: Work, survey: Survey, before: int, is_last: bool) -> Release | None:
    document = survey.document
    k = await smallest_group(work, document.smallest_group)
    structure = await asyncio.to_thread(structure_of, document)
    tally = await ground.count(work, structure, survey.id)
    try:
        # Off the event loop: it is arithmetic, for a large survey with breakdowns some seconds of it.
        published, content, kept = await asyncio.to_thread(
            _suppressed, structure, tally, k, await ground.stored(work, survey.id)
        )
    except (TooFewNew, CannotProtect):
        return None
    release = Release(survey.id, before + 1, await today(work), tally.answers, published)
    await work.execute(
        "insert into release (id, municipality_id, survey_id, number, released_on, answers, content) "
        "values ($1, $2, $3, $4, $5, $6, $7)",
        *(uuid4(), work.municipality, survey.id, release.number, release.released_on, release.answers, content),
    )
    if not is_last:
        await ground.keep(work, survey.id, release.number, kept)
    return release


def _suppressed(
    structure: Structure, tally: Tally, k: int, earlier: Sequence[ground.Stored]
) -> tuple[Published, str, ground.Stored]:
    published, issued = suppress(structure, tally, k, [ground.read_back(structure, row) for row in earlier])
    return published, json.dumps(published.content), ground.written(issued)


def _release(row: asyncpg.Record) -> Release:
    return Release(
        row["survey_id"], row["number"], row["released_on"], row["answers"], thaw(json.loads(row["content"]))
    )


async def latest(work: Work, survey_id: UUID) -> Release | None:
    """The youngest release of a survey."""
    row = await work.fetchrow(
        f"select {_COLUMNS} from release where survey_id = $1 order by number desc limit 1", survey_id  # noqa: S608 - our own column names
    )  # fmt: skip
    return None if row is None else _release(row)


async def release(work: Work, survey_id: UUID, number: int) -> Release:
    """One release. Raises NoSuchSurvey, NoSuchRelease."""
    await read(work, survey_id)
    row = await work.fetchrow(
        f"select {_COLUMNS} from release where survey_id = $1 and number = $2", survey_id, min(number, _MOST)  # noqa: S608 - our own column names
    )  # fmt: skip
    if row is None:
        raise NoSuchRelease()
    return _release(row)


async def result(work: Work, survey_id: UUID) -> Release:
    """What everybody may see of one survey: its last release, once it has been counted. Raises NoSuchRelease."""
    counted = await work.fetchval("select state = 'published' from survey where id = $1", survey_id)
    found = await latest(work, survey_id) if counted else None
    if found is None:
        raise NoSuchRelease()
    return found
