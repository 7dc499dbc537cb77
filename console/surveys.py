"""What the pages about surveys are told: where each is in its life, and what it has found."""

from typing import Any, Final

from base.database import Work
from base.errors import NotFound
from base.tenant import Tenant
from console import survey_facts
from console.page import Page, PageRequest
from console.results import result
from console.sharing import shared
from insights import comments, releases
from insights.localized_release import whole
from insights.models import Release
from municipality import audit
from municipality.directory import smallest_group, town
from municipality.roles import WRITERS
from surveys import drafting, survey, wording
from surveys.box.rough_count import rough_counts
from surveys.drafts import SurveyWasLaunched
from surveys.forms.document import SurveyDocument

MOST_COMMENTS: Final = 200
"""So many comments are shown to those who read them."""


async def new(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """A survey that is to be written."""
    return {"smallest_group": await smallest_group(work)}


async def draft(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """A survey that is being written, finished or not; NotFound for any other."""
    try:
        found = await drafting.read(asked.id())
    except SurveyWasLaunched:
        raise NotFound() from None
    await audit.record(work, "edit_survey_page", "viewed", found.id)
    said = {"id": str(found.id), "version": found.version, "document": found.written, "plan": found.plan}
    return {
        "smallest_group": await smallest_group(work),
        "data": {"draft": {**said, "saved_at": found.saved_at.isoformat()}},
    }


async def one(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """A survey, its newest release, and what can be done with it."""
    found = await survey.read(asked.id())
    document = found.document
    shown = await releases.latest(found.id)
    await audit.record(work, "survey_page", "viewed", found.id)
    here = await town(work)
    places, rules = await survey_facts.inviting(found, here.timezone, asked.language)
    messages = await survey_facts.announced(found.id)
    return {
        "whom": await survey_facts.whom(found, places, asked.language),
        "rules": rules,
        "questions": survey_facts.asked(found, asked.language),
        "messages": messages,
        "message_waits": next((one for one in messages if one["state"] == "waits"), None),
        "over": (await rough_counts(work, [found.id]))[found.id] if found.state == "open" else None,
        "share": shared(found, here, asked) if found.state == "open" else None,
        "survey": {
            "id": found.id,
            "state": state_shown(found.state, found.counted),
            "title": document.title,
            "intro": document.intro,
            "closes_at": found.closes_at,
            "closed_at": found.closed_at,
            "eligibility": {"kind": document.eligibility.kind},
            "assurance": document.assurance,
            "smallest_group": max(here.smallest_group, document.smallest_group),
            "languages": document.languages,
        },
        "release": None if shown is None else result(whole(shown), asked.language),
        "launched": "launched" in asked.query and found.state == "open",
        "corrections": await wording.corrections(found.id),
        "writes": tenant.has(WRITERS),
        "published": [] if shown is None or tenant.has(WRITERS) else await _published(work, shown, document),
        "data": {
            "survey": {
                "id": str(found.id),
                "title": document.title,
                "comments": tenant.has(WRITERS) and found.state in ("counted", "published"),
                "labels": {question.key: question.label for question in document.questions},
            }
        },
    }


async def _published(work: Work, release: Release, document: SurveyDocument) -> list[dict[str, Any]]:
    """The approved comments to each question, for those who do not moderate."""
    approved = await comments.approved(work, release, None, None, MOST_COMMENTS)
    labels = {question.key: question.label for question in document.questions}
    return [
        {"label": labels[key], "bodies": [one.body for one in approved if one.question == key]}
        for key in dict.fromkeys(one.question for one in approved)
    ]


async def sheets(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """An open survey that is answered with codes, and so on paper too; NotFound for any other."""
    found = await survey.read(asked.id())
    if found.state != "open" or found.definition["assurance"] != "code":
        raise NotFound()
    await audit.record(work, "survey_sheets_page", "viewed", found.id)
    return {
        "survey": {"id": found.id, "title": found.document.title},
        "data": {"survey": {"id": str(found.id), "questions": found.document.stored()["questions"]}},
    }


async def words(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """An open survey, whose words can be corrected; NotFound for any other."""
    found = await survey.read(asked.id())
    if found.state != "open":
        raise NotFound()
    await audit.record(work, "survey_wording_page", "viewed", found.id)
    return {"survey": {"id": found.id}, "data": {"survey": {"id": str(found.id), "document": found.document.stored()}}}


def state_shown(state: str, counted: int | None) -> str:
    """The state as staff know it: one whose answers were too few to count is `destroyed`."""
    if state in ("counted", "published"):
        return "counted" if counted is not None else "destroyed"
    return state


PAGES: list[Page] = [
    Page(
        path="/console/surveys/new",
        template="survey_edit.html",
        roles=WRITERS,
        menu="overview",
        script="survey-edit.js",
        texts=("survey", "map", "counted"),
        draws_questions=True,
        frames=True,
        context=new,
    ),
    Page(
        path="/console/surveys/{id}/edit",
        template="survey_edit.html",
        roles=WRITERS,
        menu="overview",
        script="survey-edit.js",
        texts=("survey", "map", "counted"),
        draws_questions=True,
        frames=True,
        context=draft,
    ),
    Page(
        path="/console/surveys/{id}/wording",
        template="survey_words.html",
        roles=WRITERS,
        menu="overview",
        script="survey-words.js",
        texts=("result",),
        context=words,
    ),
    Page(
        path="/console/surveys/{id}/sheets",
        template="survey_sheets.html",
        roles=WRITERS,
        menu="overview",
        script="survey-sheets.js",
        texts=("sheets", "app", "map"),
        draws_questions=True,
        context=sheets,
    ),
    Page(
        path="/console/surveys/{id}",
        template="survey.html",
        menu="overview",
        script="survey-page.js",
        texts=("result", "secret", "share"),
        context=one,
    ),
]
"""Its pages; where a path fits several, the first counts."""
