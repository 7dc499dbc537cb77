"""The embedded PostgreSQL: one at a time, and gone with its parent."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from base.embedded import AlreadyRunning, binaries
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


def test_the_programs_may_lie_below_a_closed_folder_too(tmp_path: Path) -> None:
    """As in a checkout that only its owner may look into."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = binaries().parent.parent
    for part in (package, package.with_name(package.name + ".libs")):
        shutil.copytree(part, closed / part.name, symlinks=True)
    with start_postgres(tmp_path / "data", programs=closed / package.name / "pginstall" / "bin") as server:
        assert server.psql("select 1").strip() == "1"


def test_the_server_keeps_no_more_of_roots_rights_than_to_look(tmp_path: Path) -> None:
    with start_postgres(tmp_path) as server:
        status = Path(f"/proc/{server.pid}/status").read_text()
    rights = {line.split()[0]: int(line.split()[1], 16) for line in status.splitlines() if line.startswith("Cap")}
    only_to_look = 1 << 2 if os.geteuid() == 0 else 0
    assert rights["CapEff:"] == rights["CapPrm:"] == only_to_look
    owner = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
    assert "0" not in owner


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
