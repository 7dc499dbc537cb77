"""The audit tells what was asked, where that matters: whom staff counted before they wrote."""

import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """What was asked, beside who did what."""

    dependencies = [("medvirk", "0006_breach")]
    operations = [
        ops.AddField(
            model_name="AuditEntry",
            name="detail",
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
        ),
    ]
