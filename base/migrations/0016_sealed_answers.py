"""What is kept for an Idempotency-Key: answers of everybody who may send one, sealed, for three days."""

from tortoise import migrations
from tortoise.migrations import operations as ops

SAID = "The answer that a request with an `Idempotency-Key` was given, sealed under that key, for three days."
BEFORE = "The answer that a staff request with an `Idempotency-Key` was given, for a day."


class Migration(migrations.Migration):
    """The table is as it was; what it says of itself is not. Rows in the former form answer nobody any more."""

    dependencies = [("medvirk", "0015_zone_ids")]

    initial = False

    operations = [
        ops.RunSQL(
            f"comment on table idempotency_key is '{SAID}'; truncate idempotency_key",
            reverse_sql=f"comment on table idempotency_key is '{BEFORE}'; truncate idempotency_key",
        )
    ]
