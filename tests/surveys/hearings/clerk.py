"""Staff who run a hearing, and residents who are heard in it, over HTTP."""

from datetime import date
from typing import Any

import httpx

from tests.surveys.polling import Polling, receipt_of
from tests.surveys.voter import header

PDF = b"%PDF-1.7\n% a plan"
TITLE = {"nb": "Gangvei langs fjorden", "en": "Footpath by the fjord"}
DEADLINE = date(2027, 6, 15)
HEARING: dict[str, Any] = {
    "title": TITLE,
    "summary": {"nb": "Forslag til ny gangvei.", "en": "A new footpath is proposed."},
    "case_reference": "26/1234",
    "deadline": DEADLINE.isoformat(),
    "plan_id": "20260007",
    "interests": ["planning"],
}
OUTCOME = {
    "decision": {"nb": "Vedtatt med lys.", "en": "Adopted, with lights."},
    "response": {"nb": "Dere ba om lys.", "en": "You asked for lights."},
}


class Clerk:
    """Staff who run a hearing."""

    def __init__(self, polling: Polling) -> None:
        self.polling = polling
        self.path = ""

    async def post(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        return await self.polling.client.post(f"{self.path}{path}", headers=self.polling.staff, json=json, **more)

    async def get(self, path: str = "") -> Any:
        answer = await self.polling.client.get(f"{self.path}{path}", headers=self.polling.staff)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def publish(self, **changes: Any) -> str:
        written = await self.polling.client.post(
            "/v1/staff/hearings", headers=self.polling.staff, json={**HEARING, **changes}
        )
        assert written.status_code == 201, written.text
        self.path = f"/v1/staff/hearings/{written.json()['id']}"
        assert (await self.post("/launch")).status_code == 200
        self.polling.survey = written.json()["id"]
        self.polling.issuer = (await self.polling.client.get(f"/v1/hearings/{self.polling.survey}/issuer")).json()
        return self.polling.survey

    async def add(self, name: str, content: bytes) -> httpx.Response:
        return await self.polling.client.post(
            f"{self.path}/documents",
            params={"name": name},
            content=content,
            headers={**self.polling.staff, "Content-Type": "application/octet-stream"},
        )


async def say(polling: Polling, name: str, body: str) -> httpx.Response:
    return await polling.client.post(
        f"/v1/hearings/{polling.survey}/statements", json={"kind": "person", "name": name, "body": body}
    )


async def whisper(polling: Polling, number: int, opinion: str) -> httpx.Response:
    """An anonymous opinion, by ballot."""
    resident, voter = await polling.moves(), polling.voter()
    signed = await polling.client.post(
        f"/v1/hearings/{polling.survey}/ballots",
        headers={**resident.headers, "Content-Type": "application/private-token-request"},
        content=voter.request,
    )
    assert signed.status_code == 200
    return await polling.client.post(
        f"/v1/hearings/{polling.survey}/responses",
        headers=header(voter.finish(signed.content)),
        json={"answers": {"opinion": opinion}, "receipt_hash": receipt_of(number)},
    )
