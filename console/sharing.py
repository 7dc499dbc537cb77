"""How people get to a survey: its address, a square to photograph, words to send, a frame for a website, a poster."""

from typing import Any

import segno

from base.database import Work
from base.errors import NotFound
from base.tenant import Tenant
from console import survey_facts
from console.formats import picked
from console.page import Page, PageRequest
from municipality import audit
from municipality.directory import town
from municipality.models import Municipality
from surveys.addresses import address_of
from surveys.forms.proofreading import estimated_minutes
from surveys.models import Survey
from surveys.survey import read_survey


def square(address: str) -> str:
    """A QR code as SVG that grows with its place, black on white in the dark too."""
    return segno.make(address, error="m").svg_inline(scale=4, light="#fff", omitsize=True)


def shared(survey: Survey, here: Municipality, asked: PageRequest) -> dict[str, Any]:
    """All that a page needs to show how people get there."""
    address = address_of(asked.origin, here.number, survey.id)
    name = picked(here.name, asked.language)
    frame = f'<iframe src="{asked.origin}/embed/{here.number}" title="{name}" width="100%" height="600"></iframe>'
    return {
        "address": address,
        "square": square(address),
        "minutes": estimated_minutes(survey.document),
        "frame": frame,
        "embedded": asked.embedded,
    }


async def poster(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """A sheet to be printed and put up: what is asked, and the way there."""
    found = await read_survey(asked.id())
    if found.state == "draft":
        raise NotFound()
    await audit.record(work, "survey_poster_page", "viewed", found.id)
    document = found.document
    return {
        "share": shared(found, await town(work), asked),
        "survey": {
            "id": found.id,
            "title": document.title,
            "intro": document.intro,
            "closes_at": found.closes_at,
            "by_code": document.assurance == "code",
        },
    }


async def paper(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """The questions as a sheet to be printed and filled in, for those who got a letter."""
    found = await read_survey(asked.id())
    if found.definition["assurance"] != "code":
        raise NotFound()
    await audit.record(work, "survey_paper_page", "viewed", found.id)
    document = found.document
    return {
        "survey": {"id": found.id, "title": document.title, "intro": document.intro},
        "questions": survey_facts.asked(found, asked.language),
    }


PAGES: list[Page] = [
    Page(
        path="/console/surveys/{id}/paper",
        template="paper.html",
        script="printing.js",
        context=paper,
    ),
    Page(
        path="/console/surveys/{id}/poster",
        template="poster.html",
        script="printing.js",
        context=poster,
    ),
]
"""Its pages; where a path fits several, the first counts."""
