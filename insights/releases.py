"""Releases of a survey: made after a shake, frozen, and the only thing that planners and the public ever read."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from base.database import Work
from base.errors import NotFound
from insights import release_ground
from insights.counting.structure import Structure, structure_of
from insights.counting.tabulation import Tally
from insights.disclosure_control.protection import CannotProtect
from insights.disclosure_control.suppression import Published, TooFewNew, suppress, thaw
from insights.models import Release
from municipality.directory import smallest_group, today
from surveys import models as surveys
from surveys.box import sweeping
from surveys.box.locks import one_shake_at_a_time
from surveys.box.receipts import how_many_counted
from surveys.models import Survey
from surveys.survey import read

GROWN = 1.5
"""A survey that is still open is released again when its counted answers have grown this much: every release is one
more thing that the next must be held against, and numbers that move by a hair help nobody."""


class NoSuchRelease(NotFound):
    """There is no such release."""


_MOST = 2**31 - 1


def published(release: Release) -> Published:
    """What may be shown of a release."""
    return thaw(release.content)


async def publish(work: Work, survey_id: UUID) -> Release | None:
    """Release what has been counted of a survey, if that can be done: None where it cannot, or there is nothing new.

    Reads shaken answers only. Done again after a crash it makes no second release. The box of a hearing's opinions is
    not counted: they are read.
    """
    await one_shake_at_a_time(work, survey_id)
    survey = await read(survey_id)
    is_last = survey.state == "counted"
    if survey.kind != "survey":
        return None
    if survey.state != "open" and (not is_last or survey.counted is None):
        return None
    before = await Release.filter(survey_id=survey_id).order_by("-number").only("id", "number", "answers").first()
    answers = await how_many_counted(work, survey_id)
    release = None
    if is_last or before is None or answers >= GROWN * before.answers:
        release = await _make(work, survey, 0 if before is None else before.number, is_last)
    if is_last:
        await release_ground.forget(survey_id)
        await sweeping.ask(work)  # The ground has exact numbers of small groups; it leaves the disk too.
        await surveys.Survey.filter(id=survey_id, state="counted").update(state="published")
    return release


async def _make(work: Work, survey: Survey, before: int, is_last: bool) -> Release | None:
    document = survey.document
    k = await smallest_group(work, document.smallest_group)
    structure = await asyncio.to_thread(structure_of, document)
    tally = await release_ground.count(work, structure, survey.id)
    try:
        # Off the event loop: it is arithmetic, for a large survey with breakdowns some seconds of it.
        shown, kept = await asyncio.to_thread(
            _suppressed, structure, tally, k, await release_ground.stored(work, survey.id)
        )
    except (TooFewNew, CannotProtect):
        return None
    release = await Release.create(
        survey_id=survey.id,
        number=before + 1,
        released_on=await today(work),
        answers=tally.answers,
        content=dict(shown.content),
    )
    if not is_last:
        await release_ground.keep(work, survey.id, release.number, kept)
    return release


def _suppressed(
    structure: Structure, tally: Tally, k: int, earlier: Sequence[release_ground.Stored]
) -> tuple[Published, release_ground.Stored]:
    published, issued = suppress(structure, tally, k, [release_ground.from_row(structure, row) for row in earlier])
    return published, release_ground.to_row(issued)


async def latest(survey_id: UUID) -> Release | None:
    """The youngest release of a survey."""
    return await Release.filter(survey_id=survey_id).order_by("-number").first()


async def release(work: Work, survey_id: UUID, number: int) -> Release:
    """One release. Raises NoSuchSurvey, NoSuchRelease."""
    await read(survey_id)
    found = await Release.get_or_none(survey_id=survey_id, number=min(number, _MOST))
    if found is None:
        raise NoSuchRelease()
    return found


async def result(survey_id: UUID) -> Release:
    """What everybody may see of one survey: its last release, once it has been counted. Raises NoSuchRelease."""
    found = await latest(survey_id) if await surveys.Survey.exists(id=survey_id, state="published") else None
    if found is None:
        raise NoSuchRelease()
    return found
