"""The pages as values: where each is, who may see it, what it is told. `api` wraps and mounts them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from base.database import Work
from base.errors import NotFound
from base.tenant import Tenant
from console import hearings, oversight, paging
from console.formats import picked
from console.places import READERS, places, writes
from console.rendering import render
from console.results import result
from insights import releases
from municipality import audit, directory
from municipality.directory import smallest_group
from push import campaigns
from surveys import lines, survey, wording

Who = Literal["nobody", "town", "staff"]
"""`nobody`: no unit of work is needed; `town`: anybody, in the municipality that `?m=` names; `staff`: signed in."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page was asked for, and what the installation lets it show."""

    language: str
    nonce: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    tiles: Literal["none", "kartverket"] = "none"
    ballot_origin: str | None = None

    def id(self, name: str = "id") -> UUID:
        """An id in the path; NotFound where it is none."""
        try:
            return UUID(self.path[name])
        except ValueError:
            raise NotFound() from None


Context = Callable[[Work, Tenant, Asked], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its Starlette path, its template, who may see it, the groups of texts its scripts need, its context."""

    path: str
    template: str
    who: Who
    texts: tuple[str, ...] = ()
    context: Context | None = None


async def show(page: Page, work: Work, tenant: Tenant, asked: Asked) -> str:
    """A page of `town` or `staff`, as HTML. Raises what its context raises."""
    town = await directory.town(work)
    about = {"number": town.number, "name": picked(town.name, asked.language), "languages": list(town.languages)}
    told = await page.context(work, tenant, asked) if page.context else {}
    told["places"] = places(tenant)
    return _rendered(page.template, asked, page.texts, municipality=about, contact=town.contact, **told)


def show_alone(page: Page, asked: Asked, **told: Any) -> str:
    """A page of `nobody`, as HTML; `told` says what its template wants to know."""
    return _rendered(page.template, asked, page.texts, **told)


def refused(asked: Asked, why: Literal["signed-out", "not-found", "forbidden", "unavailable"]) -> str:
    """The page shown in place of one that cannot be."""
    return _rendered("refused.html", asked, (), why=why)


def _rendered(template: str, asked: Asked, texts: tuple[str, ...], **told: Any) -> str:
    return render(
        template,
        asked.language,
        asked.nonce,
        texts=texts,
        tiles=asked.tiles,
        ballot_origin=asked.ballot_origin,
        **told,
    )


async def _overview(work: Work, tenant: Tenant, asked: Asked) -> dict[str, Any]:
    cursor = asked.query.get("cursor")
    found = await lines.page(work, paging.after(cursor), paging.AT_A_TIME + 1)
    part, paged = paging.cut(found, cursor, lambda survey: (survey.created_at, survey.id))
    await audit.record(work, "list_surveys_page", "viewed")
    return {
        "writes": writes(tenant),
        "paged": paged,
        "surveys": [
            {
                "id": one.id,
                "state": _state(one.state, one.counted),
                "title": one.title,
                "questions": one.questions,
                "closes_at": one.closes_at,
                "closed_at": one.closed_at,
            }
            for one in part
        ],
    }


async def _draft(work: Work, tenant: Tenant, asked: Asked) -> dict[str, Any]:
    found = await survey.read(work, asked.id())
    if found.state != "draft":
        raise NotFound()
    await audit.record(work, "edit_survey_page", "viewed", found.id)
    return {"data": {"survey": {**found.document.stored(), "id": str(found.id)}}}


async def _survey(work: Work, tenant: Tenant, asked: Asked) -> dict[str, Any]:
    found = await survey.read(work, asked.id())
    document = found.document
    shown = await releases.latest(work, found.id)
    await audit.record(work, "survey_page", "viewed", found.id)
    return {
        "survey": {
            "id": found.id,
            "state": _state(found.state, found.counted),
            "title": document.title,
            "intro": document.intro,
            "closes_at": found.closes_at,
            "closed_at": found.closed_at,
            "eligibility": {"kind": document.eligibility.kind},
            "assurance": document.assurance,
            "smallest_group": await smallest_group(work, document.smallest_group),
            "languages": document.languages,
        },
        "release": None if shown is None else result(shown.content, asked.language),
        "launched": "launched" in asked.query and found.state == "open",
        "corrections": await wording.corrections(work, found.id),
        "writes": writes(tenant),
        "data": {
            "survey": {
                "id": str(found.id),
                "title": document.title,
                "comments": writes(tenant) and found.state in ("counted", "published"),
                "labels": {question.key: question.label for question in document.questions},
            }
        },
    }


async def _wording(work: Work, tenant: Tenant, asked: Asked) -> dict[str, Any]:
    tenant.allow("communications")
    found = await survey.read(work, asked.id())
    if found.state != "open":
        raise NotFound()
    await audit.record(work, "survey_wording_page", "viewed", found.id)
    return {"survey": {"id": found.id}, "data": {"survey": {"id": str(found.id), "document": found.document.stored()}}}


async def _hearings(work: Work, tenant: Tenant, asked: Asked) -> dict[str, Any]:
    return await hearings.listed(work, tenant, asked.query.get("cursor"))


async def _hearing(work: Work, tenant: Tenant, asked: Asked) -> dict[str, Any]:
    return await hearings.one(work, tenant, asked.id())


async def _hearing_edit(work: Work, tenant: Tenant, asked: Asked) -> dict[str, Any]:
    return await hearings.writing(work, tenant, asked.id() if "id" in asked.path else None)


def _for(*roles: str) -> Context:
    """The context of a page that reads nothing by itself, for some roles; Forbidden for the others."""

    async def allowed(work: Work, tenant: Tenant, asked: Asked) -> dict[str, Any]:
        tenant.allow(*roles)
        return {}

    return allowed


async def _message(work: Work, tenant: Tenant, asked: Asked) -> dict[str, Any]:
    tenant.allow("communications")
    found = await campaigns.read(work, asked.id())
    await audit.record(work, "message_page", "viewed", found.id)
    return {"data": {"message": {"id": str(found.id)}}}


async def _oversight(work: Work, tenant: Tenant, asked: Asked) -> dict[str, Any]:
    try:
        caller = UUID(asked.query["caller"]) if asked.query.get("caller") else None
    except ValueError:
        raise NotFound() from None
    return await oversight.told(work, tenant, asked.language, caller)


def _state(state: str, counted: int | None) -> str:
    """The state as staff know it: one whose answers were too few to count is `destroyed`."""
    if state in ("counted", "published"):
        return "counted" if counted is not None else "destroyed"
    return state


SIGN_IN = Page("/sign-in/{code}", "sign_in.html", "nobody")
"""GET shows a button, POST redeems the link; told `refused` when the link was no good."""

PAGES: list[Page] = [
    Page("/app", "app.html", "town", ("app", "map")),
    Page("/privacy", "privacy.html", "town"),
    Page("/accessibility", "accessibility.html", "town"),
    Page("/console", "overview.html", "staff", ("overview",), _overview),
    Page("/console/zones", "zones.html", "staff", ("zones", "map"), _for(*READERS)),
    Page("/console/hearings", "hearings.html", "staff", (), _hearings),
    Page("/console/hearings/new", "hearing_edit.html", "staff", ("hearing", "whom"), _hearing_edit),
    Page("/console/hearings/{id}/edit", "hearing_edit.html", "staff", ("hearing", "whom"), _hearing_edit),
    Page("/console/hearings/{id}", "hearing.html", "staff", ("hearing",), _hearing),
    Page("/console/messages", "messages.html", "staff", ("message",), _for("communications")),
    Page("/console/messages/new", "message_edit.html", "staff", ("message", "whom", "counted"), _for("communications")),
    Page("/console/messages/{id}/edit", "message_edit.html", "staff", ("message", "whom", "counted"), _message),
    Page("/console/messages/{id}", "message.html", "staff", ("message", "counted"), _message),
    Page("/console/beacons", "beacons.html", "staff", ("beacon",), _for(*READERS)),
    Page("/console/people", "people.html", "staff", ("people", "secret"), _for("admin")),
    Page("/console/oversight", "oversight.html", "staff", ("oversight",), _oversight),
    Page("/console/surveys/new", "survey_edit.html", "staff", ("survey", "map", "counted"), _for("communications")),
    Page("/console/surveys/{id}/edit", "survey_edit.html", "staff", ("survey", "map", "counted"), _draft),
    Page("/console/surveys/{id}/wording", "survey_words.html", "staff", ("result",), _wording),
    Page("/console/surveys/{id}", "survey.html", "staff", ("result", "secret"), _survey),
]
