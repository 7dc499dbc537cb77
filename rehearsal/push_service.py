"""A browser's push service for rehearsals (RFC 8030): takes messages for subscriptions, checks who sends (RFC 8292)."""

import json
import secrets
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from rehearsal.plain_http import Reply, Request, listening

LIMIT_BYTES = 4096


@dataclass(slots=True)
class PushService:
    """What it will answer for a subscription, and what it was given."""

    url: str = ""
    received: list[Request] = field(default_factory=list)
    answers: dict[str, Reply] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)

    def endpoint(self) -> str:
        """A fresh subscription's address."""
        path = f"/push/{secrets.token_urlsafe(24)}"
        self._known.add(path)
        return self.url + path

    def reply(self, request: Request) -> Reply:
        """Answer as a push service would."""
        self.received.append(request)
        if request.path not in self._known:
            return Reply(404)
        if not self._signed(request.headers.get("authorization", "")):
            return Reply(403)
        if len(request.body) > LIMIT_BYTES:
            return Reply(413)
        if not request.headers.get("ttl", "").isdigit() or request.headers.get("content-encoding") != "aes128gcm":
            return Reply(400)
        return self.answers.get(request.path, Reply(201, headers=(("Location", f"{self.url}/m/1"),), accepted=True))

    def _signed(self, authorization: str) -> bool:
        scheme, _, rest = authorization.partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if scheme != "vapid" or parts.keys() != {"t", "k"}:
            return False
        signed, _, signature = parts["t"].rpartition(".")
        raw = _data(signature)
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _data(parts["k"]))
        try:
            der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
            point.verify(der, signed.encode(), ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        claims = json.loads(_data(signed.partition(".")[2]))
        return bool(claims["aud"] == self.url and str(claims["sub"]).startswith(("mailto:", "https:")))


def _data(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@asynccontextmanager
async def push_service() -> AsyncIterator[PushService]:
    """Run one in this event loop for as long as the block lasts."""
    service = PushService()
    async with listening(service.reply) as service.url:
        yield service
