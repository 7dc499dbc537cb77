"""What waits for staff and what they did is found at once; notices of breaches are drafted."""

import functools
from json import dumps, loads
from uuid import uuid4

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from base.guards import primary_key, tenant

STATEMENTS = [
    primary_key("breach_draft"),
    tenant("breach_draft"),
    "create index statement_unread on statement (municipality_id, hearing_id) where state = 'received'",
    "create index delivery_in_trouble on delivery (municipality_id) where state = 'queued' and reason is not null",
    "create index audit_entry_changes on audit_entry (municipality_id, at desc, id desc) where kind <> 'viewed'",
    "create index audit_entry_by_subject on audit_entry (municipality_id, subject_id, at desc, id desc)",
    "create index audit_entry_by_caller on audit_entry (municipality_id, caller_id, at desc, id desc)",
]


class Migration(migrations.Migration):
    """A table of drafts, and indexes for the desk."""

    dependencies = [("medvirk", "0025_drafts")]

    initial = False

    operations = [
        ops.CreateModel(
            name="BreachDraft",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField()),
                ("written", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("version", fields.IntField()),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "breach_draft",
                "app": "medvirk",
                "pk_attr": "id",
                "table_description": "A notice of a breach of personal data that is being written, "
                "as far as it has come.",
            },
            bases=["Model"],
        ),
        *[ops.RunSQL(statement, reverse_sql=ops.RunSQL.noop) for statement in STATEMENTS],
    ]
