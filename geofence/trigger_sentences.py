"""A trigger as people read it: one sentence of where, when, what it leads to and how often; and whether it is live."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.lists import format_list
from babel.units import format_unit

from base.localized import pick
from base.translation import house_language, translate
from geofence.engine.opening_hours import minutes, week
from geofence.models import Trigger, Zone
from geofence.triggers import compiled

Standing = Literal["live", "resting", "not_yet", "over", "off", "waiting", "silent", "gone"]
"""Whether a trigger fires now: yes; not at this hour or on this day; not yet; no longer; it is switched off; what it
leads to is not open; its place has not been approved; what it leads to is there no more."""

EVENTS: Final = {
    "enter": "When somebody comes to {place}",
    "dwell": "When somebody comes to {place} and stays for {time}",
    "exit": "When somebody leaves {place}",
    "beacon": "When somebody is near the beacon {place}",
}
NEAR_FOR: Final = "When somebody has been near the beacon {place} for {time}"
LEADS: Final = {
    "survey": "invite to “{title}”",
    "hearing": "invite to the hearing “{title}”",
    "info": "show “{title}”",
}
NOWHERE: Final = "lead to something that is no longer there"
OFTEN: Final = {"ever": "once", "daily": "once a day", "P1D": "once in 24 hours", "P7D": "once a week"}
EVERY_SO_OFTEN: Final = "once in {count} days"
WEEKDAYS: Final = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
DAYS: Final = {(1, 2, 3, 4, 5): "on weekdays", (6, 7): "at weekends", (1, 2, 3, 4, 5, 6, 7): "every day"}
SOME_DAYS: Final = "on {days}"
HOURS: Final = "between {start} and {end}"
WHOLE_DAYS: Final = ("From {start} up to and including {end}.", "Up to and including {end}.")
TO_THE_MINUTE: Final = ("From {start} until {end}.", "Until {end}.")
AT: Final = "{day} at {time}"
UNITS: Final = (("duration-hour", 3600), ("duration-minute", 60), ("duration-second", 1))
_LOCALES: Final = {"nb": "nb", "nn": "nn", "en": "en_GB"}


def sentence(
    trigger: Trigger,
    place: Mapping[str, str] | str,
    title: Mapping[str, str] | None,
    languages: Sequence[str],
    timezone: str,
) -> str:
    """The trigger in the first of these languages that the house speaks; `title` is None where what it leads to is no
    longer there."""
    rule, said = trigger.rule, _Speech(languages, ZoneInfo(timezone))
    where = place if isinstance(place, str) else pick(place, languages)[0]
    stay = said.lasting(rule["dwell_s"])
    event = NEAR_FOR if rule["on"] == "beacon" and rule["dwell_s"] else EVENTS[rule["on"]]
    when = [said.words(event, place=where, time=stay)]
    if (between := rule["between"]) is not None:
        when.append(said.words(HOURS, start=said.clock(between["from"]), end=said.clock(between["to"])))
    if weekdays := rule.get("weekdays"):
        when.append(said.days(weekdays))
    leads = said.words(LEADS[trigger.subject_kind], title=pick(title, languages)[0]) if title else said.words(NOWHERE)
    count = rule["once"][1:-1]
    often = said.words(OFTEN[rule["once"]]) if rule["once"] in OFTEN else said.words(EVERY_SO_OFTEN, count=count)
    return f"{' '.join(when)}, {leads}, {often}. {said.bounds(trigger.active_from, trigger.active_to)}"


class _Speech:
    """How one language says times, days and lists."""

    def __init__(self, languages: Sequence[str], timezone: ZoneInfo) -> None:
        self.language = house_language(languages)
        self.timezone = timezone

    def words(self, english: str, **values: object) -> str:
        return translate(english, (self.language,), **values)

    def lasting(self, seconds: int) -> str:
        unit, size = next((unit, size) for unit, size in UNITS if seconds % size == 0)
        return format_unit(seconds // size, unit, length="long", locale=_LOCALES[self.language])

    def clock(self, written: str) -> str:
        """A time of day: 10 or 10.30 in Norwegian, 10:00 in English."""
        hour, minute = divmod(minutes(written), 60)
        if self.language == "en":
            return f"{hour:02}:{minute:02}"
        return f"{hour}.{minute:02}" if minute else str(hour)

    def days(self, weekdays: Sequence[int]) -> str:
        if (together := DAYS.get(tuple(weekdays))) is not None:
            return self.words(together)
        each = [self.words(WEEKDAYS[day - 1]) for day in weekdays]
        return self.words(SOME_DAYS, days=format_list(each, locale=_LOCALES[self.language]))

    def bounds(self, begins: datetime | None, ends: datetime) -> str:
        """From when until when it counts; a bound at midnight is that of a whole day."""
        last = ends.astimezone(self.timezone) - timedelta(seconds=1)
        whole = (last.hour, last.minute) == (23, 59)
        both, one = WHOLE_DAYS if whole else TO_THE_MINUTE
        end = self.date(last) if whole else self.moment(ends)
        if begins is None:
            return self.words(one, end=end)
        first = begins.astimezone(self.timezone)
        start = self.date(first) if (first.hour, first.minute) == (0, 0) else self.moment(begins)
        return self.words(both, start=start, end=end)

    def date(self, day: datetime) -> str:
        return format_date(day, "long", _LOCALES[self.language])

    def moment(self, at: datetime) -> str:
        local = at.astimezone(self.timezone)
        return self.words(AT, day=self.date(local), time=self.clock(f"{local:%H:%M}"))


def standing(trigger: Trigger, zone: Zone | None, opens: bool | None, at: datetime, timezone: str) -> Standing:
    """Whether a trigger fires now; `opens` says whether what it leads to is open, None where it is no longer there."""
    if opens is None:
        return "gone"
    if at >= trigger.active_to:
        return "over"
    if trigger.paused:
        return "off"
    if zone is not None and zone.is_silent:
        return "silent"
    if not opens:
        return "waiting"
    begins = [one for one in (trigger.active_from, zone.active_from if zone else None) if one]
    if begins and at < max(begins):
        return "not_yet"
    if zone is not None and zone.active_to is not None and at >= zone.active_to:
        return "over"
    local = at.astimezone(ZoneInfo(timezone))
    opening = week(zone.open_hours) if zone is not None else None
    if not compiled(trigger).holds(local) or (opening is not None and not opening.hold(local)):
        return "resting"
    return "live"
