"""Shaking the box before it is counted, so that what lies in it is tied to nothing and nobody."""

from uuid import UUID

from base.database import Work
from base.database import work as open_work
from base.jobs import system
from base.keys import KeyStore
from base.queries import Query, load_queries
from municipality.directory import smallest_group, today
from surveys.box import comments, locks, paper, sweeping
from surveys.box.codes import code_key
from surveys.box.issuing import issuer_key
from surveys.eligibility import participation_key
from surveys.models import Comment, Survey
from surveys.survey import read

sql = load_queries(__file__)
WORTH_A_SHAKE = 50
"""How many answers must be new for the box of an open survey to be shaken: each hides among these."""


async def shake(work: Work, survey_id: UUID) -> int:
    """Rewrite all that an open survey holds in random order, in this transaction; how many answers there are."""
    await locks.one_shake_at_a_time(work, survey_id)
    return await _write_anew(work, sql.shake, survey_id)


async def _write_anew(work: Work, query: Query, survey_id: UUID, **named: object) -> int:
    await work.execute(sql.sort_in_memory)
    count: int = await work.fetchval(query, survey=survey_id, **named)
    await Survey.filter(id=survey_id).update(shaken_on=await today(work))
    await sweeping.ask(work)
    return count


async def shake_if_due(work: Work, survey_id: UUID) -> bool:
    """Shake the box of an open survey: at most daily, and only where enough is new. A release follows."""
    await locks.one_shake_at_a_time(work, survey_id)
    survey = await read(survey_id)
    if survey.kind != "survey" or survey.state != "open" or survey.shaken_on == await today(work):
        return False
    new = await work.fetchval(sql.count_answers, survey=survey_id, shaken=False)
    if new < WORTH_A_SHAKE:
        return False
    await comments.part(work, survey, last=False)
    await shake(work, survey_id)
    await work.enqueue("insights.release", {"survey": str(survey_id)})
    return True


async def count(work: Work, survey_id: UUID) -> bool:
    """Shake the box of a closed survey a last time and count it; False where it was counted before.

    Who took part and which ballots were handed in is forgotten; under k in total everything is destroyed and nothing
    released, but for the opinions of a hearing. Whoever calls destroys the keys once this is committed.
    """
    await locks.alone(work, survey_id)
    survey = await read(survey_id)
    if survey.state != "closed":
        return False
    opinions = survey.kind == "hearing"  # They are read, every one; whoever gave one was told so.
    k = 1 if opinions else await smallest_group(work, survey.document.smallest_group)
    if not opinions:
        await comments.part(work, survey, last=True)
    by_code = survey.definition["assurance"] == "code"
    sheets = await paper.how_many(work, survey_id) if by_code else 0
    await locks.one_shake_at_a_time(work, survey_id)
    counted: int | None = await work.fetchval(sql.count_answers, survey=survey_id, shaken=None)
    kept = counted is not None and counted >= k
    await _write_anew(work, sql.count_box, survey_id, kept=kept)
    if not kept:
        counted = None
        await Comment.filter(survey_id=survey_id).delete()
    on_paper = paper.told(sheets, counted, k) if by_code else None
    await Survey.filter(id=survey_id).update(state="counted", counted=counted, on_paper=on_paper)
    if counted is not None and not opinions:
        await work.enqueue("insights.release", {"survey": str(survey_id)})
    return True


async def count_and_forget(municipality: UUID, survey_id: UUID, keys: KeyStore) -> None:
    """Count a closed survey, then destroy its keys. Done again after a crash it ends the same."""
    async with open_work(system(municipality)) as work:
        await count(work, survey_id)
        counted = (await read(survey_id)).state in ("counted", "published")
    if counted:
        for name in (issuer_key(survey_id), participation_key(survey_id), code_key(survey_id)):
            keys.destroy(name)
