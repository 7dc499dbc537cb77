"""Shapes that presence and the staff's zones, beacons and triggers share: what beacons send, hours, times of day."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema, model_validator

from api.schemas.common import RequestModel, Whole
from base.times import Instant
from base.validation import wrong
from geofence.engine.places import Protocol


def _number(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise wrong("a number")
    return value


Number = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False), BeforeValidator(_number)]
"""A number; true and "3" are none."""


def _within_reach(moment: datetime) -> datetime:
    if not datetime(2000, 1, 1, tzinfo=UTC) <= moment <= datetime(2200, 1, 1, tzinfo=UTC):
        raise wrong("a time between 2000 and 2200")
    return moment


When = Annotated[Instant, AfterValidator(_within_reach)]
"""A time that staff name."""
TwoBytes = Annotated[Whole, Field(ge=0, le=65_535)]
Clock = Annotated[str, StringConstraints(pattern=r"^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
"""A time of day, HH:MM."""


def _in_hexadecimal(signs: int) -> AfterValidator:
    def judged(text: str) -> str:
        if len(text) != signs or not set(text) <= _HEX:
            raise wrong("this must be {signs} characters, each 0 to 9 or a to f", signs=signs)
        return text

    return AfterValidator(judged)


def _hex(signs: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^[0-9A-Fa-f]{{{signs}}}$"})


_HEX: Final = frozenset("0123456789abcdefABCDEF")
Hex6 = Annotated[str, _in_hexadecimal(12), _hex(12)]
Hex8 = Annotated[str, _in_hexadecimal(16), _hex(16)]
Hex10 = Annotated[str, _in_hexadecimal(20), _hex(20)]
Hex16 = Annotated[str, _in_hexadecimal(32), _hex(32)]
"""So many bytes in hexadecimal."""


class Span(RequestModel):
    """Hours of a day in the municipality's time; "to" before "from" runs over midnight."""

    from_: Clock = Field(alias="from")
    to: Clock


class IBeacon(RequestModel):
    """What an iBeacon sends."""

    uuid: UUID
    major: TwoBytes
    minor: TwoBytes

    def packed(self) -> bytes:
        """UUID, major and minor."""
        return self.uuid.bytes + self.major.to_bytes(2) + self.minor.to_bytes(2)


class AltBeacon(RequestModel):
    """What an AltBeacon sends: an organisation's id of 16 bytes, and two numbers."""

    id1: UUID
    id2: TwoBytes
    id3: TwoBytes

    def packed(self) -> bytes:
        """The three parts of the id."""
        return self.id1.bytes + self.id2.to_bytes(2) + self.id3.to_bytes(2)


class EddystoneUid(RequestModel):
    """What an Eddystone-UID beacon sends: 10 bytes of namespace and 6 of instance, in hexadecimal."""

    namespace: Hex10
    instance: Hex6

    def packed(self) -> bytes:
        """Namespace and instance."""
        return bytes.fromhex(self.namespace + self.instance)


class EddystoneEid(RequestModel):
    """A rotating id as it was heard, 8 bytes in hexadecimal."""

    eid: Hex8

    def packed(self) -> bytes:
        """The id."""
        return bytes.fromhex(self.eid)


class OneIdentity(RequestModel):
    """Something that names one beacon protocol, and no other."""

    ibeacon: IBeacon | None = None
    altbeacon: AltBeacon | None = None
    eddystone_uid: EddystoneUid | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.named()) != 1:
            raise wrong("exactly one of ibeacon, altbeacon, eddystone_uid, eddystone_eid")
        return self

    def named(self) -> list[Protocol]:
        """The protocols that are named."""
        every: tuple[Protocol, ...] = ("ibeacon", "altbeacon", "eddystone_uid", "eddystone_eid")
        return [protocol for protocol in every if getattr(self, protocol, None) is not None]


WeekWritten = dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Annotated[list[Span], Field(max_length=8)]]
"""Opening hours by weekday."""
