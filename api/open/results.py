"""Results that everybody may see: of surveys that have been counted, as planners see them."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from api.callers import OPEN
from api.endpoint import Call, Endpoint, Raw
from api.planners.releases import ReleaseListed, ReleaseRead, Wanted, listed, shown, with_corrections
from api.shapes import Page
from base.localized import pick
from insights import reading, releases, shelf


class Result(ReleaseListed):
    """The result of a survey."""

    survey: UUID
    title: str
    assurance: str


class Results(BaseModel):
    """The results of surveys that have been counted, the youngest first."""

    items: list[Result]
    next: str | None = None


async def list_results(call: Call[None, Page]) -> Results:
    """The results of surveys that have been counted, the youngest first."""
    key = call.query.after(date, UUID)
    found = await shelf.results(call.work, None if key is None else (key[0], key[1]), call.query.one_more)
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


async def read_result(call: Call[None, Wanted]) -> ReleaseRead | Raw:
    """The result of one survey that has been counted."""
    found = await releases.result(call.work, call.id())
    call.spoken(reading.language_of(found, call.languages))
    return await with_corrections(call.work, found, shown(found, call.query, call.languages))


ENDPOINTS = [
    Endpoint(
        "GET", "/v1/municipalities/{number}/results", list_results, OPEN, query=Page, gives=Results, town="number",
        refuses=(404,), etag=True, shared=True,
    ),
    Endpoint(
        "GET", "/v1/municipalities/{number}/results/{id:uuid}", read_result, OPEN, query=Wanted, gives=ReleaseRead,
        other_media=("text/csv", "application/vnd.json-stat+json"), town="number", refuses=(404,), etag=True,
        shared=True,
    ),
]  # fmt: skip
