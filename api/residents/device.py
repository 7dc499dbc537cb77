"""A resident's device: where it can be woken."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.http.authentication import RESIDENT
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, delete, put
from consent.gate import require_permit
from consent.purposes import PushMessages
from push import devices
from push.couriers.configured import push_services
from push.couriers.courier import AddressKind
from push.models import PushAddress
from residents.credentials import device_of_token

Word = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[!-~]+( [!-~]+)*$")]


class DeviceKeys(BaseModel):
    """The keys of a phone that can read encrypted messages (RFC 8291): its public point on P-256 and a secret of 16
    bytes, both in base64url. A browser's stand in its subscription.
    """

    model_config = ConfigDict(extra="forbid")

    p256dh: Annotated[str, Field(min_length=80, max_length=100, pattern=r"^[A-Za-z0-9_-]+={0,2}$")]
    auth: Annotated[str, Field(min_length=20, max_length=32, pattern=r"^[A-Za-z0-9_-]+={0,2}$", repr=False)]


class DeviceBody(BaseModel):
    """Where a device is woken, and how it is spoken to."""

    model_config = ConfigDict(extra="forbid")

    address_kind: AddressKind
    address: Annotated[str, Field(min_length=1, max_length=3000, pattern=r"^[!-~]+$", repr=False)] = Field(
        description="What the push service gave: an FCM token or installation id, or the JSON of a PushSubscription"
    )
    locale: Annotated[str, Field(max_length=16, pattern=r"^[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")] = Field(
        examples=["nb-NO"]
    )
    timezone: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_+\-/]+$")] = Field(
        examples=["Europe/Oslo"]
    )
    app_version: Word
    keys: DeviceKeys | None = None


class DeviceKept(BaseModel):
    """What is kept of the device, without its address."""

    address_kind: AddressKind
    locale: str
    timezone: str
    app_version: str


async def keep_device(call: Call[DeviceBody]) -> DeviceKept:
    """Keep where this device is woken, in place of what was kept before; needs the consent `push_messages`."""
    permit = await require_permit(call.work, call.tenant, PushMessages)
    sent = call.body
    kinds = push_services(call.services.settings)
    keys = sent.keys
    device = PushAddress(
        kind=sent.address_kind,
        p256dh=keys.p256dh if keys else None,
        auth=keys.auth if keys else None,
        **sent.model_dump(exclude={"address_kind", "keys"}),
    )
    await devices.register(call.work, permit, await device_of_token(_token(call)), device, kinds)
    return DeviceKept(**sent.model_dump(exclude={"address", "keys"}))


async def forget_device(call: Call) -> None:
    """Forget where this device is woken."""
    await devices.forget(await device_of_token(_token(call)))


def _token(call: Call[DeviceBody] | Call) -> str:
    return call.headers["authorization"].partition(" ")[2].strip()


EXAMPLE = {
    "address_kind": "fcm_token",
    "address": "dGhpcyBpcyBubyByZWFsIHRva2Vu",
    "locale": "nb-NO",
    "timezone": "Europe/Oslo",
    "app_version": "1.4.0",
}
ENDPOINTS: list[AnyEndpoint] = [
    put("/v1/me/device", keep_device, RESIDENT, refuses=(403,), example=EXAMPLE),
    delete("/v1/me/device", forget_device, RESIDENT, status=204, refuses=(404,)),
]
