"""What time it is; the only place that asks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_set: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The time, aware, in UTC."""
    return _set.get() or datetime.now(UTC)


def today(timezone: str) -> date:
    """The date in a time zone, by its IANA name."""
    return now().astimezone(ZoneInfo(timezone)).date()


def monotonic() -> float:
    """Seconds that never go back; for how long ago something was known."""
    return time.monotonic()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Set the clock for what runs inside, in this task; for simulations and tests."""
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
