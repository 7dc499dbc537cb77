"""The embedded PostgreSQL: one at a time, and gone with its parent."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from base import server_user
from base.embedded import AlreadyRunning, PostgresDidNotStart, binaries
from base.keys import FileKeyStore
from tests.town import start_postgres


def test_a_second_server_over_the_same_folder_is_refused(tmp_path: Path) -> None:
    with start_postgres(tmp_path), pytest.raises(AlreadyRunning):
        start_postgres(tmp_path)


def test_it_listens_on_no_network_and_its_socket_is_for_its_owner_alone(tmp_path: Path) -> None:
    with start_postgres(tmp_path) as server:
        assert server.psql("show listen_addresses").strip() == ""
        assert server.socket.stat().st_mode & 0o077 == 0


def test_what_was_there_is_there_again(tmp_path: Path) -> None:
    with start_postgres(tmp_path) as server:
        server.psql("create table kept (n int); insert into kept values (7)", "medvirk")
    with start_postgres(tmp_path) as server:
        assert server.psql("select n from kept", "medvirk").strip() == "7"


def test_a_path_with_spaces_and_a_closed_folder_above_do_not_matter(tmp_path: Path) -> None:
    closed = tmp_path / "closed and spaced"
    closed.mkdir(mode=0o700)
    with start_postgres(closed / "data") as server:
        assert server.psql("select 1").strip() == "1"


def test_the_programs_may_lie_below_a_closed_folder_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, a_place_for_programs: Path
) -> None:
    """As in a checkout that only its owner may look into; the second start finds the copy that the first one made."""
    monkeypatch.setattr(server_user, "_places", lambda: iter([a_place_for_programs]))
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = binaries().parent.parent
    for part in (package, package.with_name(package.name + ".libs")):
        shutil.copytree(part, closed / part.name, symlinks=True)
    for _ in range(2):
        with start_postgres(tmp_path / "data", programs=closed / package.name / "pginstall" / "bin") as server:
            assert server.psql("select 1").strip() == "1"
    copies = list(a_place_for_programs.iterdir())
    assert len(copies) == (1 if os.geteuid() == 0 else 0)
    for folder, _, files in os.walk(a_place_for_programs):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            there = path.lstat()
            assert there.st_uid == os.geteuid()
            assert stat.S_ISLNK(there.st_mode) or not there.st_mode & 0o022


@pytest.fixture
def a_place_for_programs() -> Iterator[Path]:
    """A folder that everybody can reach, as /var/lib is."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_the_server_keeps_nothing_of_roots_rights_and_is_nobody_elses_user(tmp_path: Path) -> None:
    with start_postgres(tmp_path) as server:
        status = Path(f"/proc/{server.pid}/status").read_text()
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        statuses = [status]
        for child in children:
            with suppress(FileNotFoundError):  # Some come and go, such as those that vacuum.
                statuses.append(Path(f"/proc/{child}/status").read_text())
    assert len(statuses) > 3
    for one in statuses:
        rights = {line.split()[0]: int(line.split()[1], 16) for line in one.splitlines() if line.startswith("Cap")}
        assert rights["CapEff:"] == rights["CapPrm:"] == rights["CapAmb:"] == rights["CapInh:"] == 0
        owners = set(next(line for line in one.splitlines() if line.startswith("Uid:")).split()[1:])
        assert owners.isdisjoint({"0", str(NOBODY)})


NOBODY = pwd.getpwnam("nobody").pw_uid
_TRY = """
import asyncio, os, sys
import asyncpg
async def connect():
    connection = asyncpg.connect  # All is imported before the rights go: the programs may lie where others cannot look.
    os.setgroups([])
    os.setgid(int(sys.argv[-1]))
    os.setuid(int(sys.argv[-1]))
    for role in ("postgres", "medvirk_owner", "medvirk_app"):
        try:
            await connection(f"postgresql://{role}@/postgres?host={sys.argv[1]}", timeout=10)
            print("in as", role)
        except Exception as error:
            print(type(error).__name__)
asyncio.run(connect())
"""
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="not run: only root can become another user")


