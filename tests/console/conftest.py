"""The town's real site, in real processes, and a real browser to visit it with."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser

from base.database import work
from base.embedded import Server
from municipality import access
from municipality.members import add_member
from tests.console.chromium import running_browser
from tests.serving import web, worker
from tests.town import Town

BORDERS = Path(__file__).parents[1] / "data" / "municipalities.geojson"


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests of this process."""
    async with running_browser() as running:
        yield running


@pytest_asyncio.fixture
async def site(town: Town, server: Server, tmp_path: Path) -> AsyncIterator[str]:
    """The address of the town's site, web and worker running."""
    borders = json.loads(BORDERS.read_text())["features"]
    border = next(one["geometry"] for one in borders if one["properties"]["kommunenummer"] == town.number)
    await town.sql("update municipality set boundary = $1", json.dumps(border))
    with web(server, tmp_path / "keys") as address, worker(server, tmp_path / "keys"):
        yield address


@pytest_asyncio.fixture
async def sign_in(town: Town) -> str:
    """The path of a sign-in link for somebody who may do everything."""
    async with work(town.system) as unit:
        member = await add_member("Kari", ["admin"])
        return f"/sign-in/{await access.sign_in_link(unit, member.id)}"
