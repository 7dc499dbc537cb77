"""What staff count by: a table of the night, and how the numbers of a message are rounded."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields import SqlDefault
from tortoise.migrations import operations as ops

from base.guards import check, tenant

GUARDS = [
    tenant("audience_snapshot"),
    tenant("audience_snapshot_row"),
    check("audience_snapshot_row", "status", "status in ('reached', 'no_address', 'no_consent')"),
]


class Migration(migrations.Migration):
    """The two tables of the snapshot, and a secret of each campaign."""

    dependencies = [("medvirk", "0013_hearing_corrections")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AudienceSnapshot",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField(unique=True)),
                ("counted_on", fields.DateField()),
                ("after_days", fields.IntField()),
                ("districts", ArrayField("uuid")),
                ("smallest_group", fields.IntField()),
            ],
            options={
                "table": "audience_snapshot",
                "app": "medvirk",
                "pk_attr": "id",
                "table_description": "When residents were counted, of how many days' registration, in which districts, "
                "for which smallest group.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AudienceSnapshotRow",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField(db_index=True)),
                ("status", fields.CharField(max_length=16)),
                ("follows", fields.BooleanField()),
                ("at_places", fields.BooleanField()),
                ("areas", ArrayField("uuid")),
                ("interests", ArrayField("text")),
                ("messages", ArrayField("uuid")),
                ("language", fields.CharField(max_length=16)),
                ("age", fields.CharField(max_length=16, null=True)),
                ("quiet_from", fields.CharField(max_length=5, null=True)),
                ("quiet_to", fields.CharField(max_length=5, null=True)),
                ("digest", fields.CharField(max_length=8)),
                ("timezone", fields.CharField(max_length=64, null=True)),
                ("in_day", fields.IntField()),
                ("in_week", fields.IntField()),
            ],
            options={
                "table": "audience_snapshot_row",
                "app": "medvirk",
                "pk_attr": "id",
                "table_description": "A row that staff count by, made anew each night of what the smallest group or "
                "more have in common: nobody's.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Campaign", name="rounding", field=fields.UUIDField(db_default=SqlDefault("gen_random_uuid()"))
        ),
        *[ops.RunSQL(statement, reverse_sql=ops.RunSQL.noop) for statement in GUARDS],
    ]
