"""Callers for the tests of the API as a whole."""

import pytest_asyncio

from tests.town import Town


@pytest_asyncio.fixture
async def staff_key(town: Town) -> dict[str, str]:
    """The headers of an API key that may do everything."""
    return await town.key("admin")
