"""What is held of a resident is found in one place, whatever is asked of it."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from base.sql import load


class Migration(migrations.Migration):
    """Two functions, from the file of the same name."""

    dependencies = [("medvirk", "0021_lapsed_consents")]

    operations = [ops.RunSQL(load(__file__, "0022_held_rows.sql"), reverse_sql=ops.RunSQL.noop)]
