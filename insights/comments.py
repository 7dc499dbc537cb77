"""Comments that were approved, to the questions of a release that say how many answered them.

Where a release leaves that number out, comments would tell of a group that it hides; so they are left out with it.
"""

from uuid import UUID

from base.database import Work
from insights.models import Release
from insights.releases import published
from surveys.box import comments
from surveys.models import Comment
from surveys.survey import read


async def approved(work: Work, release: Release, question: str | None, after: UUID | None, limit: int) -> list[Comment]:
    """Approved comments in the order of their random ids, from the one after `after` on; to one question or to all."""
    shown, _ = await questions(work, release)
    return await comments.published(release.survey_id, [k for k in shown if question in (None, k)], after, limit)


async def questions(work: Work, release: Release) -> tuple[list[str], list[str]]:
    """The questions whose comments are shown, and those whose comments are left out with their number."""
    document = (await read(release.survey_id)).document
    told = {one["key"]: one for one in published(release).content["questions"]}
    shown: list[str] = []
    withheld: list[str] = []
    for key in comments.asks_for_words(document):
        asked = next(one for one in document.questions if one.key == key)
        other = next((o.key for o in getattr(asked, "options", ()) if getattr(o, "other", False)), None)
        hidden = any(cell["value"] == other and cell["suppressed"] for cell in told[key]["cells"])
        (withheld if told[key]["answered"] is None or hidden else shown).append(key)
    return shown, withheld