def as_user(uid: int, script: str, *arguments: str) -> str:
    """What a process of another user, without rights, prints."""

    done = subprocess.run(
        [sys.executable, "-c", script, *arguments, str(uid)], capture_output=True, text=True, check=False
    )
    assert done.stdout, done.stderr
    return done.stdout


@only_root
def test_no_other_user_gets_into_the_database_not_even_through_an_open_folder(tmp_path: Path) -> None:
    with start_postgres(tmp_path) as server:
        server_uid = Path(f"/proc/{server.pid}").stat().st_uid
        others = (NOBODY, server_uid + 1, 1000)
        for uid in others:
            assert "in as" not in as_user(uid, _TRY, str(server.socket))
        # Even where somebody opened the way: the server asks the kernel who is there.
        server.socket.chmod(0o777)
        (server.socket / ".s.PGSQL.5432").chmod(0o777)
        for uid in (*others, server_uid):
            said = as_user(uid, _TRY, str(server.socket))
            assert "in as" not in said
            assert "InvalidAuthorizationSpecificationError" in said
        assert server.psql("select 1").strip() == "1"


@only_root
def test_the_superuser_of_the_database_reads_no_file_that_is_only_roots(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("only root may read this")
    canary.chmod(0o600)
    keys = FileKeyStore(tmp_path / "keys")
    keys.put("survey/key", b"a secret")
    with start_postgres(tmp_path / "data") as server:
        for path in (canary, tmp_path / "keys" / "survey" / "key", tmp_path / "data" / "postgres.log"):
            with pytest.raises(PostgresDidNotStart, match="ermission denied"):
                server.psql(f"select pg_read_binary_file('{path}')")


@only_root
def test_a_data_folder_that_was_nobodys_goes_on(tmp_path: Path) -> None:
    with start_postgres(tmp_path) as server:
        server.psql("create table kept (n int); insert into kept values (7)", "medvirk")
    server_user.hand_over(tmp_path / "postgres", NOBODY)
    (tmp_path / "postgres" / "pg_hba.conf").write_text("local all all trust\n")  # As initdb once left it.
    with start_postgres(tmp_path) as server:
        assert server.psql("select n from kept", "medvirk").strip() == "7"
        assert "in as" not in as_user(NOBODY, _TRY, str(server.socket))
        owners = {path.lstat().st_uid for path in (tmp_path / "postgres").rglob("*")}
    assert owners == {server_user.user_for(tmp_path / "postgres")}


@only_root
def test_a_folder_that_is_another_accounts_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    os.chown(tmp_path / "postgres", pwd.getpwnam("daemon").pw_uid, -1)
    with pytest.raises(PermissionError):
        start_postgres(tmp_path)


@only_root
def test_a_link_in_the_servers_folder_leads_root_nowhere(tmp_path: Path) -> None:
    with start_postgres(tmp_path):
        pass
    victim = tmp_path / "victim"
    victim.write_text("as it was")
    for name in ("pg_hba.conf", "pg_ident.conf"):
        (tmp_path / "postgres" / name).unlink()
        (tmp_path / "postgres" / name).symlink_to(victim)
    with start_postgres(tmp_path) as server:
        assert server.psql("select 1").strip() == "1"
    assert victim.read_text() == "as it was"
    assert victim.stat().st_uid == 0


def test_each_folder_has_a_user_of_its_own_that_no_account_has(tmp_path: Path) -> None:
    users = {server_user.user_for(tmp_path / str(n)) for n in range(20)}
    assert len(users) > 18
    for uid in users:
        with pytest.raises(KeyError):
            pwd.getpwuid(uid)


def test_the_log_and_what_lies_beside_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    with start_postgres(tmp_path / "data") as server:
        for path in (server.data.parent / "postgres.log", server.data, server.socket):
            assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_it_is_gone_when_its_parent_is_killed(tmp_path: Path, how: signal.Signals) -> None:
    script = (
        "import sys, time; from pathlib import Path; from tests.town import start_postgres; "
        "s = start_postgres(Path(sys.argv[1])); print(s.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(how)
        parent.wait(10)
    end = time.monotonic() + 20
    while _alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
