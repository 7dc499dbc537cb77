"""The roles of those who work for the municipality, and which of them may do what.

An admin may do what every role may: each of the sets has that role.
"""

from collections.abc import Collection
from typing import Final, Literal, get_args

from base.errors import invalid

Role = Literal["communications", "planner", "privacy_officer", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)


def _and_admins(*roles: Role) -> frozenset[Role]:
    return frozenset[Role]({*roles, "admin"})


ADMINS: Final = _and_admins()
"""Who say who works here, with which roles and keys."""
WRITERS: Final = _and_admins("communications")
"""Who write, launch and moderate."""
ANALYSTS: Final = _and_admins("communications", "planner")
"""Who read results before they are public."""
OFFICERS: Final = _and_admins("privacy_officer")
"""Who watch over what is done with residents' data."""
READERS: Final = _and_admins("communications", "planner", "privacy_officer")
"""Who read what others have written."""
PLACE_EDITORS: Final = READERS
"""Who draw zones, put up beacons and set up triggers."""
NOTICE_READERS: Final = _and_admins("communications", "privacy_officer")
"""Who read the notices of every purpose."""


def check_roles(roles: Collection[str]) -> list[str]:
    """The roles, sorted; Invalid where there is none, or one that the town does not know."""
    if not roles or not set(roles) <= set(ROLES):
        raise invalid("/roles", "One or more of {values}.", values=", ".join(ROLES))
    return sorted(set(roles))
