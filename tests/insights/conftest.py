"""What the tests of releases share."""

import httpx
import pytest_asyncio

from base.keys import MemoryKeyStore
from tests.surveys.polling import Polling
from tests.town import Moves, Town


@pytest_asyncio.fixture
async def polling(client: httpx.AsyncClient, town: Town, moves: Moves, keys: MemoryKeyStore) -> Polling:
    """A town's staff and residents, about to have a survey."""
    return Polling(client, town, moves, keys, await town.key("communications"))
