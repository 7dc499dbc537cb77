"""Results as open data, described for data portals."""

from typing import Literal

from api.http.authentication import OPEN
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, get
from api.schemas.common import RequestModel
from insights import catalog
from municipality.directory import town

JSON_LD, TURTLE = "application/ld+json", "text/turtle"


class CatalogWanted(RequestModel):
    """In which form; `Accept: text/turtle` says the same."""

    format: Literal["json-ld", "turtle"] | None = None


async def describe_open_data(call: Call[None, CatalogWanted]) -> RawResponse:
    """The municipality's results as a catalogue of open data: DCAT-AP-NO, as JSON-LD or Turtle."""
    about = await town(call.work)
    root = f"{call.services.settings.origin}/v1/municipalities/{about.number}"
    by_header = TURTLE in call.headers.get("accept", "")
    turtle = call.query.format == "turtle" or (call.query.format is None and by_header)
    headers = {"Vary": "Accept"}
    written = await catalog.written(call.work, about, root, turtle=turtle)
    return RawResponse(written, TURTLE if turtle else JSON_LD, headers=headers)


ENDPOINTS: list[AnyEndpoint] = [
    get(
        "/v1/municipalities/{number}/open-data/catalog",
        describe_open_data,
        OPEN,
        town="number",
        gives_media=JSON_LD,
        other_media=(TURTLE,),
        refuses=(404, 422),
        etag=True,
        shared=True,
    ),
]
