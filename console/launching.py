"""What staff read before they open a survey: whom it is for, how many, what they get, when, and what follows."""

from typing import Any

from base.database import Work
from base.errors import NotFound
from base.tenant import Tenant
from console import survey_facts
from console.page import Page, PageRequest
from municipality import audit
from municipality.directory import town
from municipality.roles import WRITERS
from push.audiences import counting
from push.audiences.rounding import rounded
from push.campaigns.preview import preview
from push.delivery.policy import read_policy
from surveys import drafting, launch, survey
from surveys.drafts import SurveyWasLaunched
from surveys.eligibility import counted_among
from surveys.forms.proofreading import estimated_minutes


async def summary(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """A draft as it would go out; NotFound for any other survey."""
    try:
        await drafting.refuse_unfinished(asked.id())
        draft = await drafting.read(asked.id())
    except (drafting.SurveyIsUnfinished, SurveyWasLaunched):
        raise NotFound() from None
    found = await survey.read_survey(asked.id())
    await audit.record(work, "launch_survey_page", "viewed", found.id)
    document, here = found.document, await town(work)
    audience, part = counted_among(document)
    counted = await counting.count_audience(work, audience, ["all"])
    k = max(await counting.smallest_group(work, counted.night), document.smallest_group)
    woken = await preview(work, launch.meant(document), document.languages)
    places, rules = await survey_facts.inviting(found, here.timezone, asked.language)
    hindered = await launch.hindrances(work, found, attests=asked.attests)
    return {
        "survey": {
            "id": found.id,
            "title": document.title,
            "assurance": document.assurance,
            "opens_at": document.opens_at,
            "closes_at": document.closes_at,
            "questions": sum(1 for one in survey_facts.asked(found, asked.language) if one["number"]),
            "minutes": estimated_minutes(document),
        },
        "timezone": here.timezone,
        "whom": await survey_facts.whom(found, places, asked.language),
        "places": places,
        "rules": rules,
        "many": None if counted.night is None else rounded(counted.cells["all", part], k),
        "woken": None if woken.counted_on is None else woken.reached,
        "k": k,
        "second_person": (await read_policy(work))[0].second_person,
        "hindrances": [(one.pointer, one.in_language([asked.language])) for one in hindered],
        "data": {
            "survey": {"id": str(found.id), "title": document.title, "languages": document.languages},
            "woken": woken.reached,
            "announcement": draft.plan.get("message"),
        },
    }


PAGES: list[Page] = [
    Page(
        path="/console/surveys/{id}/launch",
        template="survey_launch.html",
        roles=WRITERS,
        menu="overview",
        script="survey-launch.js",
        texts=("launch",),
        context=summary,
    ),
]
"""Its pages; where a path fits several, the first counts."""
