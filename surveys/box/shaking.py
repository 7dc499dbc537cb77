"""Shaking the box before it is counted, so that what lies in it is tied to nothing and nobody."""

from uuid import UUID

from base.database import Work
from base.database import work as open_work
from base.jobs import system
from base.keys import KeyStore
from base.sql import load
from municipality.directory import smallest_group, today
from surveys.box import comments, locks, paper
from surveys.box.codes import code_key
from surveys.box.issuing import issuer_key
from surveys.eligibility import participation_key
from surveys.survey import read

_SHAKE = load(__file__, "shake.sql")
_UNTIL_OLD_READERS_HAVE_GONE_S = 20
WORTH_A_SHAKE = 50
"""How many answers must be new for the box of an open survey to be shaken: each hides among these."""


async def shake(work: Work, survey_id: UUID) -> int:
    """Rewrite all that a survey holds in random order, in this transaction; how many answers there are."""
    await locks.one_shake_at_a_time(work, survey_id)
    await work.execute("select set_config('work_mem', '64MB', true)")  # So that what is sorted stays off the disk.
    count: int = await work.fetchval(_SHAKE, survey_id, work.municipality)
    await work.execute("update survey set shaken_on = $2 where id = $1", survey_id, await today(work))
    await work.enqueue("surveys.sweep", delay_s=_UNTIL_OLD_READERS_HAVE_GONE_S, key="surveys.sweep")
    return count


async def shake_if_due(work: Work, survey_id: UUID) -> bool:
    """Shake the box of an open survey: at most daily, and only where enough is new. A release follows."""
    await locks.one_shake_at_a_time(work, survey_id)
    survey = await read(work, survey_id)
    if survey.kind != "survey" or survey.state != "open" or survey.shaken_on == await today(work):
        return False
    new = await work.fetchval("select count(*) from answer where survey_id = $1 and not shaken", survey_id)
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
    survey = await read(work, survey_id)
    if survey.state != "closed":
        return False
    opinions = survey.kind == "hearing"  # They are read, every one; whoever gave one was told so.
    k = 1 if opinions else await smallest_group(work, survey.document.smallest_group)
    if not opinions:
        await comments.part(work, survey, last=True)
    by_code = survey.definition["assurance"] == "code"
    sheets = await paper.how_many(work, survey_id) if by_code else 0
    counted: int | None = await shake(work, survey_id)
    for forgotten in ("participation", "spent_ballot", "survey_code"):
        await work.execute(f"delete from {forgotten} where survey_id = $1", survey_id)  # noqa: S608 - our own tables
    if counted is None or counted < k:
        counted = None
        for destroyed in ("answer", "receipt", "comment"):
            await work.execute(f"delete from {destroyed} where survey_id = $1", survey_id)  # noqa: S608 - our own tables
    await work.execute(
        "update survey set state = 'counted', counted = $2, on_paper = $3 where id = $1",
        survey_id,
        counted,
        paper.told(sheets, counted, k) if by_code else None,
    )
    if counted is not None and not opinions:
        await work.enqueue("insights.release", {"survey": str(survey_id)})
    return True


async def count_and_forget(municipality: UUID, survey_id: UUID, keys: KeyStore) -> None:
    """Count a closed survey, then destroy its keys. Done again after a crash it ends the same."""
    async with open_work(system(municipality)) as work:
        await count(work, survey_id)
        counted = (await read(work, survey_id)).state in ("counted", "published")
    if counted:
        for name in (issuer_key(survey_id), participation_key(survey_id), code_key(survey_id)):
            keys.destroy(name)
