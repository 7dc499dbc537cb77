"""What time it is; the only place that asks."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_set: ContextVar[datetime | timedelta | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The time, aware, in UTC."""
    found = _set.get()
    if found is None:
        return datetime.now(UTC)
    return found if isinstance(found, datetime) else datetime.now(UTC) + found


def today(timezone: str) -> date:
    """The date in a time zone, by its IANA name."""
    return now().astimezone(ZoneInfo(timezone)).date()


def monotonic() -> float:
    """Seconds that never go back; for how long ago something was known."""
    return time.monotonic()


def at(moment: datetime) -> AbstractContextManager[None]:
    """Stop the clock at a moment for what runs inside, in this task; for simulations and tests."""
    return _setting(moment)


def running_from(moment: datetime) -> AbstractContextManager[None]:
    """Set the clock back, or forward, for what runs inside, in this task: it goes on from that moment."""
    return _setting(moment - datetime.now(UTC))


@contextmanager
def _setting(what: datetime | timedelta) -> Iterator[None]:
    token = _set.set(what)
    try:
        yield
    finally:
        _set.reset(token)
