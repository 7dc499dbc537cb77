"""A trigger that counts on some days only keeps the town's days: until midnight on its clock, whatever that does."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from geofence.engine.places import Hours
from geofence.engine.snapshot import PlacesSnapshot
from tests.geofence.ground import NOON, fix, report, trigger, zone

SQUARE = zone("square", 0, 0, 100, 100)
MON, FRI, SAT, SUN = 1, 5, 6, 7
NIGHT = Hours(22 * 60, 3 * 60)


def asked(local: str, town: str = "Europe/Oslo", **rule: Any) -> bool:
    """Whether somebody is invited who comes to the square at a time on the town's clock."""
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(town)).timestamp()
    rule["weekdays"] = frozenset(rule["weekdays"])
    always = trigger("some days", SQUARE, "enter", active_to=at + 86_400, **rule)
    snapshot = PlacesSnapshot([SQUARE], (), [always], timezone=town)
    return bool(report(None, [fix(at - NOON, 50, 50)], snapshot).fired)


@pytest.mark.parametrize(
    ("local", "invited"),
    [
        ("2027-01-15 23:59:59", False),
        ("2027-01-16 00:00:00", True),
        ("2027-01-17 23:59:59", True),
        ("2027-01-18 00:00:00", False),
    ],
)
def test_at_weekends_somebody_is_invited_from_midnight_to_midnight(local: str, invited: bool) -> None:
    assert asked(local, weekdays=[SAT, SUN]) is invited


@pytest.mark.parametrize(
    ("local", "invited"),
    [
        ("2027-03-28 00:00:00", True),
        ("2027-03-28 23:59:00", True),  # Summer time since two: 21:59 in Greenwich.
        ("2027-03-29 00:10:00", False),  # 22:10 in Greenwich, which was Sunday until the clocks were changed.
        ("2027-10-31 00:10:00", True),  # Still summer time: 22:10 in Greenwich, on Saturday.
        ("2027-10-31 23:50:00", True),  # Winter time since three: 22:50 in Greenwich.
        ("2027-11-01 00:00:00", False),
    ],
)
def test_the_sunday_on_which_the_clocks_are_changed_is_as_long_as_the_town_has_it(local: str, invited: bool) -> None:
    assert asked(local, weekdays=[SUN]) is invited


@pytest.mark.parametrize(
    ("local", "days", "invited"),
    [
        ("2027-01-16 01:30:00", [FRI], True),
        ("2027-01-16 01:30:00", [SAT], False),
        ("2027-01-16 22:30:00", [FRI], False),
        ("2027-01-17 02:59:00", [SAT], True),
        ("2027-01-17 03:00:00", [SAT], False),
        ("2027-01-18 00:30:00", [SUN], True),
        ("2027-03-28 03:00:00", [SAT], False),  # The minute after 01:59.
        ("2027-03-28 01:59:00", [SAT], True),
        ("2027-03-29 01:00:00", [SUN], True),
        ("2027-03-29 01:00:00", [MON], False),
    ],
)
def test_a_night_belongs_to_the_day_it_begins_on(local: str, days: list[int], invited: bool) -> None:
    assert asked(local, weekdays=days, between=NIGHT) is invited


def test_another_town_has_its_own_days() -> None:
    assert asked("2027-01-18 00:30:00", "Atlantic/Azores", weekdays=[MON])
    assert not asked("2027-01-18 00:30:00", "Atlantic/Azores", weekdays=[SUN])


def test_without_days_every_day_counts() -> None:
    for day in range(11, 18):
        assert asked(f"2027-01-{day} 12:00:00", weekdays=[])


def test_what_is_switched_off_invites_nobody_and_is_not_forgotten() -> None:
    on, off = trigger("often", SQUARE, "enter"), trigger("often", SQUARE, "enter", paused=True)
    running, resting = (PlacesSnapshot([SQUARE], (), [one]) for one in (on, off))
    assert not report(None, [fix(0, 50, 50)], resting).fired
    first = report(None, [fix(0, 50, 50)], running)
    assert first.fired
    away = report(first.state, [fix(s, 500, 50) for s in (60, 90, 120)], resting)
    assert not report(away.state, [fix(600, 50, 50)], running).fired, "once a day, though it was off in between"
