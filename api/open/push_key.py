"""What a browser needs to subscribe to messages."""

from pydantic import BaseModel, Field

from api.callers import OPEN
from api.endpoint import Call, Endpoint
from push.couriers import vapid


class PushKey(BaseModel):
    """The key that this installation signs web push with."""

    public_key: str = Field(description="applicationServerKey: an uncompressed point on P-256, base64url (RFC 8292)")


async def show_push_key(call: Call) -> PushKey:
    """The key that a browser subscribes with (`applicationServerKey`)."""
    return PushKey(public_key=vapid(call.house.settings, call.house.keys).public_key)


ENDPOINTS = [Endpoint("GET", "/v1/push/key", show_push_key, OPEN, gives=PushKey, etag=True, transaction="when needed")]
