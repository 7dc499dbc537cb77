"""What the overview is told: what waits for the reader, and the surveys, found among many."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from base.database import Work
from base.tenant import Tenant
from console.page import Page, PageRequest
from console.paging import AT_A_TIME
from console.surveys import state_shown
from console.tasks import waiting_for
from municipality import audit
from municipality.roles import WRITERS
from surveys import drafting
from surveys.box.rough_count import rough_counts
from surveys.finding import ORDERS, STATES, SurveySearch, find

_MOST_PAGES: Final = 10_000
_LONGEST: Final = 200


async def overview(work: Work, tenant: Tenant, asked: PageRequest) -> dict[str, Any]:
    """Tasks and surveys; `?q=`, `?state=`, `?order=` and `?page=` say which of these."""
    search, page = _search(asked), _page(asked.query.get("page", ""))
    found = await find(work, search, AT_A_TIME, (page - 1) * AT_A_TIME)
    going = await rough_counts(work, [one.id for one in found.lines if one.state == "open"])
    tasks = await waiting_for(work, tenant)
    await audit.record(work, "list_surveys_page", "viewed")
    pages = max(1, -(-found.counts[search.state] // AT_A_TIME))
    return {
        "writes": tenant.has(WRITERS),
        "tasks": tasks,
        "unfinished": await drafting.unfinished(None, AT_A_TIME) if page == 1 else [],
        "search": search,
        "orders": ORDERS,
        "tabs": [
            {"state": state, "count": found.counts[state], "href": _href(search, state=state)}
            for state in STATES
            if found.counts[state] or state in ("all", search.state)
        ],
        "paged": {
            "page": min(page, pages),
            "pages": pages,
            "earlier": _href(search, page=min(page - 1, pages)) if page > 1 else None,
            "later": _href(search, page=page + 1) if page < pages else None,
        },
        "surveys": [
            {
                "id": one.id,
                "state": state_shown(one.state, one.counted),
                "title": one.title,
                "questions": one.questions,
                "opens_at": one.opens_at,
                "closes_at": one.closes_at,
                "closed_at": one.closed_at,
                "counted": one.counted,
                "over": going.get(one.id, 0),
            }
            for one in found.lines
        ],
    }


def _search(asked: PageRequest) -> SurveySearch:
    """What was asked for; what cannot be meant is as if it was not asked."""
    state, order = asked.query.get("state"), asked.query.get("order")
    return SurveySearch(
        words=" ".join(asked.query.get("q", "").replace("\0", " ").split())[:_LONGEST],
        state=next((one for one in STATES if one == state), "all"),
        by=next((one for one in ORDERS if one == order), "open"),
        language=asked.language,
    )


def _page(text: str) -> int:
    return min(int(text), _MOST_PAGES) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 1


def _href(search: SurveySearch, **changed: Any) -> str:
    """The address of the overview with another state or page; what is as usual is left out."""
    told: Mapping[str, Any] = {"q": search.words, "state": search.state, "order": search.by, "page": 1, **changed}
    usual = {"q": "", "state": "all", "order": "open", "page": 1}
    asked = urlencode({name: value for name, value in told.items() if value != usual[name]})
    return f"/console?{asked}" if asked else "/console"


PAGES: list[Page] = [
    Page(
        path="/console",
        template="overview.html",
        menu="overview",
        script="overview.js",
        texts=("overview",),
        context=overview,
    ),
]
"""Its pages; where a path fits several, the first counts."""
