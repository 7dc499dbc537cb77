"""A document that was replaced after somebody had been heard stays, as an earlier version."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from base.guards import check, reference

GUARDS = [
    reference("hearing_document", "replaced_by", "hearing_document", "no action"),
    check("hearing_document", "replaced", "(replaced_by is null) = (replaced_at is null)"),
]


class Migration(migrations.Migration):
    """What stands in its place, and since when."""

    dependencies = [("medvirk", "0023_trigger_paused")]

    initial = False

    operations = [
        ops.AddField("HearingDocument", "replaced_by", fields.UUIDField(null=True)),
        ops.AddField("HearingDocument", "replaced_at", fields.DatetimeField(null=True)),
        *[ops.RunSQL(statement, reverse_sql=ops.RunSQL.noop) for statement in GUARDS],
    ]
