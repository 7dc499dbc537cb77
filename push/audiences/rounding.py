"""How a number of residents is shown to staff: rounded, and hidden where it could point at somebody."""

import hashlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

Count = int | str
"""A rounded number, or `"<k"`."""

NEAREST: Final = 5
PARTS_FROM: Final = 3
"""Of an audience of fewer than so many smallest groups nothing but its size is shown."""


def rounded(exact: int, smallest_group: int) -> Count:
    """Round to the nearest 5; hide what is under `smallest_group`: none is as few as one."""
    if exact < smallest_group:
        return f"<{smallest_group}"
    return _at_least(NEAREST * round(exact / NEAREST), smallest_group)


_SIZES: Final = ("audience", "sent")


@dataclass(frozen=True, slots=True)
class Rounding:
    """How the numbers of one message are rounded: up or down to 5, by chance, but each number always the same way.

    That two messages show different numbers does not say that they went to different residents. `secret` is kept from
    staff; `whole` is the size of the audience: but for those who got it, its parts are shown from three smallest groups
    on.
    """

    secret: UUID
    smallest_group: int
    whole: int

    def shown(self, name: str, exact: int) -> Count:
        """The number that bears this name."""
        few = self.whole < PARTS_FROM * self.smallest_group and name not in _SIZES
        if few or exact < self.smallest_group:
            return f"<{self.smallest_group}"
        chance = hashlib.blake2b(name.encode(), key=self.secret.bytes, digest_size=8).digest()
        up = int.from_bytes(chance) * NEAREST >> 64
        return _at_least(NEAREST * ((exact + up) // NEAREST), self.smallest_group)


def _at_least(rounded: int, smallest_group: int) -> int:
    return max(rounded, -(-smallest_group // NEAREST) * NEAREST)
