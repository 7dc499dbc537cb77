"""Rate limits, counted in memory under a salt that changes every ten minutes: nothing here says who called."""

import secrets
from uuid import UUID

from base import clock
from base.errors import RateLimited

_SALT_LIFE_S = 600.0


class Limits:
    """Counts calls a minute by what they are of and who makes them; both are forgotten with the salt."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._born = clock.monotonic()
        self._counts: dict[int, int] = {}
        self._minute = 0

    def count(self, what: str, who: str | UUID, per_minute: int) -> None:
        """Count one call; RateLimited with the seconds to wait where there were too many in this minute."""
        at = clock.monotonic()
        if at - self._born > _SALT_LIFE_S:
            self._salt, self._born = secrets.token_bytes(16), at
        minute, second = divmod(int(at), 60)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        key = hash((self._salt, what, who))  # SipHash, under a key that this process draws at its start.
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if count > per_minute:
            raise RateLimited(60 - second)
