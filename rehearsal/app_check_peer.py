"""A Firebase App Check for rehearsals: its public keys over real HTTP, and tokens signed with the private one.

The claims are those of Firebase's own tokens: `iss` with the project's number, `aud` with the project by number and by
id, `sub` the app's id, an hour to live, RS256 with the key's id in the header. Only tests start one.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from base import clock
from rehearsal.plain_http import Reply, Request, listening

NUMBER, PROJECT, APP = "123456789012", "rehearsal", "1:123456789012:android:0a1b2c3d4e5f6071"


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(slots=True)
class AppCheckPeer:
    """Its keys, how often they were asked for, and what it answers instead where that was arranged."""

    keys: dict[str, rsa.RSAPrivateKey] = field(default_factory=lambda: {uuid4().hex[:8]: _key()})
    url: str = ""
    asked: int = 0
    instead: Reply | None = None

    def reply(self, request: Request) -> Reply:
        """The JWK Set."""
        if request.path != "/v1/jwks":
            return Reply(404, b"{}")
        self.asked += 1
        if self.instead is not None:
            return self.instead
        return Reply(200, json.dumps({"keys": [self._public(kid) for kid in self.keys]}).encode())

    def _public(self, kid: str) -> dict[str, Any]:
        public: dict[str, Any] = RSAAlgorithm.to_jwk(self.keys[kid].public_key(), as_dict=True)
        return {**public, "kid": kid, "alg": "RS256", "use": "sig"}

    def rotate(self) -> None:
        """Sign with a fresh key from now on; the old one is withdrawn."""
        self.keys = {uuid4().hex[:8]: _key()}

    def token(self, *, kid: str | None = None, key: rsa.RSAPrivateKey | None = None, **claims: object) -> str:
        """A token as Firebase gives the app one; `claims` replace its own, None leaves one out."""
        now = int(clock.now().timestamp())
        said: dict[str, object] = {
            "iss": f"https://firebaseappcheck.googleapis.com/{NUMBER}",
            "aud": [f"projects/{NUMBER}", f"projects/{PROJECT}"],
            "sub": APP,
            "iat": now,
            "exp": now + 3600,
            "jti": uuid4().hex,
            **claims,
        }
        name = kid or next(iter(self.keys))
        body = {claim: value for claim, value in said.items() if value is not None}
        return jwt.encode(body, key or self.keys[name], "RS256", headers={"kid": name})


@asynccontextmanager
async def app_check_peer() -> AsyncIterator[AppCheckPeer]:
    """Run a peer in this event loop for as long as the block lasts; its `url` is where its keys are."""
    peer = AppCheckPeer()
    async with listening(peer.reply) as origin:
        peer.url = f"{origin}/v1/jwks"
        yield peer
