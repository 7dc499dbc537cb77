"""A rule reads as one sentence, in the reader's language; and it is told whether it is live now."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from geofence.models import Trigger, TriggerRule, Zone
from geofence.trigger_sentences import Standing, sentence, standing

OSLO = "Europe/Oslo"
TOWN = uuid4()
PARK = {"nb": "Badeparken", "en": "Bath Park"}
SURVEY = {"nb": "Hva mangler parken?", "en": "What does the park lack?"}
END = datetime(2027, 6, 30, 22, tzinfo=UTC)
"""Midnight after the last of June, in summer time."""


def a_rule(*, kind: str = "survey", active_to: datetime = END, paused: bool = False, **more: Any) -> Trigger:
    rule: TriggerRule = {
        "on": "enter",
        "dwell_s": 0,
        "between": None,
        "active_from": None,
        "once": "ever",
        "proof": "position",
        "priority": 0,
    }
    rule.update(more)  # type: ignore[typeddict-item]  # a test names what it changes
    subject: dict[str, Any] = {"subject_kind": kind, "subject_id": uuid4()}
    return Trigger(municipality_id=TOWN, zone_id=uuid4(), rule=rule, active_to=active_to, paused=paused, **subject)


def a_zone(**more: Any) -> Zone:
    return Zone(municipality_id=TOWN, **more)


BADEPARKEN = a_rule(
    on="dwell", dwell_s=300, between={"from": "10:00", "to": "20:00"}, weekdays=[1, 2, 3, 4, 5], once="P7D"
)


@pytest.mark.parametrize(
    ("trigger", "language", "said"),
    [
        (
            BADEPARKEN,
            "nb",
            "Når noen kommer til Badeparken og blir der i 5 minutter mellom kl. 10 og 20 på hverdager, inviter til "
            "«Hva mangler parken?», én gang i uka. Til og med 30. juni 2027.",
        ),
        (
            BADEPARKEN,
            "nn",
            "Når nokon kjem til Badeparken og blir der i 5 minutt mellom kl. 10 og 20 på kvardagar, inviter til «Hva "
            "mangler parken?», éin gong i veka. Til og med 30. juni 2027.",
        ),
        (
            BADEPARKEN,
            "en",
            "When somebody comes to Bath Park and stays for 5 minutes between 10:00 and 20:00 on weekdays, invite to "
            "“What does the park lack?”, once a week. Up to and including 30 June 2027.",
        ),
        (
            a_rule(kind="hearing", active_from="2026-12-31T23:00:00+00:00", weekdays=[6, 7]),
            "nb",
            "Når noen kommer til Badeparken i helgene, inviter til høringen «Hva mangler parken?», én gang. Fra "
            "1. januar 2027 til og med 30. juni 2027.",
        ),
        (
            a_rule(kind="hearing", weekdays=[2, 4, 7], once="daily"),
            "nn",
            "Når nokon kjem til Badeparken på tysdagar, torsdagar og søndagar, inviter til høyringa «Hva mangler "
            "parken?», éin gong om dagen. Til og med 30. juni 2027.",
        ),
        (
            a_rule(on="exit", kind="info", once="P14D", between={"from": "22:30", "to": "24:00"}),
            "nb",
            "Når noen går fra Badeparken mellom kl. 22.30 og 24, vis «Hva mangler parken?», én gang på 14 dager. "
            "Til og med 30. juni 2027.",
        ),
        (
            a_rule(on="exit", kind="info", once="P1D", active_to=datetime(2027, 1, 2, 11, 30, tzinfo=UTC)),
            "en",
            "When somebody leaves Bath Park, show “What does the park lack?”, once in 24 hours. Until 2 January 2027 "
            "at 12:30.",
        ),
        (
            a_rule(active_from="2027-01-01T08:05:00+00:00", active_to=datetime(2027, 1, 2, 11, tzinfo=UTC)),
            "nb",
            "Når noen kommer til Badeparken, inviter til «Hva mangler parken?», én gang. Fra 1. januar 2027 kl. 9.05 "
            "til 2. januar 2027 kl. 12.",
        ),
        (
            a_rule(on="beacon", dwell_s=5400),
            "nn",
            "Når nokon har vore nær sendaren Badeparken i 90 minutt, inviter til «Hva mangler parken?», éin gong. "
            "Til og med 30. juni 2027.",
        ),
        (
            a_rule(on="beacon", weekdays=[1, 2, 3, 4, 5, 6, 7]),
            "en",
            "When somebody is near the beacon Bath Park every day, invite to “What does the park lack?”, once. "
            "Up to and including 30 June 2027.",
        ),
    ],
)
def test_each_kind_of_rule_is_a_sentence(trigger: Trigger, language: str, said: str) -> None:
    assert sentence(trigger, PARK, SURVEY, [language], OSLO) == said


@pytest.mark.parametrize(("language", "words"), [("nb", "ikke finnes lenger"), ("nn", "ikkje finst lenger")])
def test_a_rule_whose_survey_is_gone_says_so(language: str, words: str) -> None:
    assert words in sentence(BADEPARKEN, "Kiosk", None, [language], OSLO)


MONDAY_NOON = datetime(2027, 1, 18, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("trigger", "zone", "opens", "at", "expected"),
    [
        (BADEPARKEN, a_zone(), True, MONDAY_NOON, "live"),
        (BADEPARKEN, a_zone(), True, MONDAY_NOON - 3 * HOUR, "resting"),
        (BADEPARKEN, a_zone(), True, MONDAY_NOON - 24 * HOUR, "resting"),
        (BADEPARKEN, a_zone(open_hours={"tue": [{"from": "08:00", "to": "16:00"}]}), True, MONDAY_NOON, "resting"),
        (BADEPARKEN, a_zone(), False, MONDAY_NOON, "waiting"),
        (BADEPARKEN, a_zone(approval="waiting"), True, MONDAY_NOON, "silent"),
        (BADEPARKEN, a_zone(approval="approved"), True, MONDAY_NOON, "live"),
        (BADEPARKEN, a_zone(), None, MONDAY_NOON, "gone"),
        (BADEPARKEN, a_zone(), True, END, "over"),
        (BADEPARKEN, a_zone(active_to=MONDAY_NOON), True, MONDAY_NOON, "over"),
        (BADEPARKEN, a_zone(active_from=MONDAY_NOON + HOUR), True, MONDAY_NOON, "not_yet"),
        (a_rule(active_from="2027-01-18T12:00:00+00:00"), None, True, MONDAY_NOON, "not_yet"),
        (a_rule(paused=True), None, True, MONDAY_NOON, "off"),
        (a_rule(), None, True, MONDAY_NOON, "live"),
    ],
)
def test_it_is_said_whether_a_rule_is_live_now(
    trigger: Trigger, zone: Zone | None, opens: bool | None, at: datetime, expected: Standing
) -> None:
    assert standing(trigger, zone, opens, at, OSLO) == expected
