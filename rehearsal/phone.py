"""A simulated app: what a real one would send, keep to itself, and show."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from rehearsal.ballot import Blank, Issuer
from rehearsal.people import Person
from rehearsal.places import Step
from rehearsal.stage import NUMBER
from rehearsal.wire import Reply, Unexpected, Wire

REQUEST = {"Content-Type": "application/private-token-request"}
REPORTS = 4
"""In how many reports an app sends the fixes of a walk."""


@dataclass(slots=True)
class Phone:
    """One resident's phone. The sealed state, invitations and receipts live here and nowhere else."""

    person: Person
    nobody: Wire = field(repr=False)
    door: Wire = field(repr=False)
    resident: UUID = field(init=False)
    token: str = field(init=False, repr=False)
    me: Wire = field(init=False, repr=False)
    address: str = field(init=False, repr=False)
    state: str | None = field(default=None, repr=False)
    invitations: list[dict[str, Any]] = field(default_factory=list, repr=False)
    receipts: list[str] = field(default_factory=list, repr=False)
    ballots: dict[UUID, str] = field(default_factory=dict, repr=False)

    async def join(self) -> None:
        """Register: no name, no number, no e-mail."""
        joined = await self.nobody.expect(
            201,
            "POST",
            "/v1/residents",
            {
                "municipality": NUMBER,
                "language": self.person.language,
                "platform": self.person.platform,
                "app_version": "1.0",
            },
        )
        self.resident, self.token = UUID(joined["id"]), joined["token"]
        self.me = self.nobody.speaking_for(self.token)
        self.address = f"{self.person.platform}-{secrets.token_urlsafe(80)}"

    async def choose(self, purpose: str, granted: bool) -> None:
        """Say yes or no to a purpose."""
        choice = {"granted": granted, "notice_version": 1, "language": self.person.language, "of_age": True}
        await self.me.expect(200, "PUT", f"/v1/me/consents/{purpose}", choice)

    async def tell_about_me(self, **what: object) -> None:
        """Districts, quiet hours."""
        await self.me.expect(200, "PATCH", "/v1/me", what)

    async def can_be_woken(self) -> Reply:
        """Tell where this device is woken."""
        device = {
            "address_kind": "fcm_token",
            "address": self.address,
            "locale": self.person.language,
            "timezone": "Europe/Oslo",
            "app_version": "1.0",
        }
        return await self.me.call("PUT", "/v1/me/device", device)

    async def report(self, steps: Sequence[Step], ended: datetime) -> Reply | None:
        """Send a walk's fixes in a few reports; the first refusal ends it. Keeps the state and the invitations."""
        began = ended - timedelta(seconds=steps[-1].after_s)
        reply = None
        size = -(-len(steps) // REPORTS)
        for first in range(0, len(steps), size):
            fixes = [
                {
                    "id": f"{first + place}",
                    "lat": step.lat,
                    "lon": step.lon,
                    "accuracy_m": step.accuracy_m,
                    "at": (began + timedelta(seconds=step.after_s)).isoformat(),
                }
                for place, step in enumerate(steps[first : first + size])
            ]
            sent_at = datetime.now(UTC).isoformat()
            body = {"sent_at": sent_at, "fixes": fixes, "sightings": [], "state": self.state}
            reply = await self.me.call("POST", "/v1/presence", body)
            if reply.status != 200:
                return reply
            self.state = reply.json["state"]
            self.invitations += reply.json["fired"]
        return reply

    async def ask_ballot(self, survey: UUID, blank: Blank) -> Reply:
        """Have a ballot signed blindly. The state goes along only where the app has one."""
        headers = {**REQUEST, **({"Medvirk-State": self.state} if self.state else {})}
        return await self.me.call("POST", f"/v1/surveys/{survey}/ballots", raw=blank.request, headers=headers)

    async def fetch_ballot(self, survey: UUID, issuer: Issuer) -> None:
        """Fetch a ballot and keep it, answering or not. Raises Unexpected."""
        blank = Blank(issuer)
        reply = await self.ask_ballot(survey, blank)
        if reply.status != 200:
            raise Unexpected(f"a ballot was refused: {reply.status} {reply.body[:300]!r}")
        self.ballots[survey] = blank.signed_by(reply.body)

    async def hand_in(self, survey: UUID, answers: dict[str, Any], receipt: str | None = None) -> tuple[Reply, str]:
        """Answer, speaking for nobody: the ballot is all that comes along. Gives the receipt's hash too."""
        hashed = receipt or hashlib.sha256(secrets.token_bytes(32)).hexdigest()
        reply = await hand_in(self.door, survey, self.ballots[survey], answers, hashed)
        if reply.status == 201 and receipt is None:
            self.receipts.append(hashed)
        return reply, hashed


async def hand_in(door: Wire, survey: UUID, ballot: str, answers: dict[str, Any], receipt: str) -> Reply:
    """One answer through the anonymous door."""
    body = {"answers": answers, "receipt_hash": receipt}
    return await door.call("POST", f"/v1/surveys/{survey}/responses", body, headers={"Authorization": ballot})
