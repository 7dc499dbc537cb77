"""What is kept, what for and how long: one list that notices and the processing record share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from consent.purposes import PURPOSES

Own = Literal["publication", "staff", "operation"]
"""Activities that concern no resident."""


@dataclass(frozen=True, slots=True)
class TableRetention:
    """A table: which activity fills it, and how long its rows stay, with numbers of `municipality.lifetimes` in braces.

    An activity is a purpose, a duty, or one that concerns no resident. What clears the table daily stands in its
    room's `retention.py`.
    """

    activity: str
    until: str


REGISTRATION = "until the resident erases it, or {inactive_months} months without use and {warning_days} days' warning"
FOR_GOOD = "for good: it names nobody"
COUNTED = "until the survey is counted"
ARCHIVED = "until staff delete the hearing, once the archive has acknowledged it"


TABLES: Final[Mapping[str, TableRetention]] = {
    **{
        table: TableRetention(purpose.key, until)
        for purpose in PURPOSES.values()
        for table, until in purpose.tables.items()
    },
    "resident": TableRetention("registration", REGISTRATION),
    "credential": TableRetention("registration", "until the device signs out or the registration goes"),
    "resident_link": TableRetention("registration", "until it is used, 15 minutes at most"),
    "survey_mute": TableRetention("registration", "until the registration goes"),
    "standing_consent": TableRetention("accountability", "until the registration goes"),
    "consent_event": TableRetention("accountability", "for good; once the registration has gone it is nobody's"),
    "ledger_head": TableRetention("accountability", FOR_GOOD),
    "ledger_root": TableRetention("accountability", FOR_GOOD),
    "notice": TableRetention("accountability", FOR_GOOD),
    "breach": TableRetention("accountability", FOR_GOOD),
    "breach_draft": TableRetention("accountability", "until it is told or thrown away: it names nobody"),
    "breach_told": TableRetention("accountability", "a year after the breach was told of"),
    "audit_entry": TableRetention("accountability", "{audit_months} months"),
    "participation": TableRetention("participation", COUNTED + "; its key is destroyed then"),
    "spent_ballot": TableRetention("participation", COUNTED),
    "spent_ballot_spare": TableRetention("participation", COUNTED),
    "answer_incoming": TableRetention("participation", COUNTED),
    "answer_incoming_spare": TableRetention("participation", COUNTED),
    "answer_shaken": TableRetention("participation", COUNTED),
    "receipt_shaken": TableRetention("participation", COUNTED),
    "answer": TableRetention("participation", "until the survey is deleted: nobody can tell whose it is"),
    "receipt": TableRetention("participation", "until the survey is deleted: it names nobody"),
    "comment": TableRetention("participation", "until the survey is deleted: nobody can tell whose it is"),
    "survey": TableRetention("publication", FOR_GOOD),
    "survey_draft": TableRetention("publication", "until the survey is launched or staff throw it away"),
    "draft_editor": TableRetention("staff", "minutes after they were last seen there, a day at most"),
    "survey_wording": TableRetention("publication", FOR_GOOD),
    "survey_template": TableRetention("publication", "until staff remove it: it names nobody"),
    "survey_preview": TableRetention("operation", "two weeks at most"),
    "survey_directory": TableRetention("publication", FOR_GOOD),
    "survey_key": TableRetention("publication", FOR_GOOD),
    "release": TableRetention("publication", FOR_GOOD),
    "release_ground": TableRetention("participation", "until the last release of the survey"),
    "survey_code": TableRetention("participation", COUNTED),
    "hearing": TableRetention("publication", ARCHIVED),
    "hearing_correction": TableRetention("publication", ARCHIVED),
    "hearing_document": TableRetention("publication", ARCHIVED),
    "document_content": TableRetention("publication", ARCHIVED),
    "statement": TableRetention(
        "publication",
        "until the archive has acknowledged its hearing and staff delete it: public by law, as its giver is told; "
        "a withheld name is not shown",
    ),
    "statement_address": TableRetention(
        "publication", "until the statement is confirmed, 7 days at most, sealed under a key outside the database"
    ),
    "information": TableRetention("publication", FOR_GOOD),
    "campaign": TableRetention("publication", FOR_GOOD),
    "audience_snapshot": TableRetention("publication", "until the next night: when it was counted, and nobody's data"),
    "audience_snapshot_trait": TableRetention(
        "publication", "until the next night: rows without an owner, of what several have in common"
    ),
    "campaign_total": TableRetention("publication", "for good: numbers alone, shown rounded or not at all"),
    "zone": TableRetention("publication", FOR_GOOD),
    "beacon": TableRetention("publication", FOR_GOOD),
    "beacon_health": TableRetention("publication", FOR_GOOD),
    "trigger": TableRetention("publication", FOR_GOOD),
    "interest": TableRetention("publication", FOR_GOOD),
    "municipality": TableRetention("publication", FOR_GOOD),
    "staff_member": TableRetention(
        "staff", "while they work for the municipality, and as long as the audit names them"
    ),
    "staff_key": TableRetention("staff", "until it is revoked, and as long as the audit names it"),
    "staff_session": TableRetention("staff", "12 hours, a sign-in link 15 minutes"),
    "idempotency_key": TableRetention("operation", "three days"),
    "job_start": TableRetention("operation", "until the job has ended"),
    "push_budget": TableRetention("operation", FOR_GOOD),
    "tortoise_migrations": TableRetention("operation", FOR_GOOD),
    "pgqueuer": TableRetention("operation", "until the job has ended: it holds ids, and no personal data"),
    "pgqueuer_log": TableRetention("operation", FOR_GOOD),
    "pgqueuer_schedules": TableRetention("operation", FOR_GOOD),
    "pgqueuer_statistics": TableRetention("operation", FOR_GOOD),
}
"""Every table there is, those of purposes first; a test holds the list against the schema."""
