"""A message's whole wait, from when it is due: it goes once it may, never after its deadline, and is never lost."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from push.delivery.timing import FrequencyCap, QuietPeriod, Recipient, SendDecision, decide_now
from tests.push.delivery.test_attention import NIGHT, OSLO, allowed, moments, readers

lives = st.timedeltas(timedelta(minutes=1), timedelta(days=12))
lateness = st.lists(st.timedeltas(timedelta(0), timedelta(minutes=40)), min_size=1, max_size=6)
SPRING = datetime(2026, 3, 28, 20, 30, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 24, 20, 30, tzinfo=UTC)
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


def wait_out(
    reader: Recipient, due: datetime, expires_at: datetime, late: list[timedelta]
) -> tuple[datetime, SendDecision, list[datetime]]:
    """Look at it as workers do: when it is due, then whenever it is to be looked at, each time somewhat late."""
    at, looks = due, list[datetime]()
    for look in range(200):
        looks.append(at)
        said = decide_now(reader, due, at, expires_at)
        if said.now != "waits":
            return at, said, looks
        assert said.until is not None
        assert at < said.until <= expires_at, "waiting goes forward, and no further than the deadline"
        at = said.until + late[look % len(late)]
    raise AssertionError("it waits for ever")


@given(readers(), lives, lateness)
@example((Recipient(OSLO, [NIGHT]), SPRING), timedelta(hours=11), [timedelta(0)])
@example((Recipient(OSLO, [NIGHT]), AUTUMN), timedelta(hours=11), [timedelta(0)])
@example((Recipient(LORD_HOWE, [NIGHT]), datetime(2026, 4, 4, 12, tzinfo=UTC)), timedelta(days=1), [timedelta(0)])
@settings(max_examples=400, deadline=None)
def test_it_goes_when_it_may_or_ends_at_its_deadline(
    reader_and_due: tuple[Recipient, datetime], life: timedelta, late: list[timedelta]
) -> None:
    reader, due = reader_and_due
    expires_at = due + life
    at, said, _ = wait_out(reader, due, expires_at, late)
    if said.now == "goes":
        assert at < expires_at, "nothing after its deadline"
        assert allowed(reader, at), "nothing in quiet hours, nothing over a cap"
    else:
        assert at >= expires_at, "given up at its own deadline and not before"


@given(readers(), lives)
@settings(max_examples=200, deadline=None)
def test_it_ends_unsent_only_where_there_was_no_room_for_it(
    reader_and_due: tuple[Recipient, datetime], life: timedelta
) -> None:
    reader, due = reader_and_due
    reader = Recipient(reader.zone, reader.quiet, digest="off", caps=reader.caps, sent=reader.sent)
    expires_at = due + life
    at, said, looks = wait_out(reader, due, expires_at, [timedelta(0)])
    assert len(looks) < 40
    end = at if said.now == "goes" else expires_at
    # An hour that the clocks show twice may be waited out whole.
    missed = [due + (end - due) * share / 500 for share in range(500)]
    slack = timedelta(minutes=61)
    assert not any(allowed(reader, moment) for moment in missed if moment < end - slack)


@given(moments, st.sampled_from(["Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]))
@settings(max_examples=300, deadline=None)
def test_a_time_sensitive_message_waits_for_the_morning_and_for_nothing_else(now: datetime, zone: str) -> None:
    reader = Recipient(ZoneInfo(zone), [NIGHT])
    at, said, _ = wait_out(reader, now, now + timedelta(days=2), [timedelta(0)])
    assert said.now == "goes"
    assert at - now <= timedelta(hours=11, minutes=1)


def test_what_is_due_at_its_deadline_is_over_and_what_never_opens_ends_there() -> None:
    now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert decide_now(Recipient(OSLO), now, now, now) == SendDecision("over")
    never = Recipient(OSLO, caps=[FrequencyCap(1, timedelta(days=1))], sent=[now - timedelta(hours=1)])
    assert decide_now(never, now, now, now + timedelta(hours=2)) == SendDecision(
        "waits", now + timedelta(hours=2), "cap"
    )
    whole_day = Recipient(OSLO, [NIGHT, QuietPeriod(NIGHT.end, NIGHT.start)])
    assert decide_now(whole_day, now, now, now + timedelta(hours=2)).until == now + timedelta(hours=2)
