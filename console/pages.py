"""Every page, joined from the modules that say where each is, who may see it, its script and its texts; `api` mounts
them."""

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
    triggers,
)
from console.formats import picked
from console.page import Page, PageRequest
from console.rendering import render
from municipality import directory
from surveys.forms.types import DRAWN

SIGN_IN = Page(path="/sign-in/{code}", template="sign_in.html", who="nobody")
"""GET shows a button, POST redeems the link; told `refused` when the link was no good."""

REFUSED = Page(path="", template="refused.html", who="nobody")
"""Shown in place of a page that cannot be."""

_OPEN = [
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
]

PAGES: list[Page] = [
    *_OPEN,
    *overview.PAGES,
    *surveys.PAGES,
    *launching.PAGES,
    *sharing.PAGES,
    *hearings.PAGES,
    *news.PAGES,
    *messages.PAGES,
    *places.PAGES,
    *triggers.PAGES,
    *people.PAGES,
    *oversight.PAGES,
    *notices.PAGES,
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
    asked = asked.of(town.number)
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
        basemap=asked.basemap,
        for_staff=page.who == "staff",
        ballot_origin=asked.ballot_origin,
        filling=asked.filling,
        wakes_phones=asked.wakes_phones,
        asks_kartverket=asked.asks_kartverket,
        **told,
    )
