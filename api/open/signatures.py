"""The keys by which anybody checks what was signed here."""

from pydantic import BaseModel

from api.http.authentication import OPEN
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get
from base.jws import jwks


class SigningKey(BaseModel):
    """A public Ed25519 key (RFC 8037)."""

    kty: str
    crv: str
    x: str
    kid: str
    alg: str
    use: str


class SigningKeys(BaseModel):
    """A JWK Set (RFC 7517), the newest key first."""

    keys: list[SigningKey]


async def signing_keys(call: Call) -> SigningKeys:
    """The keys that sign receipts and zone packs; old ones stay, so that what they signed can still be checked."""
    return SigningKeys.model_validate(jwks(call.services.keys))


ENDPOINTS: list[AnyEndpoint] = [
    get("/.well-known/jwks.json", signing_keys, OPEN, etag=True, transaction="when needed"),
]
