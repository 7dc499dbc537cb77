"""Releases for planners: frozen tables in which small groups are left out."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from api.http.authentication import staff
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, get
from api.schemas.common import PageQuery
from api.schemas.releases import ReleaseListed, ReleaseQuery, ReleaseRead, _Told, listed, shown, with_corrections
from base.localized import pick
from insights import listings, localized_release, releases
from municipality.roles import ANALYSTS


class ReleasesListed(_Told):
    """The releases of a survey, the youngest first."""

    items: list[ReleaseListed]
    next: str | None = None


class SurveyToRead(_Told):
    """A survey that was launched, and its youngest release. `destroyed`: too few answered, and nothing is kept."""

    id: UUID
    title: str
    state: Literal["open", "closed", "counted", "published", "destroyed"]
    opened_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    latest: ReleaseListed | None


class SurveysToRead(_Told):
    """The surveys that were launched, the youngest first."""

    items: list[SurveyToRead]
    next: str | None


async def list_surveys_to_read(call: Call[None, PageQuery]) -> SurveysToRead:
    """The surveys that were launched, each with its youngest release."""
    found = await listings.surveys(call.work, call.query.after_time(), call.query.one_more)
    shown_here, after = call.query.cut(found, lambda survey: (survey.created_at, survey.id))
    items = []
    for survey in shown_here:
        destroyed = survey.state in ("counted", "published") and survey.counted is None
        items.append(
            SurveyToRead(
                id=survey.id,
                title=pick(survey.title, call.languages)[0],
                state="destroyed" if destroyed else survey.state,
                opened_at=survey.opened_at,
                closed_at=survey.closed_at,
                latest=None if survey.latest is None else listed(survey.latest),
            )
        )
    return SurveysToRead(items=items, next=after)


async def list_releases(call: Call) -> ReleasesListed:
    """The releases of a survey, the youngest first."""
    return ReleasesListed(items=[listed(release) for release in await listings.releases(call.work, call.id())])


async def read_release(call: Call[None, ReleaseQuery]) -> ReleaseRead | RawResponse:
    """A release: the same numbers whoever asks and however often; by a breakdown, or as CSV or JSON-stat, if wanted."""
    release = await releases.release(call.work, call.id(), int(call.text("number")))
    call.set_content_language(localized_release.language_of(release, call.languages))
    return await with_corrections(call.work, release, shown(release, call.query, call.languages))


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/insights/surveys", list_surveys_to_read, staff(ANALYSTS)),
    get("/v1/insights/surveys/{id:uuid}/releases", list_releases, staff(ANALYSTS), refuses=(404,)),
    get(
        "/v1/insights/surveys/{id:uuid}/releases/{number:int}",
        read_release,
        staff(ANALYSTS),
        other_media=("text/csv", "application/vnd.json-stat+json"),
        refuses=(404,),
        etag=True,
    ),
]
