"""What the README says of operating it, followed to the letter: Debian's PostgreSQL 15, two roles, and PgBouncer."""

import asyncio
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from base.embedded import die_with_parent
from base.keys import MemoryKeyStore
from rehearsal.ports import free_port
from tests.surveys.polling import Polling
from tests.town import Moves, Town, move_in

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
POOLER = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
pytestmark = [
    pytest.mark.skipif(os.environ.get("MEDVIRK_PROVE") != "1", reason="a long proof"),
    pytest.mark.skipif(not (PROGRAMS / "postgres").exists(), reason="not run: Debian's postgresql-15 is not here"),
]
OWNER, APP = secrets.token_hex(8) + "@:/%", secrets.token_hex(8) + "#?"
"""Passwords with signs that a URL must write otherwise."""


def _quoted(password: str) -> str:
    return "".join(sign if sign.isalnum() else f"%{ord(sign):02X}" for sign in password)


@dataclass(frozen=True, slots=True)
class Host:
    """A machine with PostgreSQL and, before it, PgBouncer in transaction mode with few connections."""

    folder: Path
    port: int
    pooler: int

    def url(self, role: str, port: int, query: str = "") -> str:
        password = _quoted({"medvirk_owner": OWNER, "medvirk_app": APP}[role])
        return f"postgresql://{role}:{password}@127.0.0.1:{port}/medvirk{query}"

    def environment(self, **more: str) -> Mapping[str, str]:
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith("MEDVIRK_")},
            "MEDVIRK_OWNER_DATABASE_URL": self.url("medvirk_owner", self.port),
            "MEDVIRK_DATABASE_URL": self.url("medvirk_app", self.port),
            "MEDVIRK_KEYS_FOLDER": str(self.folder / "keys"),
            "MEDVIRK_DATA_FOLDER": str(self.folder / "data"),
            "MEDVIRK_METRICS_PORT": str(free_port()),
            "MEDVIRK_WORKER_METRICS_PORT": str(free_port()),
            "MEDVIRK_REGISTRATIONS_PER_MINUTE": "1000000",
            **more,
        }

    def behind_the_pooler(self, **more: str) -> Mapping[str, str]:
        return self.environment(
            MEDVIRK_DATABASE_URL=self.url("medvirk_app", self.pooler, "?statement_cache_size=0"),
            MEDVIRK_DIRECT_DATABASE_URL=self.url("medvirk_app", self.port),
            **more,
        )

    def medvirk(self, env: Mapping[str, str], *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "commands.main", *arguments],
            env=dict(env),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def _account() -> Any:
    """PostgreSQL and PgBouncer do not run as root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    return next(pwd.getpwnam(name) for name in ("postgres", "nobody") if name in {p.pw_name for p in pwd.getpwall()})


def _become() -> None:
    if os.geteuid() == 0:
        account = _account()
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    die_with_parent(signal.SIGINT)


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    data = folder / "pg15"
    data.mkdir()
    for path in (folder, data):
        shutil.chown(path, _account().pw_uid)
    port, pooler = free_port(), free_port()
    run = partial(subprocess.run, preexec_fn=_become, cwd="/", check=True, capture_output=True)
    run(
        [
            str(PROGRAMS / "initdb"),
            "-D",
            str(data),
            "-U",
            "postgres",
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
    )
    settings = ("log_error_verbosity=terse", "log_parameter_max_length=0", "track_commit_timestamp=off")
    database = subprocess.Popen(
        [
            str(PROGRAMS / "postgres"),
            "-D",
            str(data),
            "-p",
            str(port),
            "-k",
            str(folder),
            "-c",
            "fsync=off",
            *(part for setting in settings for part in ("-c", setting)),
        ],
        preexec_fn=_become,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    bouncer: subprocess.Popen[bytes] | None = None
    try:
        psql = [str(PROGRAMS / "psql"), "-X", "-q", "-h", str(folder), "-p", str(port), "-U", "postgres", "-c"]
        end = time.monotonic() + 60
        while subprocess.run([*psql, "select 1"], capture_output=True, check=False).returncode:
            assert time.monotonic() < end
            time.sleep(0.1)
        for statement in (
            f"create role medvirk_owner login password '{OWNER}'",
            f"create role medvirk_app login password '{APP}'",
            "create database medvirk owner medvirk_owner",
        ):
            subprocess.run([*psql, statement], check=True, capture_output=True)
        if POOLER is not None:
            (folder / "users.txt").write_text(f'"medvirk_app" "{APP}"\n')
            (folder / "pgbouncer.ini").write_text(
                f"[databases]\nmedvirk = host=127.0.0.1 port={port} dbname=medvirk\n[pgbouncer]\n"
                "pool_mode = transaction\n"
                f"listen_addr = 127.0.0.1\nlisten_port = {pooler}\nauth_type = scram-sha-256\nunix_socket_dir =\n"
                f"auth_file = {folder}/users.txt\ndefault_pool_size = 4\nmax_client_conn = 200\n"
            )
            bouncer = subprocess.Popen(
                [POOLER, str(folder / "pgbouncer.ini")],
                preexec_fn=_become,
                cwd="/",
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        yield Host(folder, port, pooler)
    finally:
        for process in (bouncer, database):
            if process is not None:
                process.send_signal(signal.SIGINT)
                process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def up(env: Mapping[str, str], log: Path) -> Iterator[tuple[str, str]]:
    """`medvirk up` with a database of the operator's: its address and its sign-in link."""
    port = free_port()
    with log.open("wb") as told:
        running = subprocess.Popen(
            [sys.executable, "-m", "commands.main", "up"],
            env={**env, "MEDVIRK_PORT": str(port)},
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        end = time.monotonic() + 120
        while "Ctrl-C" not in log.read_text():
            assert running.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.2)
        link = re.search(r"http://\S+/sign-in/\S+", log.read_text())
        assert link is not None
        yield f"http://127.0.0.1:{port}", link.group()
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(60)


