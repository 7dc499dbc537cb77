"""Hours as staff write them, `{"from": "08:00", "to": "16:00"}`, and as the rules use them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from geofence.engine.places import Hours, Week

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def minutes(clock: str) -> int:
    """Minutes after midnight of a time of day, "00:00" to "24:00"."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def hours(written: Mapping[str, str]) -> Hours:
    """One span of hours; "to" before "from" runs over midnight."""
    return Hours(minutes(written["from"]), minutes(written["to"]))


def week(written: Mapping[str, Sequence[Mapping[str, Any]]] | None) -> Week | None:
    """Opening hours by weekday; a weekday that is not named is closed. None: always open."""
    if written is None:
        return None
    return Week(tuple(tuple(hours(span) for span in written.get(day, ())) for day in WEEKDAYS))
