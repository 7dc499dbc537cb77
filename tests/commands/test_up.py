"""`medvirk up`: everything from an empty folder, and nothing left behind but the data."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from rehearsal.ports import free_port

MEDVIRK = (sys.executable, "-m", "commands.main")


@contextmanager
def up(folder: Path, port: int, *options: str, **settings: str) -> "Iterator[subprocess.Popen[str]]":
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("MEDVIRK_")},
        **settings,
        "MEDVIRK_DATA_FOLDER": str(folder),
        "MEDVIRK_METRICS_PORT": str(free_port()),
        "MEDVIRK_WORKER_METRICS_PORT": str(free_port()),
    }
    with subprocess.Popen(
        [*MEDVIRK, "up", *options, "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            yield running
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)


def ready(running: "subprocess.Popen[str]", port: int) -> str:
    """What was printed until it was ready."""
    assert running.stdout is not None
    said = []
    for line in running.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break
    assert httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200, "".join(said)
    return "".join(said)


def left_over(folder: Path) -> list[str]:
    """Processes that still name the folder, or were started with it in their environment."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            try:
                if str(folder).encode() in (process / "cmdline").read_bytes() + (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_text())
            except OSError:
                continue
    return found


def stopped(running: "subprocess.Popen[str]", folder: Path, how: signal.Signals) -> None:
    running.send_signal(how)
    running.wait(30)
    end = time.monotonic() + 15
    while left_over(folder) and time.monotonic() < end:
        time.sleep(0.1)
    assert left_over(folder) == []


def test_it_starts_from_nothing_and_again_on_the_data_it_had(tmp_path: Path) -> None:
    port, folder = free_port(), tmp_path / "data"
    with up(folder, port, "--empty") as running:
        said = ready(running, port)
        link = re.search(r"http://\S+/sign-in/\S+", said)
        assert link
        assert f"http://127.0.0.1:{port}/app?m=3907" in said
        with httpx.Client() as browser:
            landed = browser.post(link.group(), follow_redirects=False)
            assert (landed.status_code, landed.headers["location"]) == (303, "/console")
            assert browser.get(f"http://127.0.0.1:{port}/console").status_code == 200
            assert httpx.post(link.group()).status_code == 401
        shown = httpx.get(f"http://127.0.0.1:{port}/app?m=3907").text
        assert '"basemap": "sketch"' in shown  # A demonstration asks nobody outside unless it is told to.
        registered = httpx.post(
            f"http://127.0.0.1:{port}/v1/residents",
            json={"municipality": "3907", "language": "nb", "platform": "web", "app_version": "1"},
        ).json()
        with up(folder, free_port()) as second:
            assert second.wait(30) == 1
            assert second.stdout is not None
            assert "already runs" in second.stdout.read()
        at_hand = {**os.environ, "MEDVIRK_DATA_FOLDER": str(folder)}
        another = subprocess.run([*MEDVIRK, "staff", "link"], env=at_hand, capture_output=True, text=True, check=True)
        assert another.stdout.startswith(f"http://127.0.0.1:{port}/sign-in/")  # Where it runs, though told by --port.
        stopped(running, folder, signal.SIGINT)
        assert running.returncode == 0
    asking = {"MEDVIRK_KARTVERKET": "true", "MEDVIRK_KARTVERKET_URL": "http://127.0.0.1:9"}
    with up(folder, port, "--empty", **asking) as running:
        ready(running, port)
        assert '"basemap": "kartverket"' in httpx.get(f"http://127.0.0.1:{port}/app?m=3907").text
        me = httpx.get(f"http://127.0.0.1:{port}/v1/me", headers={"Authorization": f"Bearer {registered['token']}"})
        assert me.status_code == 200
        stopped(running, folder, signal.SIGTERM)


@pytest.mark.parametrize("how", [signal.SIGKILL])
def test_nothing_is_left_when_it_is_killed(tmp_path: Path, how: signal.Signals) -> None:
    port, folder = free_port(), tmp_path / "data"
    with up(folder, port, "--empty") as running:
        ready(running, port)
        stopped(running, folder, how)


def refused(folder: Path, port: int) -> str:
    with up(folder, port, "--empty") as running:
        assert running.wait(60) == 1
        assert running.stdout is not None
        return running.stdout.read().strip()


def test_a_port_that_somebody_has_is_said_in_one_sentence_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused(tmp_path / "data", port)
    assert f"port {port} of 127.0.0.1" in said
    assert "--port" in said
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("where", ["file/data", "file/deeper/data"])
def test_a_folder_that_cannot_be_is_said_in_one_sentence(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()
    said = refused(tmp_path / where, free_port()).splitlines()
    assert said[-1] == f"medvirk: the data folder {tmp_path / where} cannot be used: Not a directory"
    assert "Traceback" not in said


@pytest.mark.parametrize("what", [["staff", "link"], ["ledger", "verify"]])
def test_a_command_in_another_folder_says_that_nothing_is_there_and_makes_nothing(
    tmp_path: Path, what: list[str]
) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("MEDVIRK_")}
    env["PYTHONPATH"] = str(Path(__file__).parents[2])
    done = subprocess.run([*MEDVIRK, *what], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"there is no database in {tmp_path / '.medvirk'}" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    done = subprocess.run([*MEDVIRK, "up", f"--port={port}"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "a port is a number from 1 to 65535" in done.stderr
