"""Results as open data, described for data portals."""

from typing import Literal

from api.callers import OPEN
from api.endpoint import Call, Endpoint, Raw
from api.shapes import Sent
from insights import catalog
from municipality.directory import town

JSON_LD, TURTLE = "application/ld+json", "text/turtle"


class CatalogWanted(Sent):
    """In which form; `Accept: text/turtle` says the same."""

    format: Literal["json-ld", "turtle"] | None = None


async def describe_open_data(call: Call[None, CatalogWanted]) -> Raw:
    """The municipality's results as a catalogue of open data: DCAT-AP-NO, as JSON-LD or Turtle."""
    about = await town(call.work)
    root = f"{call.house.settings.origin}/v1/municipalities/{about.number}"
    by_header = TURTLE in call.headers.get("accept", "")
    turtle = call.query.format == "turtle" or (call.query.format is None and by_header)
    headers = {"Vary": "Accept"}
    written = await catalog.written(call.work, about, root, turtle=turtle)
    return Raw(written, TURTLE if turtle else JSON_LD, headers=headers)


ENDPOINTS = [
    Endpoint("GET", "/v1/municipalities/{number}/open-data/catalog", describe_open_data, OPEN, query=CatalogWanted,
             town="number", gives_media=JSON_LD, other_media=(TURTLE,), refuses=(404, 422), etag=True,
             shared=True),
]  # fmt: skip
