"""The purposes that a resident can consent to: each one record, from which notices, receipts, the processing record and
what is cleared follow.

A purpose is a class, so that mypy tells one permit from another. Its first notice stands in `first_notices/KEY.toml`.
What the municipality does without asking has a notice too, but no class: nobody can hold a permit for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

LegalBasis = Literal["consent", "public_task", "legal_obligation"]
"""GDPR art. 6(1)(a), (e), (c)."""

WITH_RESIDENT: Final = "until the resident removes it, withdraws, or the registration goes"


class Purpose:
    """What personal data may be used for.

    `dpv_purpose` and `dpv_data` are terms of W3C's DPV, for receipts. `tables` are those that are filled on the
    consent, each with how long its rows stay (see `consent.inventory.TableRetention`). What is the resident's own goes
    in the transaction that withdraws, as `profile_statistics` blanks the birth year band: `0002_guards.py`.
    """

    key: ClassVar[str]
    dpv_purpose: ClassVar[str]
    dpv_data: ClassVar[tuple[str, ...]]
    needs_age: ClassVar[bool] = False
    """Whether only those can consent who have reached the age for it."""
    counts_as_use: ClassVar[bool] = False
    """Whether who consents to it uses the registration, also without opening the app."""
    tables: ClassVar[Mapping[str, str]] = {}


class PersonalFeed(Purpose):
    """Information chosen by the interests and districts that the resident has picked."""

    key = "personal_feed"
    dpv_purpose = "dpv:ServicePersonalisation"
    dpv_data = ("pd:Interest", "pd:Location")
    tables: ClassVar[Mapping[str, str]] = {
        "resident_interest": WITH_RESIDENT,
        "resident_area": WITH_RESIDENT,
        "hearing_follow": WITH_RESIDENT,
    }


class LocationZones(Purpose):
    """The phone's position, compared with the municipality's zones and forgotten."""

    key = "location_zones"
    dpv_purpose = "dpv:ImprovePublicServices"
    dpv_data = ("pd:CurrentLocation", "pd:GPSCoordinate")
    needs_age = True
    counts_as_use = True


class LocationBeacons(Purpose):
    """Beacons that the phone has heard, compared with the municipality's own and forgotten."""

    key = "location_beacons"
    dpv_purpose = "dpv:ImprovePublicServices"
    dpv_data = ("pd:CurrentLocation", "pd:DeviceBased")
    needs_age = True
    counts_as_use = True


class PushMessages(Purpose):
    """Messages to the resident's device."""

    key = "push_messages"
    dpv_purpose = "dpv:CommunicationManagement"
    dpv_data = ("pd:DeviceBased", "pd:Language", "pd:DeviceSoftware")
    tables: ClassVar[Mapping[str, str]] = {
        "push_address": WITH_RESIDENT,
        "delivery": "{delivery_days} days after the last of its message was sent or given up",
    }


class ProfileStatistics(Purpose):
    """A birth year band, kept for statistics about who takes part."""

    key = "profile_statistics"
    dpv_purpose = "dpv:ImprovePublicServices"
    dpv_data = ("pd:AgeRange",)
    needs_age = True


PURPOSES: Final[Mapping[str, type[Purpose]]] = {
    purpose.key: purpose for purpose in (PersonalFeed, LocationZones, LocationBeacons, PushMessages, ProfileStatistics)
}
"""Every purpose by its key, in the order in which residents are shown them."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What concerns residents and is done without asking them: what it rests on instead, and whom it concerns."""

    legal_basis: LegalBasis
    concerns: str


DUTIES: Final[Mapping[str, Duty]] = {
    "registration": Duty("public_task", "Residents, each known by a random number"),
    "participation": Duty("public_task", "Those who answer; nobody can tell who they are"),
    "accountability": Duty("legal_obligation", "Residents under a pseudonym; staff"),
}
"""Every duty by its key: told, and no switch."""


def legal_basis(key: str) -> LegalBasis:
    """What a purpose or duty rests on."""
    return DUTIES[key].legal_basis if key in DUTIES else "consent"
