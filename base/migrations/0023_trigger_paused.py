"""A trigger can be switched off, and stays known meanwhile."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Whether a trigger is switched off."""

    dependencies = [("medvirk", "0022_held_rows")]

    operations = [
        ops.AddField(model_name="Trigger", name="paused", field=fields.BooleanField(db_default=False)),
    ]
