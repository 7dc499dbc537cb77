"""Every page: where it is, who may see it, its script and its texts. `api` wraps and mounts them."""

from typing import Any, Literal

from base.database import Work
from base.tenant import Tenant
from console import (
    hearings,
    launching,
    messages,
    news,
    notices,
    oversight,
    overview,
    people,
    places,
    sharing,
    surveys,
)
from console.formats import picked
from console.page import Page, PageRequest
from console.rendering import render
from geofence import triggers
from municipality import directory
from municipality.roles import ADMINS, OFFICERS, WRITERS
from surveys.forms.types import DRAWN


async def _triggers(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    return {"writes": tenant.has(WRITERS)}


async def _trigger(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    return {"data": {"trigger": {"id": str((await triggers.read(asked.id())).id)}}}


SIGN_IN = Page(path="/sign-in/{code}", template="sign_in.html", who="nobody")
"""GET shows a button, POST redeems the link; told `refused` when the link was no good."""

REFUSED = Page(path="", template="refused.html", who="nobody")
"""Shown in place of a page that cannot be."""

PAGES: list[Page] = [
    Page(
        path="/app",
        template="app.html",
        who="town",
        script="resident/app.js",
        texts=("app", "map"),
        draws_questions=True,
    ),
    Page(
        path="/app/preview",
        template="app_preview.html",
        who="town",
        script="resident/preview.js",
        texts=("app", "map"),
        draws_questions=True,
        framed=True,
    ),
    Page(path="/privacy", template="privacy.html", who="town"),
    Page(path="/accessibility", template="accessibility.html", who="town"),
    Page(
        path="/console",
        template="overview.html",
        menu="overview",
        script="overview.js",
        texts=("overview",),
        context=overview.overview,
    ),
    Page(
        path="/console/surveys/new",
        template="survey_edit.html",
        roles=WRITERS,
        menu="overview",
        script="survey-edit.js",
        texts=("survey", "map", "counted"),
        draws_questions=True,
        frames=True,
        context=surveys.new,
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
        context=surveys.draft,
    ),
    Page(
        path="/console/surveys/{id}/wording",
        template="survey_words.html",
        roles=WRITERS,
        menu="overview",
        script="survey-words.js",
        texts=("result",),
        context=surveys.words,
    ),
    Page(
        path="/console/surveys/{id}/launch",
        template="survey_launch.html",
        roles=WRITERS,
        menu="overview",
        script="survey-launch.js",
        texts=("launch",),
        context=launching.summary,
    ),
    Page(
        path="/console/surveys/{id}/sheets",
        template="survey_sheets.html",
        roles=WRITERS,
        menu="overview",
        script="survey-sheets.js",
        texts=("sheets", "app", "map"),
        draws_questions=True,
        context=surveys.sheets,
    ),
    Page(
        path="/console/surveys/{id}/paper",
        template="paper.html",
        script="printing.js",
        context=sharing.paper,
    ),
    Page(
        path="/console/surveys/{id}/poster",
        template="poster.html",
        script="printing.js",
        context=sharing.poster,
    ),
    Page(
        path="/console/surveys/{id}",
        template="survey.html",
        menu="overview",
        script="survey-page.js",
        texts=("result", "secret", "share"),
        context=surveys.one,
    ),
    Page(path="/console/hearings", template="hearings.html", menu="hearings", context=hearings.listed),
    Page(
        path="/console/hearings/new",
        template="hearing_edit.html",
        roles=WRITERS,
        menu="hearings",
        script="hearing-edit.js",
        texts=("hearing", "whom", "where", "zones", "map"),
        context=hearings.writing,
    ),
    Page(
        path="/console/hearings/{id}/edit",
        template="hearing_edit.html",
        roles=WRITERS,
        menu="hearings",
        script="hearing-edit.js",
        texts=("hearing", "whom", "where", "zones", "map"),
        context=hearings.writing,
    ),
    Page(
        path="/console/hearings/{id}",
        template="hearing.html",
        menu="hearings",
        script="hearing.js",
        texts=("hearing", "marked", "map"),
        context=hearings.one,
    ),
    Page(path="/console/news", template="news.html", roles=WRITERS, menu="news", context=news.listed),
    Page(
        path="/console/news/new",
        template="news_edit.html",
        roles=WRITERS,
        menu="news",
        script="news-edit.js",
        texts=("news", "whom"),
        context=news.writing,
    ),
    Page(
        path="/console/news/{id}",
        template="news_edit.html",
        roles=WRITERS,
        menu="news",
        script="news-edit.js",
        texts=("news", "whom"),
        context=news.writing,
    ),
    Page(
        path="/console/topics",
        template="topics.html",
        roles=WRITERS,
        menu="news",
        script="topics.js",
        texts=("topics",),
        context=news.topics,
    ),
    Page(
        path="/console/messages",
        template="messages.html",
        roles=WRITERS,
        menu="messages",
        script="messages.js",
        texts=("message",),
        context=messages.listed,
    ),
    Page(
        path="/console/messages/new",
        template="message_edit.html",
        roles=WRITERS,
        menu="messages",
        script="message-edit.js",
        texts=("message", "whom", "counted"),
        context=messages.writing,
    ),
    Page(
        path="/console/messages/{id}/edit",
        template="message_edit.html",
        roles=WRITERS,
        menu="messages",
        script="message-edit.js",
        texts=("message", "whom", "counted"),
        context=messages.rewriting,
    ),
    Page(
        path="/console/messages/{id}",
        template="message.html",
        roles=WRITERS,
        menu="messages",
        script="message.js",
        texts=("message", "counted"),
        context=messages.one,
    ),
    Page(path="/console/zones", template="zones.html", menu="zones", script="zones.js", texts=("zones", "map")),
    Page(
        path="/console/zones/{id}",
        template="place.html",
        menu="zones",
        script="place.js",
        texts=("zones", "place", "map"),
        context=places.one,
    ),
    Page(
        path="/console/triggers",
        template="triggers.html",
        menu="triggers",
        script="triggers.js",
        texts=("trigger", "map"),
        context=_triggers,
    ),
    Page(
        path="/console/triggers/new",
        template="trigger_edit.html",
        menu="triggers",
        script="trigger-edit.js",
        texts=("trigger", "map"),
    ),
    Page(
        path="/console/triggers/{id}/edit",
        template="trigger_edit.html",
        menu="triggers",
        script="trigger-edit.js",
        texts=("trigger", "map"),
        context=_trigger,
    ),
    Page(
        path="/console/triggers/try",
        template="trigger_trial.html",
        menu="triggers",
        script="trigger-trial.js",
        texts=("trial", "map"),
    ),
    Page(
        path="/console/beacons", template="beacons.html", menu="beacons", script="beacons.js", texts=("beacon", "map")
    ),
    Page(
        path="/console/people",
        template="people.html",
        roles=ADMINS,
        menu="people",
        script="people.js",
        texts=("people", "secret"),
        context=people.people,
    ),
    Page(
        path="/console/sign-in-again",
        template="sign_in_again.html",
        script="sign-in-again.js",
        texts=("sign-in",),
        context=people.again,
    ),
    Page(
        path="/console/oversight",
        template="oversight.html",
        roles=OFFICERS,
        menu="oversight",
        script="oversight.js",
        texts=("oversight",),
        context=oversight.told,
    ),
    Page(path="/console/notices", template="notices.html", roles=OFFICERS, menu="oversight", context=notices.listed),
    Page(
        path="/console/notices/{purpose}",
        template="notice.html",
        roles=OFFICERS,
        menu="oversight",
        script="notice.js",
        texts=("notice",),
        context=notices.one,
    ),
    Page(
        path="/console/ages",
        template="ages.html",
        roles=OFFICERS,
        menu="oversight",
        script="ages.js",
        texts=("ages",),
        context=notices.ages,
    ),
    Page(
        path="/console/ledger",
        template="ledger.html",
        roles=OFFICERS,
        menu="oversight",
        script="ledger.js",
        texts=("ledger",),
        context=notices.ledger,
    ),
    Page(
        path="/console/oversight/breaches/{id}",
        template="breach.html",
        roles=OFFICERS,
        menu="oversight",
        script="breach.js",
        texts=("breach",),
        context=oversight.drafting,
    ),
    Page(
        path="/console/oversight/audit",
        template="audit.html",
        roles=OFFICERS,
        menu="oversight",
        context=oversight.audited,
    ),
]
"""Every page; where a path fits several, the first counts."""

MENU: dict[str, Page] = {}
"""The items of the menu in their order, and the page that each leads to."""
for _page in PAGES:
    if _page.menu is not None:
        MENU.setdefault(_page.menu, _page)


async def show(page: Page, work: Work, tenant: Tenant, asked: PageRequest) -> str:
    """A page of `town` or `staff`, as HTML; Forbidden for staff who may not see it. Raises what its context raises."""
    if page.who == "staff":
        tenant.allow(page.roles)
    town = await directory.town(work)
    about = {"number": town.number, "name": picked(town.name, asked.language), "languages": list(town.languages)}
    told = await page.context(work, tenant, asked) if page.context else {}
    items = [(first.path, item) for item, first in MENU.items() if tenant.has(first.roles)]
    return _rendered(page, asked, menu_items=items, municipality=about, contact=town.contact, **told)


def show_alone(page: Page, asked: PageRequest, **told: Any) -> str:
    """A page of `nobody`, as HTML; `told` says what its template wants to know."""
    return _rendered(page, asked, **told)


def refused(
    asked: PageRequest, why: Literal["signed-out", "not-found", "forbidden", "unavailable"], said: str = ""
) -> str:
    """The page shown in place of one that cannot be; of one that is for others it says for whom (`said`)."""
    return _rendered(REFUSED, asked, why=why, said=said if why == "forbidden" else "")


def _rendered(page: Page, asked: PageRequest, **told: Any) -> str:
    return render(
        page.template,
        asked.language,
        asked.nonce,
        texts=page.texts,
        script=page.script,
        question_types=DRAWN if page.draws_questions else (),
        menu=page.menu,
        tiles=asked.tiles,
        ballot_origin=asked.ballot_origin,
        filling=asked.filling,
        wakes_phones=asked.wakes_phones,
        **told,
    )
