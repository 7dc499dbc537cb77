"""What is kept, what for and how long: one list that notices, the nightly clearing and the processing record share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Activity = Literal[
    "personal_feed", "location_zones", "location_beacons", "push_messages", "profile_statistics",
    "registration", "accountability", "participation", "publication", "staff", "operation",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A table: which activity fills it, how long its rows stay, and the statement that clears what has outlived that.

    Words and statement may hold the numbers of `municipality.lifetimes`, in braces.
    """

    activity: Activity
    until: str
    clear: str | None = None


WITH_RESIDENT = "until the resident removes it, withdraws, or the registration goes"
REGISTRATION = "until the resident erases it, or {inactive_months} months without use and {warning_days} days' warning"
FOR_GOOD = "for good: it names nobody"
COUNTED = "until the survey is counted"
ARCHIVED = "until staff delete the hearing, once the archive has acknowledged it"


def _lapsed(table: str, purpose: str) -> str:
    return (
        f'delete from "{table}" t using standing_consent s where s.resident_id = t.resident_id '  # noqa: S608 - names of our own
        f"and s.purpose = '{purpose}' and s.granted and s.lapses_at <= now()"
    )


TABLES: Final[Mapping[str, Kept]] = {
    "resident": Kept("registration", REGISTRATION),
    "credential": Kept("registration", "until the device signs out or the registration goes"),
    "resident_link": Kept(
        "registration", "until it is used, 15 minutes at most", "delete from resident_link where expires_at <= now()"
    ),
    "resident_interest": Kept("personal_feed", WITH_RESIDENT, _lapsed("resident_interest", "personal_feed")),
    "resident_area": Kept("personal_feed", WITH_RESIDENT, _lapsed("resident_area", "personal_feed")),
    "survey_mute": Kept("registration", "until the registration goes"),
    "push_address": Kept("push_messages", WITH_RESIDENT, _lapsed("push_address", "push_messages")),
    "delivery": Kept(
        "push_messages",
        "{delivery_days} days after the last of its message was sent or given up",
        "delete from delivery d using campaign k where k.id = d.campaign_id "
        "and k.settled_at < now() - interval '{delivery_days} days'",
    ),
    "standing_consent": Kept("accountability", "until the registration goes"),
    "consent_event": Kept("accountability", "for good; once the registration has gone it is nobody's"),
    "ledger_head": Kept("accountability", FOR_GOOD),
    "ledger_root": Kept("accountability", FOR_GOOD),
    "notice": Kept("accountability", FOR_GOOD),
    "breach": Kept("accountability", FOR_GOOD),
    "breach_told": Kept(
        "accountability",
        "a year after the breach was told of",
        "delete from breach_told t using breach b where b.id = t.breach_id "
        "and b.published_at < now() - interval '1 year'",
    ),
    "audit_entry": Kept(
        "accountability",
        "{audit_months} months",
        "delete from audit_entry where at < now() - interval '{audit_months} months'",
    ),
    "participation": Kept("participation", COUNTED + "; its key is destroyed then"),
    "spent_ballot": Kept("participation", COUNTED),
    "spent_ballot_spare": Kept("participation", COUNTED),
    "answer_incoming": Kept("participation", COUNTED),
    "answer_incoming_spare": Kept("participation", COUNTED),
    "answer_shaken": Kept("participation", COUNTED),
    "receipt_shaken": Kept("participation", COUNTED),
    "answer": Kept("participation", "until the survey is deleted: nobody can tell whose it is"),
    "receipt": Kept("participation", "until the survey is deleted: it names nobody"),
    "comment": Kept("participation", "until the survey is deleted: nobody can tell whose it is"),
    "survey": Kept("publication", FOR_GOOD),
    "survey_wording": Kept("publication", FOR_GOOD),
    "survey_template": Kept("publication", "until staff remove it: it names nobody"),
    "survey_preview": Kept("operation", "two weeks at most", "delete from survey_preview where expires_at <= now()"),
    "survey_directory": Kept("publication", FOR_GOOD),
    "survey_key": Kept("publication", FOR_GOOD),
    "release": Kept("publication", FOR_GOOD),
    "release_ground": Kept("participation", "until the last release of the survey"),
    "survey_code": Kept("participation", COUNTED),
    "hearing": Kept("publication", ARCHIVED),
    "hearing_correction": Kept("publication", ARCHIVED),
    "hearing_document": Kept("publication", ARCHIVED),
    "document_content": Kept("publication", ARCHIVED),
    "statement": Kept(
        "publication",
        "until the archive has acknowledged its hearing and staff delete it: public by law, as its giver is told; "
        "a withheld name is not shown",
    ),
    "statement_address": Kept(
        "publication",
        "until the statement is confirmed, 7 days at most, sealed under a key outside the database",
        "delete from statement_address where expires_at <= now()",
    ),
    "hearing_follow": Kept("personal_feed", WITH_RESIDENT, _lapsed("hearing_follow", "personal_feed")),
    "information": Kept("publication", FOR_GOOD),
    "campaign": Kept("publication", FOR_GOOD),
    "audience_snapshot": Kept("publication", "until the next night: when it was counted, and nobody's data"),
    "audience_snapshot_row": Kept(
        "publication", "until the next night: rows without an owner, of what several have in common"
    ),
    "campaign_total": Kept("publication", "for good: numbers alone, shown rounded or not at all"),
    "zone": Kept("publication", FOR_GOOD),
    "beacon": Kept("publication", FOR_GOOD),
    "beacon_health": Kept("publication", FOR_GOOD),
    "trigger": Kept("publication", FOR_GOOD),
    "interest": Kept("publication", FOR_GOOD),
    "municipality": Kept("publication", FOR_GOOD),
    "staff_member": Kept("staff", "while they work for the municipality, and as long as the audit names them"),
    "staff_key": Kept("staff", "until it is revoked, and as long as the audit names it"),
    "staff_session": Kept(
        "staff", "12 hours, a sign-in link 15 minutes", "delete from staff_session where expires_at <= now()"
    ),
    "idempotency_key": Kept(
        "operation", "three days", "delete from idempotency_key where created_at < now() - interval '3 days'"
    ),
    "job_start": Kept("operation", "until the job has ended"),
    "push_budget": Kept("operation", FOR_GOOD),
    "tortoise_migrations": Kept("operation", FOR_GOOD),
    "pgqueuer": Kept("operation", "until the job has ended: it holds ids, and no personal data"),
    "pgqueuer_log": Kept("operation", FOR_GOOD),
    "pgqueuer_schedules": Kept("operation", FOR_GOOD),
    "pgqueuer_statistics": Kept("operation", FOR_GOOD),
}
"""Every table there is; a test holds the list against the schema."""

COLUMNS: Final[Mapping[Activity, str]] = {
    "profile_statistics": "update resident r set birth_year_band = null from standing_consent s "
    "where s.resident_id = r.id and s.purpose = 'profile_statistics' and s.granted and s.lapses_at <= now() "
    "and r.birth_year_band is not null",
}
"""What rests on a consent and is a column of another table: the statement that clears it when the consent lapses."""
