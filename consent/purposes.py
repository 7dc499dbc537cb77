"""The purposes that a resident can consent to, each a marker class, so that mypy tells one permit from another."""

from typing import ClassVar, Final


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
