"""Every page and list of a town, asked for one after the other, and what each took."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import MappingProxyType

import httpx

from api.routes import endpoints
from base.embedded import Server, die_with_parent
from benchmarks.full_town.building import Town
from benchmarks.full_town.watched import PATH
from benchmarks.town import NUMBER
from console.pages import PAGES
from rehearsal.ports import free_port
from tests.serving import environment

ROUNDS, PATIENCE_S = 20, 8.0
NOT_LISTS = ("/confirm/", "/preview/", "/v1/previews/", "/readyz", "/v1/push/key", "/sign-in/")
"""Pages that a secret opens, and what asks the machine."""
PREVIEW = {"languages": ["nb"], "written_in": ["nb", "en"]}


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to ask for, by whom; `body` makes it a POST, `again` asks with the ETag of the answer before."""

    path: str
    who: str
    body: Mapping[str, object] | None = None
    again: bool = False

    @property
    def name(self) -> str:
        """What it is called in a table."""
        verb = "POST " if self.body else "unchanged " if self.again else ""
        return f"{self.who[:8]:8} {verb}{self.path}"


@dataclass(frozen=True, slots=True)
class Took:
    """What it took: p50 and p99 in ms of server time, statements of one request, bytes over the wire and of content,
    the longest step of the event loop in ms of CPU time."""

    asked: Asked
    status: int
    p50_ms: float
    p99_ms: float
    statements: int
    wire: int
    content: int
    step_ms: float


def asked_of(town: Town) -> Iterator[Asked]:
    """Every GET of the API, each list as long as it may be, every page, and the preview of an audience."""
    for endpoint in endpoints():
        if endpoint.method == "GET" and not endpoint.path.startswith(NOT_LISTS):
            looked_for = f"?municipality={NUMBER}&q=krets" if endpoint.path.endswith("/places/search") else ""
            yield Asked(filled(endpoint.path, town) + looked_for, endpoint.who.kind)
            if endpoint.path == "/v1/zones/pack":
                yield Asked(endpoint.path, endpoint.who.kind, again=True)
            names = set(endpoint.query.model_fields) if endpoint.query else set()
            if "limit" in names:
                yield Asked(filled(endpoint.path, town) + "?limit=200", endpoint.who.kind)
            if "kind" in names:
                yield Asked(filled(endpoint.path, town) + "?kind=district&limit=200", endpoint.who.kind)
    yield Asked("/v1/staff/audiences/preview", "staff", PREVIEW)
    yield Asked("/openapi.json", "open")
    yield Asked("/docs", "open")
    for page in PAGES:
        if not page.path.startswith(NOT_LISTS):
            yield Asked(filled(page.path, town), "page" if page.who == "staff" else "open")


def filled(path: str, town: Town) -> str:
    """A path with the town's own ids in it."""
    about = {
        "/v1/staff/hearings": town.hearing,
        "/v1/hearings": town.hearing,
        "/console/hearings/{id}": town.hearing,
        "/v1/staff/campaigns": town.message,
        "/console/messages/{id}/edit": town.message_draft,
        "/console/messages": town.message,
        "/v1/staff/zones": town.zone,
        "/v1/staff/triggers": town.trigger,
        "/v1/staff/beacons": town.beacon,
        "/v1/staff/members": town.member,
        "/v1/staff/information": town.information,
        "/console/news": town.information,
        "/console/zones": town.zone,
        "/console/triggers": town.trigger,
        "/v1/insights": town.published,
        "/v1/municipalities/{number}/results": town.published,
        "/console/surveys/{id}/edit": town.draft,
        "/console/surveys/{id}/launch": town.draft,
    }
    one = next((found for start, found in about.items() if path.startswith(start)), town.survey)
    values = {
        "number": NUMBER,
        "id": one,
        "survey": town.survey,
        "document": town.hearing_document,
        "prefix": "ab",
        "leaf": "00" * 32,
        "purpose": "push_messages",
    }
    if path.endswith("releases/{number:int}") or "/releases/{number:int}/" in path:
        values["number"] = "1"
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: str(values[part[1]]), path)


