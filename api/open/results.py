"""Results that everybody may see: of surveys that have been counted, as planners see them."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from api.http.authentication import OPEN
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, get
from api.schemas.common import PageQuery
from api.schemas.releases import ReleaseListed, ReleaseQuery, ReleaseRead, listed, shown, with_corrections
from base.localized import pick
from insights import listings, localized_release, releases


class Result(ReleaseListed):
    """The result of a survey."""

    survey: UUID
    title: str
    assurance: str


class Results(BaseModel):
    """The results of surveys that have been counted, the youngest first."""

    items: list[Result]
    next: str | None = None


async def list_results(call: Call[None, PageQuery]) -> Results:
    """The results of surveys that have been counted, the youngest first."""
    key = call.query.after(date, UUID)
    found = await listings.results(call.work, None if key is None else (key[0], key[1]), call.query.one_more)
    shown_here, after = call.query.cut(found, lambda one: (one.released_on, one.survey))
    items = [
        Result(
            **listed(one).model_dump(),
            survey=one.survey,
            title=pick(one.title, [pick(dict.fromkeys(one.languages, ""), call.languages)[1], *call.languages])[0],
            assurance=one.assurance,
        )
        for one in shown_here
    ]
    return Results(items=items, next=after)


async def read_result(call: Call[None, ReleaseQuery]) -> ReleaseRead | RawResponse:
    """The result of one survey that has been counted."""
    found = await releases.result(call.id())
    call.set_content_language(localized_release.language_of(found, call.languages))
    return await with_corrections(call.work, found, shown(found, call.query, call.languages))


ENDPOINTS: list[AnyEndpoint] = [
    get(
        "/v1/municipalities/{number}/results", list_results, OPEN, town="number", refuses=(404,), etag=True, shared=True
    ),
    get(
        "/v1/municipalities/{number}/results/{id:uuid}",
        read_result,
        OPEN,
        other_media=("text/csv", "application/vnd.json-stat+json"),
        town="number",
        refuses=(404,),
        etag=True,
        shared=True,
    ),
]
