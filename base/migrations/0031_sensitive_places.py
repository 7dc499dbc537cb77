"""A sensitive place waits for the privacy officer; who changed a zone last is known."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from base.guards import check

STATES = "approval in ('waiting', 'approved', 'refused')"
REASONED = "approval <> 'refused' or reason <> ''"


class Migration(migrations.Migration):
    """What is asked of the officer and answered stands beside the zone; sensitive ones so far were an officer's."""

    dependencies = [("medvirk", "0030_zone_boxes")]

    operations = [
        ops.AddField(model_name="Zone", name="changed_by", field=fields.UUIDField(null=True)),
        ops.AddField(model_name="Zone", name="approval", field=fields.CharField(null=True, max_length=8)),
        ops.AddField(model_name="Zone", name="asked_at", field=fields.DatetimeField(null=True)),
        ops.AddField(model_name="Zone", name="asked_by", field=fields.UUIDField(null=True)),
        ops.AddField(model_name="Zone", name="decided_at", field=fields.DatetimeField(null=True)),
        ops.AddField(model_name="Zone", name="decided_by", field=fields.UUIDField(null=True)),
        ops.AddField(model_name="Zone", name="reason", field=fields.CharField(null=True, max_length=500)),
        ops.RunSQL(check("zone", "approval_known", STATES), reverse_sql=ops.RunSQL.noop),
        ops.RunSQL(check("zone", "refusal_reasoned", REASONED), reverse_sql=ops.RunSQL.noop),
        ops.RunSQL(
            "update zone set approval = 'approved', decided_at = changed_at where sensitive",
            reverse_sql=ops.RunSQL.noop,
        ),
    ]