async def _main_job(client: httpx.AsyncClient, staff: dict[str, str], direct: str) -> None:
    """Register, launch, fetch ballots, hand in at once, close, and see it counted."""
    superuser = await asyncpg.connect(direct)
    try:
        municipality = await superuser.fetchval("select id from municipality limit 1")
        moves: Moves = partial(move_in, client)
        town = Town(municipality, "3907", superuser)
        polling = Polling(client, town, moves, MemoryKeyStore(), staff, counts=False)
        await polling.launch()
        residents = await asyncio.gather(*(moves(consents=["personal_feed"]) for _ in range(40)))
        ballots = await asyncio.gather(*(polling.ballot(resident) for resident in residents))
        answers = [{"bike": "no"}] * len(ballots)
        taken = await asyncio.gather(
            *(polling.hand_in(b, a, n) for n, (b, a) in enumerate(zip(ballots, answers, strict=True)))
        )
        assert {answer.status_code for answer in taken} == {201}
        reads = await asyncio.gather(
            *(client.get("/v1/me", headers=r.headers) for r in residents),
            *(client.get("/v1/staff/surveys", headers=staff) for _ in range(40)),
        )
        assert {answer.status_code for answer in reads} == {200}
        closed = await client.post(f"/v1/staff/surveys/{polling.survey}/close", headers=staff)
        assert closed.status_code == 200, closed.text
        async with asyncio.timeout(120):
            while (await client.get(f"/v1/surveys/{polling.survey}/box")).json()["state"] != "counted":
                await asyncio.sleep(0.5)
        box = (await client.get(f"/v1/surveys/{polling.survey}/box")).json()
        assert box["counted"] == len(ballots)
    finally:
        await superuser.close()


DISTRICTS = Path(__file__).parents[2] / "commands" / "data" / "districts.geojson"


@pytest.mark.parametrize("way", ["direct", "pooler"])
async def test_each_sentence_that_an_operator_can_follow_holds(host: Host, tmp_path: Path, way: str) -> None:
    if way == "pooler" and POOLER is None:
        pytest.skip("not run: pgbouncer is not here")
    env = host.behind_the_pooler() if way == "pooler" else host.environment()
    assert "current" in host.medvirk(env, "migrate")
    direct = f"postgresql://postgres@/medvirk?host={host.folder}&port={host.port}"
    log = tmp_path / "up.log"
    with up(env, log) as (address, link):
        async with httpx.AsyncClient(base_url=address, timeout=60) as client:
            ready = (await client.get("/readyz")).json()
            assert ready["warnings"] == [], ready
            assert httpx.post(link).status_code == 303  # Apart: its cookie is not for the anonymous door.
            made = host.medvirk(
                env,
                "keys",
                "create",
                "--municipality",
                "3907",
                "--roles",
                "communications,planner",
                "--name",
                "survey tool",
            )
            staff = {"Authorization": f"Bearer {made.strip().splitlines()[-1]}"}
            await _main_job(client, staff, direct)
            assert "/sign-in/" in host.medvirk(
                env, "staff", "add", "--municipality", "3907", "--name", "Kari", "--roles", "privacy_officer"
            )
            host.medvirk(env, "zones", "import", str(DISTRICTS), "--municipality", "3907")
            host.medvirk(env, "keys", "rotate")
            host.medvirk(env, "ledger", "verify")
            for name in ("MEDVIRK_METRICS_PORT", "MEDVIRK_WORKER_METRICS_PORT"):
                metrics = httpx.get(f"http://127.0.0.1:{env[name]}/metrics", timeout=10)
                assert metrics.status_code == 200
    said = log.read_text()
    for wrong in ("Traceback", "prepared statement", "unsupported startup parameter", "again in", '"level": "error"'):
        assert wrong not in said, said[-3000:]
    print(f"{way}: the main job, and each command of the README")


@pytest.mark.parametrize("verb", ["serve", "worker"])
def test_they_do_not_start_as_a_role_that_may_too_much(host: Host, verb: str) -> None:
    host.medvirk(host.environment(), "migrate")
    env = host.environment(MEDVIRK_DATABASE_URL=host.url("medvirk_owner", host.port), MEDVIRK_PORT=str(free_port()))
    done = subprocess.run(
        [sys.executable, "-m", "commands.main", verb],
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "MEDVIRK_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("what", ["nobody answers", "a wrong password", "no such database", "a parameter of no server"])
def test_a_database_that_cannot_be_had_is_said_in_a_line(host: Host, what: str) -> None:
    good = host.url("medvirk_app", host.port)
    url = {
        "nobody answers": host.url("medvirk_app", free_port()),
        "a wrong password": good.replace(_quoted(APP), "wrong"),
        "no such database": good.replace("/medvirk", "/nosuch"),
        "a parameter of no server": good + "?statement_cash_size=0",
    }[what]
    for verb in (["serve"], ["ledger", "verify"]):
        env = host.environment(MEDVIRK_DATABASE_URL=url, MEDVIRK_PORT=str(free_port()))
        done = subprocess.run(
            [sys.executable, "-m", "commands.main", *verb],
            env=dict(env),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1, done.stderr
        assert done.stderr.startswith("medvirk: the database")
        assert _quoted(APP) not in done.stderr
        assert APP not in done.stderr
