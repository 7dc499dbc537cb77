"""Every process is told when a row changes that readers' answers are made of; the audit is read by time."""

from tortoise import migrations
from tortoise.migrations import operations as ops

TABLES = (
    "municipality", "survey", "survey_wording", "survey_key", "hearing", "hearing_document",
    "hearing_correction", "information", "interest",
    "zone", "notice", "release", "ledger_root",
)  # fmt: skip

TELL = """
create function tell_readers() returns trigger language plpgsql as $$
begin
    perform pg_notify('readers', coalesce(nullif(current_setting('medvirk.municipality', true), ''), '*'));
    return null;
end $$
"""

TRIGGER = """
create trigger tell_readers after insert or update or delete on "{t}"
    for each statement execute function tell_readers()
"""

AUDIT = "create index audit_entry_by_time on audit_entry (municipality_id, at desc, id desc)"


class Migration(migrations.Migration):
    """Notifications of what readers see, which no code can forget to send."""

    dependencies = [("medvirk", "0016_sealed_answers")]

    operations = [
        ops.RunSQL(statement, reverse_sql=ops.RunSQL.noop)
        for statement in (TELL, *(TRIGGER.format(t=table) for table in TABLES), AUDIT)
    ]
