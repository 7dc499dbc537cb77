"""The purposes that a resident can consent to, each a marker class, so that mypy tells one permit from another.

What the municipality does without asking has a notice too, but no class: nobody can hold a permit for it.
"""

from collections.abc import Mapping
from typing import ClassVar, Final, Literal

LegalBasis = Literal["consent", "public_task", "legal_obligation"]
"""GDPR art. 6(1)(a), (e), (c)."""


class Purpose:
    """What personal data may be used for."""

    key: ClassVar[str]
    needs_age: ClassVar[bool] = False


class PersonalFeed(Purpose):
    """Information chosen by the interests and districts that the resident has picked."""

    key = "personal_feed"


class LocationZones(Purpose):
    """The phone's position, compared with the municipality's zones and forgotten."""

    key = "location_zones"
    needs_age = True


class LocationBeacons(Purpose):
    """Beacons that the phone has heard, compared with the municipality's own and forgotten."""

    key = "location_beacons"
    needs_age = True


class PushMessages(Purpose):
    """Messages to the resident's device."""

    key = "push_messages"


class ProfileStatistics(Purpose):
    """A birth year band, kept for statistics about who takes part."""

    key = "profile_statistics"
    needs_age = True


PURPOSES: Final[dict[str, type[Purpose]]] = {
    purpose.key: purpose for purpose in (PersonalFeed, LocationZones, LocationBeacons, PushMessages, ProfileStatistics)
}
"""Every purpose by its key, in the order in which residents are shown them."""

DUTIES: Final[Mapping[str, LegalBasis]] = {
    "registration": "public_task",
    "participation": "public_task",
    "accountability": "legal_obligation",
}
"""What concerns residents and is done without asking them, and what it rests on instead: told, and no switch."""
