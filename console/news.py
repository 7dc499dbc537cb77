"""What the pages about news and topics are told: what is shown now, to whom, and where each topic is used."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from base.clock import now
from base.database import Work
from base.tenant import Tenant
from console import paging
from console.formats import picked
from console.page import Page, PageRequest
from geofence import triggers, zones
from municipality import audit, interests
from municipality.directory import town
from municipality.roles import WRITERS
from surveys import information
from surveys.models import Information
from surveys.topics import used


def state_of(item: Information) -> Literal["later", "shown", "over"]:
    """Whether residents see an item now, not yet, or no more."""
    if item.expires_at is not None and item.expires_at <= now():
        return "over"
    return "later" if item.published_at > now() else "shown"


async def listed(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """Items of information, the youngest first."""
    cursor = asked.query.get("cursor")
    found = await information.page(paging.after(cursor), paging.AT_A_TIME + 1)
    part, paged = paging.cut(found, cursor, lambda item: (item.published_at, item.id))
    areas = await zones.names({area for item in part for area in item.areas})
    topics = {topic.key: topic.label for topic in await interests.list_interests()}
    await audit.record(work, "list_news_page", "viewed")
    return {
        "news": [_shown(item, areas, topics, asked.language) for item in part],
        "paged": paged,
        "timezone": (await town(work)).timezone,
    }


def _shown(item: Information, areas: Mapping[UUID, Any], topics: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    wanted = [*(areas.get(UUID(str(area))) for area in item.areas), *(topics.get(key) for key in item.interests)]
    return {
        "id": item.id,
        "state": state_of(item),
        "title": item.title,
        "published_at": item.published_at,
        "expires_at": item.expires_at,
        "concerns": [picked(name, language) for name in wanted if name],
    }


async def writing(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """What a new item or one that is there is written with, and the places that lead to it."""
    here = await town(work)
    if "id" not in asked.path:
        return {"item": None, "places": [], "timezone": here.timezone}
    item = await information.read(asked.id())
    leading = await triggers.page(work, None, paging.AT_A_TIME, triggers.Wanted(subject=item.id))
    places = await triggers.places_of(leading)
    await audit.record(work, "edit_news_page", "viewed", item.id)
    written = {
        "id": str(item.id),
        "title": item.title,
        "body": item.body,
        "areas": [str(area) for area in item.areas],
        "interests": list(item.interests),
        "published_at": item.published_at.isoformat(),
        "expires_at": item.expires_at.isoformat() if item.expires_at else None,
        "state": state_of(item),
    }
    return {
        "item": {**written, "published_at": item.published_at, "expires_at": item.expires_at},
        "places": [picked(place.name, asked.language) for place in places.values()],
        "timezone": here.timezone,
        "data": {"item": written},
    }


async def topics(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """The topics that residents can follow, and how often each is used."""
    found, uses = await interests.list_interests(), await used(work)
    await audit.record(work, "topics_page", "viewed")
    shown = [{"id": str(one.id), "key": one.key, "label": one.label, "used": uses.get(one.key, {})} for one in found]
    return {"topics": shown, "data": {"topics": shown}}


PAGES: list[Page] = [
    Page(path="/console/news", template="news.html", roles=WRITERS, menu="news", context=listed),
    *(
        Page(
            path=path,
            template="news_edit.html",
            roles=WRITERS,
            menu="news",
            script="news-edit.js",
            texts=("news", "whom"),
            context=writing,
        )
        for path in ("/console/news/new", "/console/news/{id}")
    ),
    Page(
        path="/console/topics",
        template="topics.html",
        roles=WRITERS,
        menu="news",
        script="topics.js",
        texts=("topics",),
        context=topics,
    ),
]
"""Its pages; where a path fits several, the first counts."""
