"""Whose consent has lapsed stands in one place, beside whose stands."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from base.sql import load


class Migration(migrations.Migration):
    """A function, from the file of the same name."""

    dependencies = [("medvirk", "0020_ballot_keys")]

    operations = [ops.RunSQL(load(__file__, "0021_lapsed_consents.sql"), reverse_sql=ops.RunSQL.noop)]
