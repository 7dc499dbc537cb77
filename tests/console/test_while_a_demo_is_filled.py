"""While a demo municipality is filled in, its console says so."""

from pathlib import Path

import httpx

from api.http.services import Services
from tests.town import Town

SAID = "Demokommunen fylles med et år."


async def test_the_console_says_that_it_is_being_filled_and_no_longer(
    client: httpx.AsyncClient, services: Services, town: Town, tmp_path: Path
) -> None:
    staff = {**await town.member("communications"), "Accept-Language": "nb"}
    services.filling = tmp_path / "filling"
    assert SAID not in (await client.get("/console", headers=staff)).text
    services.filling.touch()
    assert SAID in (await client.get("/console", headers=staff)).text
    services.filling.unlink()
    assert SAID not in (await client.get("/console", headers=staff)).text
