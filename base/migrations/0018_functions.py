"""What several rooms' queries share: who consents, which districts lie around and within others."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from base.sql import load


class Migration(migrations.Migration):
    """Functions, from the file of the same name."""

    dependencies = [("medvirk", "0017_tell_readers")]

    operations = [ops.RunSQL(load(__file__, "0018_functions.sql"), reverse_sql=ops.RunSQL.noop)]
