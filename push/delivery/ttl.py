"""How long a courier may keep a message for a phone that is off: a length that tells no campaign and no two recipients.

A life is one of three lengths, shortened for each delivery by a part of its own. So the second at which a message runs
out is nobody else's but by chance, and the same for a message that is sent again.
"""

import hmac
from typing import Final
from uuid import UUID

LADDER_S: Final = (3_600, 21_600, 86_400)
"""One hour, six hours, a day: the longest that ends before the subject does, and an hour where none does."""
JITTER: Final = 0.25
"""By up to this part a life is shortened."""


def ttl_s(key: bytes, delivery: UUID, left_s: float) -> int:
    """The life of a delivery in seconds; `left_s` until what it announces is over.

    Only in the subject's last hour it may be longer than that: the app hides what is over.
    """
    rung = max((each for each in LADDER_S if each <= left_s), default=LADDER_S[0])
    drawn = int.from_bytes(hmac.digest(key, b"life" + delivery.bytes, "sha256")[:8]) / 2**64
    return rung - int(rung * JITTER * drawn)
