"""A town to test in: a fresh municipality in a real database, and those who live and work there."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from base.database import work
from base.embedded import INITDB, Server
from base.jobs import system
from base.minted import SEAL
from base.server_user import becoming, founder, hand_over
from base.tenant import Tenant
from consent.notices import publish_first
from municipality import access
from municipality.founding import create_municipality
from municipality.members import add_member
from push.audiences import snapshot

LANGUAGES = ("nb", "nn", "en")


def calling(municipality: UUID, resident: UUID) -> Tenant:
    """A resident as they call, whose credential has been checked."""
    return Tenant(municipality, "resident", resident, seal=SEAL)


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality with its first notices and interests; `sql` runs a statement as the database's superuser."""

    municipality: UUID
    number: str
    superuser: "asyncpg.Connection[asyncpg.Record]"

    @property
    def system(self) -> Tenant:
        """The municipality itself."""
        return system(self.municipality)

    async def sql(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """What a superuser sees."""
        return list(await self.superuser.fetch(statement, *values))

    async def key(self, *roles: str) -> dict[str, str]:
        """The headers of a staff API key with these roles."""
        async with work(self.system) as unit:
            _, token = await access.create_key(unit, "test", roles)
        return {"Authorization": f"Bearer {token}"}

    async def member(self, *roles: str) -> dict[str, str]:
        """The headers of a new member of staff with these roles, signed in to the console."""
        async with work(self.system) as unit:
            who = await add_member("Kari", list(roles))
            session, _ = await access.open_session(unit, await access.sign_in_link(unit, who.id))
        return {"Cookie": f"medvirk_session={session}", "Origin": "http://test"}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A registered resident: the id, and the headers of their device."""

    id: UUID
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """As the app sends them."""
        return {"Authorization": f"Bearer {self.token}"}


async def night(town: Town, after_days: int = 0) -> None:
    """A night passes in which residents registered for so many days are counted."""
    async with work(town.system) as unit:
        await snapshot.take_snapshot(unit, after_days, again=True)


Moves = Callable[..., Awaitable[Neighbour]]


async def found_town(superuser: "asyncpg.Connection[asyncpg.Record]", number: str = "3907") -> Town:
    """Found a municipality, with its first notices."""
    municipality = uuid4()
    name = {"nb": "Sandefjord", "nn": "Sandefjord", "en": "Sandefjord"}
    async with work(system(municipality)) as unit:
        await create_municipality(unit, number, name, languages=LANGUAGES)
        await publish_first(unit)
    return Town(municipality, number, superuser)


async def move_in(
    client: httpx.AsyncClient,
    number: str = "3907",
    *,
    consents: Sequence[str] = (),
    interests: Sequence[str] = (),
    areas: Sequence[UUID | str] = (),
    language: str = "nb",
    platform: str = "android",
) -> Neighbour:
    """Register a resident over HTTP, who grants these consents and follows these interests and districts."""
    registered = await client.post(
        "/v1/residents",
        json={"municipality": number, "language": language, "platform": platform, "app_version": "1.0"},
    )
    assert registered.status_code == 201, registered.text
    neighbour = Neighbour(UUID(registered.json()["id"]), registered.json()["token"])
    for purpose in consents:
        await grant(client, neighbour, purpose)
    if interests or areas:
        answer = await client.patch(
            "/v1/me",
            headers=neighbour.headers,
            json={"interests": list(interests), "areas": [str(area) for area in areas]},
        )
        assert answer.status_code == 200, answer.text
    return neighbour


async def grant(
    client: httpx.AsyncClient, neighbour: Neighbour, purpose: str, granted: bool = True
) -> Mapping[str, Any]:
    """Grant or withdraw a consent over HTTP, on the notice that is current."""
    answer = await client.put(
        f"/v1/me/consents/{purpose}",
        headers=neighbour.headers,
        json={"granted": granted, "notice_version": 1, "language": "nb", "of_age": True},
    )
    assert answer.status_code == 200, answer.text
    found: Mapping[str, Any] = answer.json()
    return found


class _ReachedByItsPath(Server):
    """A server of a version before 16, which must be able to walk to its data folder, and knows no map of all roles:
    those above it are open here, and so is the server.
    """

    def _found(self, folder: Path) -> None:
        self._above = folder
        if os.geteuid() != 0:
            return super()._found(folder)
        folder.chmod(0o711)
        self.data.mkdir(mode=0o700)
        os.chown(self.data, founder(), -1)
        command = [str(self._bin / "initdb"), "-D", str(self.data), *INITDB.split()]
        subprocess.run(command, check=True, capture_output=True, cwd="/", preexec_fn=becoming(founder()))
        return hand_over(self.data, self._uid)

    def _start(self, options: Sequence[str]) -> "subprocess.Popen[bytes]":
        (self.data / "pg_hba.conf").write_text("local all all trust\n")
        return super()._start(options)

    def stop(self) -> None:
        super().stop()
        shutil.rmtree(self._above, ignore_errors=True)


def start_postgres(folder: Path, programs: Path | None = None) -> Server:
    """A PostgreSQL for tests: it need not outlive the machine, so it does not wait for the disk.

    `MEDVIRK_TEST_POSTGRES` names the folder of another version's programs.
    """
    hurried = ("-c", "fsync=off", "-c", "full_page_writes=off")  # but it writes before it says so, as it should
    if other := os.environ.get("MEDVIRK_TEST_POSTGRES"):
        return _ReachedByItsPath(Path(tempfile.mkdtemp()), *hurried, programs=Path(other))
    return Server(folder, *hurried, programs=programs)
