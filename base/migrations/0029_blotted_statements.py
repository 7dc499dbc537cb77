"""A statement can be published with the numbers blotted out by which somebody could be known."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Whether everybody else sees it so; staff and the archive have it whole."""

    dependencies = [("medvirk", "0028_counted_columns")]

    initial = False

    operations = [ops.AddField("Statement", "blotted", fields.BooleanField(db_default=False))]
