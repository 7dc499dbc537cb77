"""Who works for the municipality: where they get letters, when they were last here, when they signed in and by whom."""

from tortoise import fields, migrations
from tortoise.fields import SqlDefault
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Columns of members and of their sessions."""

    dependencies = [("medvirk", "0026_desk")]

    initial = False

    operations = [
        ops.AddField(model_name="StaffMember", name="email", field=fields.CharField(null=True, max_length=254)),
        ops.AddField(model_name="StaffMember", name="last_seen_on", field=fields.DateField(null=True)),
        ops.AddField(
            model_name="StaffMember",
            name="removed_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="StaffSession",
            name="made_at",
            field=fields.DatetimeField(db_default=SqlDefault("now()"), auto_now=False, auto_now_add=False),
        ),
        ops.AddField(model_name="StaffSession", name="made_by", field=fields.UUIDField(null=True)),
    ]
