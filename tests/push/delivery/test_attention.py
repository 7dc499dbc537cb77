"""Nothing in quiet hours, nothing too often, nothing lost: over time zones and nights in which the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from push.delivery.timing import DIGEST_AT, Digest, FrequencyCap, QuietPeriod, Recipient, earliest_send, next_digest

OSLO = ZoneInfo("Europe/Oslo")
ZONES = [
    "Europe/Oslo",
    "Europe/Kyiv",
    "Europe/London",
    "America/St_Johns",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Chatham",
    "UTC",
    "America/Santiago",
]
NIGHT = QuietPeriod(time(21), time(7))

clock_times = st.times().map(lambda each: each.replace(second=0, microsecond=0))
quiets = st.builds(QuietPeriod, clock_times, clock_times)
moments = st.timedeltas(timedelta(0), timedelta(days=2000)).map(lambda each: datetime(2024, 1, 1, tzinfo=UTC) + each)
caps = st.builds(
    FrequencyCap, st.integers(1, 4), st.sampled_from([timedelta(hours=6), timedelta(days=1), timedelta(days=7)])
)


@st.composite
def readers(draw: st.DrawFn) -> tuple[Recipient, datetime]:
    now = draw(moments)
    before = draw(st.lists(st.timedeltas(timedelta(0), timedelta(days=8)), max_size=8))
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    quiet = draw(st.lists(quiets, max_size=2))
    digest: Digest = draw(st.sampled_from(("off", "daily", "weekly")))
    return Recipient(
        zone, quiet, digest=digest, caps=draw(st.lists(caps, max_size=2)), sent=[now - each for each in before]
    ), now


def allowed(reader: Recipient, at: datetime) -> bool:
    local = at.astimezone(reader.zone)
    room = all(sum(moment > at - cap.period for moment in reader.sent) < cap.most for cap in reader.caps)
    return room and not any(quiet.holds(local) for quiet in reader.quiet)


@given(readers(), st.timedeltas(timedelta(days=-2), timedelta(days=2)))
@settings(max_examples=600, deadline=None)
def test_what_may_go_goes_outside_quiet_hours_and_caps(
    given_reader: tuple[Recipient, datetime], ago: timedelta
) -> None:
    reader, now = given_reader
    found = earliest_send(reader, now + ago, now)
    if found.at is None:
        assert covers_the_day(reader)
        return
    assert found.at >= max(now, now + ago)
    assert allowed(reader, found.at)
    if reader.digest != "off":
        assert found.at >= next_digest(reader, now + ago)


@given(readers())
@settings(max_examples=400, deadline=None)
def test_waiting_ends_within_a_fortnight_and_is_stable(given_reader: tuple[Recipient, datetime]) -> None:
    reader, now = given_reader
    found = earliest_send(reader, now, now)
    if found.at is None:
        return
    assert found.at - now <= timedelta(days=17)
    assert earliest_send(reader, now, found.at).at == found.at


@given(readers())
@settings(max_examples=400, deadline=None)
def test_nothing_waits_longer_than_it_must(given_reader: tuple[Recipient, datetime]) -> None:
    reader, now = given_reader
    reader = Recipient(reader.zone, reader.quiet, digest="off", caps=reader.caps, sent=reader.sent)
    found = earliest_send(reader, now, now)
    if found.at is None or found.at == now:
        return
    # The clocks' own jump may be waited out whole; nothing else is waited for without need.
    earlier = [now + (found.at - now) * share / 200 for share in range(200)]
    slack = timedelta(minutes=61)
    assert not any(allowed(reader, each) for each in earlier if each < found.at - slack)


def covers_the_day(reader: Recipient) -> bool:
    minutes = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=each) for each in range(1440)]
    return all(any(quiet.holds(each) for quiet in reader.quiet) for each in minutes)


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("2026-06-01T20:59:00", "2026-06-01T20:59:00"),
        ("2026-06-01T21:00:00", "2026-06-02T07:00:00"),
        ("2026-06-02T06:59:59", "2026-06-02T07:00:00"),
        ("2026-06-02T07:00:00", "2026-06-02T07:00:00"),
        ("2026-03-28T23:00:00", "2026-03-29T07:00:00"),
        ("2026-10-24T23:00:00", "2026-10-25T07:00:00"),
    ],
)
def test_a_night_in_oslo_ends_at_seven_by_the_clock(asked: str, goes: str) -> None:
    at = datetime.fromisoformat(asked).replace(tzinfo=OSLO)
    found = earliest_send(Recipient(OSLO, [NIGHT]), at, at)
    assert found.at == datetime.fromisoformat(goes).replace(tzinfo=OSLO)
    assert (found.because == "quiet_hours") == (asked != goes)


def test_quiet_hours_that_end_in_the_hour_shown_twice_do_not_end_in_the_past() -> None:
    quiet = QuietPeriod(time(22), time(2, 30))
    second_pass = datetime(2026, 10, 25, 2, 10, tzinfo=OSLO, fold=1)
    end = datetime(2026, 10, 25, 2, 30, tzinfo=OSLO, fold=1).astimezone(UTC)
    assert earliest_send(Recipient(OSLO, [quiet]), second_pass, second_pass).at == end


def test_quiet_hours_that_end_in_the_skipped_hour_are_over_after_it() -> None:
    quiet = QuietPeriod(time(22), time(2, 30))
    asked = datetime(2026, 3, 29, 1, 0, tzinfo=OSLO)
    assert earliest_send(Recipient(OSLO, [quiet]), asked, asked).at == datetime(2026, 3, 29, 3, 30, tzinfo=OSLO)


def test_quiet_round_the_clock_never_opens() -> None:
    day = Recipient(OSLO, [NIGHT, QuietPeriod(time(7), time(21))])
    now = datetime(2026, 6, 1, 12, tzinfo=OSLO)
    assert earliest_send(day, now, now).at is None


def test_a_cap_makes_room_when_the_oldest_message_falls_out() -> None:
    now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    sent = [now - timedelta(hours=5), now - timedelta(hours=3)]
    reader = Recipient(OSLO, caps=[FrequencyCap(2, timedelta(days=1))], sent=sent)
    found = earliest_send(reader, now, now)
    assert (found.at, found.because) == (sent[0] + timedelta(days=1), "cap")


@given(moments, st.sampled_from(ZONES), st.sampled_from(["daily", "weekly"]))
@example(datetime(2026, 10, 25, 16, 0, tzinfo=UTC), "Europe/Oslo", "daily")
def test_a_digest_comes_in_the_afternoon_of_its_day(due: datetime, zone: str, digest: str) -> None:
    reader = Recipient(ZoneInfo(zone), digest="daily" if digest == "daily" else "weekly")
    at = next_digest(reader, due)
    local = at.astimezone(reader.zone)
    assert local.time() == DIGEST_AT
    assert due <= at <= due + timedelta(days=8)
    if digest == "weekly":
        assert local.weekday() == 3


def test_messages_of_a_week_come_together_on_thursday() -> None:
    reader = Recipient(OSLO, digest="weekly")
    days = [datetime(2026, 6, day, 9, tzinfo=OSLO) for day in (5, 8, 11)]
    assert {next_digest(reader, day).astimezone(OSLO).date() for day in days} == {date(2026, 6, 11)}
