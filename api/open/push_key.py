"""What a browser needs to subscribe to messages."""

from pydantic import BaseModel, Field

from api.http.authentication import OPEN
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get
from push.couriers.configured import configured_vapid


class PushKey(BaseModel):
    """The key that this installation signs web push with."""

    public_key: str = Field(description="applicationServerKey: an uncompressed point on P-256, base64url (RFC 8292)")


async def show_push_key(call: Call) -> PushKey:
    """The key that a browser subscribes with (`applicationServerKey`)."""
    return PushKey(public_key=configured_vapid(call.services.settings, call.services.keys).public_key)


ENDPOINTS: list[AnyEndpoint] = [get("/v1/push/key", show_push_key, OPEN, etag=True, transaction="when needed")]
