"""Zones are found by the box around them, without looking at every border."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from base.sql import load


class Migration(migrations.Migration):
    """Four sides, which the database keeps."""

    dependencies = [("medvirk", "0029_blotted_statements")]

    operations = [
        *[
            ops.AddField(model_name="Zone", name=side, field=fields.FloatField(null=True))
            for side in ("west", "south", "east", "north")
        ],
        ops.RunSQL(
            load(__file__, "0030_zone_boxes.sql"), reverse_sql="drop trigger box on zone; drop function zone_box"
        ),
    ]