@contextmanager
def serving(server: Server, keys: Path) -> Iterator[tuple[str, int]]:
    """A watched web process: its address and its process id."""
    port = free_port()
    env = dict(environment(server, keys, MEDVIRK_PORT=str(port), MEDVIRK_HOST="127.0.0.1"))
    command = [sys.executable, "-m", "benchmarks.full_town.watched"]
    with subprocess.Popen(command, env=env, preexec_fn=die_with_parent) as running:
        try:
            address = f"http://127.0.0.1:{port}"
            _until_ready(running, address)
            yield address, running.pid
        finally:
            running.terminate()


def _until_ready(running: "subprocess.Popen[bytes]", address: str) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end and running.poll() is None:
        try:
            if httpx.get(f"{address}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the web process did not become ready")


def measured(address: str, town: Town, wanted: Sequence[Asked], rounds: int = ROUNDS) -> list[Took]:
    """Ask for each, some times over."""
    headers = callers(town)
    with httpx.Client(base_url=address, timeout=120) as client:
        # A process begins with the pack before anybody asks for it; how long that takes is not what this measures.
        client.get("/v1/zones/pack", headers=headers["resident"])
        return [_measured(client, asked, headers[asked.who], rounds) for asked in wanted]


def callers(town: Town) -> Mapping[str, Mapping[str, str]]:
    """The headers of each kind of caller."""
    return {
        "open": {},
        "resident": {"Authorization": f"Bearer {town.resident}"},
        "staff": {"Authorization": f"Bearer {town.staff}"},
        "page": {"Cookie": f"medvirk_session={town.session}"},
    }


def _measured(client: httpx.Client, asked: Asked, headers: Mapping[str, str], rounds: int) -> Took:
    if asked.again:
        headers = {**headers, "If-None-Match": client.get(asked.path, headers=headers).headers.get("etag", "")}
    client.get(PATH)
    end, status, wire, content = time.monotonic() + PATIENCE_S, 0, 0, 0
    for number in range(rounds):
        if number and time.monotonic() > end:
            break
        method, body = ("GET", None) if asked.body is None else ("POST", json.dumps(asked.body).encode())
        more = {} if body is None else {"Content-Type": "application/json"}
        with client.stream(method, asked.path, headers={**headers, **more}, content=body) as answer:
            status, content = answer.status_code, sum(len(part) for part in answer.iter_bytes())
            wire = answer.num_bytes_downloaded
    seen = client.get(PATH).json()
    times = sorted(seen["server_ms"])
    p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
    return Took(
        asked,
        status=status,
        p50_ms=median(times),
        p99_ms=p99,
        statements=max(seen["statements"]),
        wire=wire,
        content=content,
        step_ms=seen["step_ms"],
    )


def memory_mib(pid: int) -> float:
    """What a process holds of the machine's memory (RSS), in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def plain(name: str) -> str:
    """What was asked for, without ids."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "{id}", name)


def printed(rows: Sequence[Took], before: Mapping[str, Mapping[str, float]] = MappingProxyType({})) -> str:
    """A table for people; earlier figures by the plain name stand before the present ones."""
    lines = [f"{'what':70} {'':3} {'p50 ms':>16} {'p99 ms':>16} {'statements':>11} {'kB sent':>16} {'step ms':>16}"]
    for row in rows:
        was = before.get(plain(row.asked.name), {})
        cells = [
            (16, row.p50_ms, was.get("p50_ms"), 1.0, 1),
            (16, row.p99_ms, was.get("p99_ms"), 1.0, 1),
            (11, row.statements, was.get("statements"), 1.0, 0),
            (16, row.wire, was.get("wire"), 1000.0, 1),
            (16, row.step_ms, was.get("step_ms"), 1.0, 1),
        ]
        shown = " ".join(_cell(*cell) for cell in cells)
        lines.append(f"{plain(row.asked.name)[:70]:70} {row.status:3} {shown}")
    return "\n".join(lines)


def _cell(width: int, value: float, was: float | None, unit: float, digits: int) -> str:
    now = f"{value / unit:,.{digits}f}"
    return f"{now if was is None else f'{was / unit:,.{digits}f} > {now}':>{width}}"
