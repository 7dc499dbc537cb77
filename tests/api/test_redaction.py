"""What the processes write while the main job runs: nothing that anybody could be known by."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from base.embedded import Server
from rehearsal.ports import free_port
from tests.serving import environment
from tests.surveys.polling import SURVEY, base64url
from tests.surveys.voter import Voter, header
from tests.town import Town, move_in

UUID_LIKE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
COORDINATE = re.compile(r"(?<![\d.:])(59|10)\.\d{3,}(?!\d| s\b)")
"""A latitude or longitude of this town, but not the seconds that PostgreSQL says a checkpoint took."""
SQUARE = [[10.220, 59.130], [10.224, 59.130], [10.224, 59.132], [10.220, 59.132], [10.220, 59.130]]
ADDRESS = "an-address-that-nobody-else-has"
NAME = "Kari Mellomnavn Nordmann"
WORDS = "jeg er redd for bussen i Kilgata"


@pytest.fixture
def written(server: Server, tmp_path: Path, town: Town) -> Iterator[tuple[str, Path]]:
    """A web process and a worker that log everything they may to a file, and its path."""
    log, port = tmp_path / "log", free_port()
    env = environment(server, tmp_path / "keys", MEDVIRK_PORT=str(port), MEDVIRK_LOG_LEVEL="debug")
    with log.open("wb") as file:
        serving = subprocess.Popen(
            [sys.executable, "-m", "commands.main", "serve"], env=dict(env), stdout=file, stderr=subprocess.STDOUT
        )
        working = subprocess.Popen(
            [sys.executable, "-m", "commands.main", "worker"], env=dict(env), stdout=file, stderr=subprocess.STDOUT
        )
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                if httpx.get(f"{address}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        try:
            yield address, log
        finally:
            for process in (serving, working):
                process.terminate()
                process.wait(20)


async def test_no_log_line_gives_anybody_away(
    written: tuple[str, Path], server: Server, town: Town, tmp_path: Path
) -> None:
    address, log = written
    secrets: list[str] = [ADDRESS, NAME, WORDS]
    staff = await town.key("admin")
    secrets.append(staff["Authorization"].split()[1])
    async with httpx.AsyncClient(base_url=address) as client:
        member = await client.post("/v1/staff/members", headers=staff, json={"name": NAME, "roles": ["planner"]})
        assert member.status_code == 201, member.text
        zone = await client.post(
            "/v1/staff/zones",
            headers=staff,
            json={
                "name": {"nb": "Torvet"},
                "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
                "kind": "trigger",
            },
        )
        assert zone.status_code == 201, zone.text
        survey = (await client.post("/v1/staff/surveys", headers=staff, json=SURVEY)).json()["id"]
        assert (await client.post(f"/v1/staff/surveys/{survey}/launch", headers=staff)).status_code == 200
        issuer = (await client.get(f"/v1/surveys/{survey}/issuer")).json()
        for number in range(6):
            neighbour = await move_in(client, consents=["location_zones", "push_messages"])
            secrets += [neighbour.token, str(neighbour.id)]
            device = {"address_kind": "log", "address": f"{ADDRESS}{number}", "locale": "nb", "app_version": "1"}
            put = await client.put(
                "/v1/me/device", headers=neighbour.headers, json={**device, "timezone": "Europe/Oslo"}
            )
            assert put.status_code in (200, 201, 204), put.text
            at = "2026-11-22T12:00:00Z"
            fix = {"id": "a", "lat": 59.13112233, "lon": 10.22213141, "accuracy_m": 8, "at": at}
            seen = await client.post(
                "/v1/presence",
                headers=neighbour.headers,
                json={"sent_at": at, "fixes": [fix], "sightings": [], "state": None},
            )
            assert seen.status_code == 200, seen.text
            secrets.append(seen.json()["state"])
            wrong = await client.post("/v1/presence", headers=neighbour.headers, json={"fixes": [fix], "name": NAME})
            assert wrong.status_code == 422
            voter = Voter(base64url(issuer["token_key"]), base64url(issuer["token_challenge"]))
            signed = await client.post(
                f"/v1/surveys/{survey}/ballots",
                headers={**neighbour.headers, "Content-Type": "application/private-token-request"},
                content=voter.request,
            )
            ballot = header(voter.finish(signed.content))
            secrets.append(ballot["Authorization"])
            body = {"answers": {"bike": "yes", "safe": 3, "why": WORDS}, "receipt_hash": f"{number:064x}"}
            assert (await client.post(f"/v1/surveys/{survey}/responses", headers=ballot, json=body)).status_code == 201
            twice = {**body, "receipt_hash": f"{number + 99:064x}"}
            assert (await client.post(f"/v1/surveys/{survey}/responses", headers=ballot, json=twice)).status_code == 409
        assert (await client.get(f"/v1/me/{NAME}", headers=staff)).status_code == 404
        assert (await client.post(f"/v1/staff/surveys/{survey}/close", headers=staff)).status_code in (200, 202)

    said = log.read_text() + (server.data.parent / "postgres.log").read_text()
    assert "answered" in said
    for secret in secrets:
        assert secret not in said
    assert not COORDINATE.search(said)
    own = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert not [line for line in own if UUID_LIKE.search(json.dumps(line))]
    assert not [line for line in own if "responses" in str(line.get("route"))]
