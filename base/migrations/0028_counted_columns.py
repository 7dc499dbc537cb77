"""What staff count by is kept as columns of bits: counting takes as long however many messages there were."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from base.guards import primary_key, tenant

STATEMENTS = [
    primary_key("audience_snapshot_trait"),
    tenant("audience_snapshot_trait"),
]


class Migration(migrations.Migration):
    """A table of traits in place of one of rows; the count of the night is made anew."""

    dependencies = [("medvirk", "0027_people")]

    initial = False

    operations = [
        ops.RunSQL("delete from audience_snapshot", reverse_sql=ops.RunSQL.noop),
        ops.DeleteModel("AudienceSnapshotRow"),
        ops.AddField(model_name="AudienceSnapshot", name="counted", field=fields.IntField()),
        ops.CreateModel(
            name="AudienceSnapshotTrait",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField()),
                ("trait", fields.CharField(max_length=16)),
                ("value", fields.TextField(unique=False)),
                ("holders", fields.BinaryField()),
            ],
            options={
                "table": "audience_snapshot_trait",
                "app": "medvirk",
                "unique_together": (("municipality_id", "trait", "value"),),
                "pk_attr": "id",
                "table_description": "Which rows of the night's count have a trait, a bit a row: rows that staff "
                "count by, made of what the smallest group or more have in common, and nobody's.",
            },
            bases=["Model"],
        ),
        *[ops.RunSQL(statement, reverse_sql=ops.RunSQL.noop) for statement in STATEMENTS],
    ]
