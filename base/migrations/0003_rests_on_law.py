"""A notice may rest on a legal obligation: the ledger and the audit are kept because the law wants it proved."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from base.guards import check

RULE = "legal_basis in ('consent', 'public_task', 'legal_obligation')"


class Migration(migrations.Migration):
    """The third legal basis."""

    dependencies = [("medvirk", "0002_guards")]
    operations = [
        ops.RunSQL("alter table notice drop constraint notice_check_17", reverse_sql=ops.RunSQL.noop),
        ops.RunSQL(check("notice", "legal_basis", RULE), reverse_sql=ops.RunSQL.noop),
    ]
