"""What tests of surveys do again and again: write, launch, fetch ballots, hand in, close and count."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from base.keys import KeyStore
from surveys.box.shaking import count_and_forget
from tests.surveys.voter import Voter, header
from tests.town import Moves, Neighbour, Town, night

L = {"nb": "Trygg skolevei", "en": "Safe way to school"}
BIKE = [{"key": "yes", "label": {"nb": "Ja", "en": "Yes"}}, {"key": "no", "label": {"nb": "Nei", "en": "No"}}]
SURVEY: dict[str, Any] = {
    "title": L,
    "languages": ["nb", "en"],
    "questions": [
        {"key": "bike", "type": "single", "label": L, "required": True, "options": BIKE},
        {
            "key": "safe",
            "type": "scale",
            "label": L,
            "min": 1,
            "max": 5,
            "show_if": {"question": "bike", "is": "yes"},
        },
        {"key": "why", "type": "text", "label": L, "max_length": 200},
    ],
}


def base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def secret_of(number: int) -> str:
    return f"a secret that app number {number} made"


def receipt_of(number: int) -> str:
    return hashlib.sha256(secret_of(number).encode()).hexdigest()


@dataclass
class Polling:
    """A survey in a town, over HTTP."""

    client: httpx.AsyncClient
    town: Town
    moves: Moves
    keys: KeyStore
    staff: dict[str, str]
    survey: str = ""
    counts: bool = True
    """Whether a night passes before a launch, in the database of the tests."""
    issuer: dict[str, Any] = field(default_factory=dict)

    async def write(self, document: dict[str, Any] | None = None) -> str:
        written = await self.client.post("/v1/staff/surveys", headers=self.staff, json=document or SURVEY)
        assert written.status_code == 201, written.text
        self.survey = written.json()["id"]
        return self.survey

    async def launch(self, document: dict[str, Any] | None = None) -> str:
        await self.write(document)
        if self.counts:
            await night(self.town)
        launched = await self.client.post(f"/v1/staff/surveys/{self.survey}/launch", headers=self.staff)
        assert launched.status_code == 200, launched.text
        self.issuer = (await self.client.get(f"/v1/surveys/{self.survey}/issuer")).json()
        return self.survey

    def voter(self) -> Voter:
        return Voter(base64url(self.issuer["token_key"]), base64url(self.issuer["token_challenge"]))

    async def ask(self, resident: Neighbour, voter: Voter, **headers: str) -> httpx.Response:
        return await self.client.post(
            f"/v1/surveys/{self.survey}/ballots",
            headers={**resident.headers, "Content-Type": "application/private-token-request", **headers},
            content=voter.request,
        )

    async def ballot(self, resident: Neighbour | None = None) -> bytes:
        voter = self.voter()
        answer = await self.ask(resident or await self.moves(), voter)
        assert answer.status_code == 200, answer.text
        return voter.finish(answer.content)

    async def hand_in(self, token: bytes, answers: dict[str, Any], number: int = 0) -> httpx.Response:
        return await self.client.post(
            f"/v1/surveys/{self.survey}/responses",
            headers=header(token),
            json={"answers": answers, "receipt_hash": receipt_of(number)},
        )

    async def take_back(self, secret: str) -> httpx.Response:
        return await self.client.request(
            "DELETE", f"/v1/surveys/{self.survey}/responses", json={"receipt_secret": secret}
        )

    async def close(self) -> None:
        closed = await self.client.post(f"/v1/staff/surveys/{self.survey}/close", headers=self.staff)
        assert closed.status_code == 200, closed.text

    async def count(self) -> None:
        await count_and_forget(self.town.municipality, UUID(self.survey), self.keys)

    async def box(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.client.get(f"/v1/surveys/{self.survey}/box")).json()
        return found

    async def answers(self) -> list[dict[str, Any]]:
        rows = await self.town.sql("select answers from answer where survey_id = $1", UUID(self.survey))
        return [json.loads(row["answers"]) for row in rows]
