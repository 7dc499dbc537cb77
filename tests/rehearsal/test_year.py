"""The demo municipality's year: filled in once, whatever cuts it off, true to every promise, and nowhere else."""

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from base.connecting import connect
from base.embedded import Server, running_url
from consent.purposes import PushMessages
from console.pages import PAGES
from municipality.roles import ROLES
from rehearsal.audit import DRAWN, coordinates_at_rest, ties_of_the_counted
from rehearsal.ports import free_port
from rehearsal.year.journal import NAME, Journal
from residents.subject import subject
from tests.commands.test_up import MEDVIRK, ready, up

FILLED = "the town has had its year"
KILLS = 5 if "MEDVIRK_PROVE" in os.environ else 1


class Running:
    """A filled demo that runs: where, in which folder, and the sign-in links it printed."""

    def __init__(self, folder: Path, port: int, said: str, process: "subprocess.Popen[str]") -> None:
        """Read the links."""
        self.process = process
        self.folder, self.site = folder, f"http://127.0.0.1:{port}"
        self.links = [word for word in said.split() if "/sign-in/" in word]

    async def superuser(self) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection that sees every row."""
        return await connect(running_url(self.folder, "postgres"))


def steps_done(folder: Path) -> int:
    try:
        return len(json.loads((folder / NAME).read_text())["done"])
    except FileNotFoundError:
        return 0


def wait_for(running: "subprocess.Popen[str]", words: str) -> None:
    assert running.stdout is not None
    said = []
    for line in running.stdout:
        said.append(line)
        if words in line:
            return
    raise AssertionError("".join(said))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A demo that was killed in the middle of its filling, started again, and filled."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    for kill in range(KILLS):
        with up(folder, free_port()) as running:
            ready(running, int(running.args[-1]))  # type: ignore[index,arg-type]  # as `up` started it
            while steps_done(folder) < (kill + 1) * 70 // KILLS:
                assert running.poll() is None
                time.sleep(0.02)
            os.kill(running.pid, signal.SIGKILL)
            running.wait()
    port = free_port()
    with up(folder, port) as running:
        said = ready(running, port)
        wait_for(running, FILLED)
        yield Running(folder, port, said, running)


def test_it_went_on_where_it_was_killed(demo: Running) -> None:
    journal = Journal.read(demo.folder)
    assert journal is not None
    assert journal.filled
    assert len(journal.done) == len(set(journal.done))
    assert len(journal.tokens) == 400


async def test_nothing_is_there_twice(demo: Running) -> None:
    superuser = await demo.superuser()
    journal = Journal.read(demo.folder)
    assert journal is not None
    made = {key.split()[0] for key in journal.made}
    assert {"survey", "hearing", "message", "news", "beacon", "trigger", "statement"} <= made
    for table, kind in (
        ("hearing", "hearing"),
        ("information", "news"),
        ("beacon", "beacon"),
        ("statement", "statement"),
    ):
        rows = await superuser.fetchval(f'select count(*) from "{table}"')
        assert rows == sum(key.startswith(f"{kind} ") for key in journal.made), table
    assert await superuser.fetchval("select count(*) from resident") == 400
    await superuser.close()


def test_the_ledger_is_as_it_was_written(demo: Running) -> None:
    done = subprocess.run(
        [*MEDVIRK, "ledger", "verify"],
        env={**os.environ, "MEDVIRK_DATA_FOLDER": str(demo.folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "all as they were written" in done.stdout


async def test_no_row_tells_where_anybody_is(demo: Running) -> None:
    superuser = await demo.superuser()
    answers = dict.fromkeys(("answer", "answer_incoming", "answer_shaken"), ("answers",))
    rows, found, drawn = await coordinates_at_rest(superuser, {**DRAWN, **answers, "beacon": ("lat", "lon")})
    await superuser.close()
    assert (found, rows > 5000, drawn > 150) == (0, True, True)


async def test_nothing_ties_an_answer_to_a_resident(demo: Running) -> None:
    superuser = await demo.superuser()
    counted, left, tied, written = await ties_of_the_counted(superuser)
    await superuser.close()
    assert (left, tied, written) == (0, 0, counted)
    assert counted >= 4


async def test_nobody_was_written_to_who_had_not_consented_then(demo: Running) -> None:
    superuser = await demo.superuser()
    said = await superuser.fetch("select subject, granted, at from consent_event where purpose = $1", PushMessages.key)
    salts = {row["id"]: row["consent_salt"] for row in await superuser.fetch("select id, consent_salt from resident")}
    sent = await superuser.fetch("select resident_id, done_at from delivery where state = 'sent'")
    await superuser.close()
    assert len(sent) > 100
    for row in sent:
        who = subject(salts[row["resident_id"]], row["resident_id"])
        before = [one for one in said if one["subject"] == who and one["at"] <= row["done_at"]]
        assert max(before, key=lambda one: one["at"])["granted"]


async def test_what_is_published_is_true_and_never_small(demo: Running) -> None:
    superuser = await demo.superuser()
    releases = await superuser.fetch("select survey_id, number, answers, content::text from release order by number")
    last = {row["survey_id"]: row for row in releases}
    assert len(releases) >= len(last) + 2, "two earlier releases"
    published = 0
    for survey, release in last.items():
        counted = await superuser.fetchval("select counted from survey where id = $1", survey)
        if counted is None:
            continue
        boxed = await superuser.fetch("select answers::text from answer where survey_id = $1", survey)
        answers = [json.loads(row["answers"]) for row in boxed]
        assert len(answers) == counted == release["answers"]
        for question in json.loads(release["content"])["questions"]:
            for cell in question["cells"] if question["type"] in ("single", "multiple") else ():
                given = [one.get(question["key"]) for one in answers]
                truth = sum(cell["value"] in (one if isinstance(one, list) else [one]) for one in given)
                assert cell["count"] in (None, truth)
                assert cell["count"] is None or cell["count"] >= 5
                published += cell["count"] is not None
    await superuser.close()
    assert published > 10


SHOWN = {
    "/console": "Trygg skolevei",
    "/console/hearings": "Gangvei langs fjorden",
    "/console/oversight": "En oversikt lå åpent i et døgn",
    "/app": "Sandefjord",
}
LISTED = {
    "/console/messages": ("/v1/staff/campaigns", "Kok vannet i Stokke"),
    "/console/zones": ("/v1/staff/zones", "Gokstadhaugen"),
    "/console/triggers": ("/v1/staff/triggers", "dwell"),
    "/console/beacons": ("/v1/staff/beacons", "Brygga, gjestehavna"),
    "/console/people": ("/v1/staff/members", "Amir Haddad"),
}
"""What each page shows at least: on it, or in the list that it asks for."""


def test_every_role_finds_something_on_every_page(demo: Running) -> None:
    journal = Journal.read(demo.folder)
    assert journal is not None
    ids = {"survey": journal.made["survey bysentrum"], "hearing": journal.made["hearing gangvei"]}
    ids["message"] = journal.made["message sentrum-start"]
    seen = set[str]()
    assert len(demo.links) == len(ROLES)
    for role, link in zip(ROLES, demo.links, strict=True):
        with httpx.Client(base_url=demo.site, headers={"Accept-Language": "nb"}) as browser:
            assert browser.post(link).status_code == 303
            for page in PAGES:
                if role not in page.roles and page.who == "staff":
                    continue
                if page.path not in SHOWN and "{" not in page.path:
                    assert browser.get(page.path).status_code == 200, (role, page.path)
                if page.path in SHOWN:
                    assert SHOWN[page.path] in browser.get(page.path).text, (role, page.path)
                    seen.add(page.path)
                if page.path in LISTED:
                    path, words = LISTED[page.path]
                    assert words in browser.get(path, params={"limit": 100}).text, (role, path)
                    seen.add(page.path)
                kind = next((name for name in ids if page.path == f"/console/{name}s/{{id}}"), None)
                if kind is not None:
                    assert browser.get(page.path.replace("{id}", ids[kind])).status_code == 200, (role, page.path)
    assert seen == {*SHOWN, *LISTED}


def test_another_start_adds_nothing(demo: Running) -> None:
    """Last of all: it ends the one that runs."""

    async def counted() -> dict[str, int]:
        superuser = await demo.superuser()
        rows = {
            table: await superuser.fetchval(f'select count(*) from "{table}"')
            for table in ("resident", "consent_event", "survey", "answer", "campaign", "hearing", "zone", "beacon")
        }
        await superuser.close()
        return rows

    before = asyncio.run(counted())
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(30) == 0
    port = free_port()
    with up(demo.folder, port) as again:
        ready(again, port)
        time.sleep(2)
        assert asyncio.run(counted()) == before


def test_a_database_that_somebody_named_is_left_as_it_is(tmp_path: Path, server: Server) -> None:
    port = free_port()
    with up(tmp_path / "data", port, MEDVIRK_DATABASE_URL=server.url()) as running:
        ready(running, port)
    assert not (tmp_path / "data" / NAME).exists()
