"""The console's pages, mounted: authentication, the unit of work and the headers that keep a page to itself."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from api.house import House


def page_routes(house: House) -> Sequence[BaseRoute]:
    """Every page of the console and the resident's app, and their static files."""
    return []
