"""The box in stages: answers as they came, those that were shaken and those that were counted lie in tables of their
own, so that the files of the first two can be given up with all that was ever deleted in them.
"""

from pathlib import Path
from typing import Final

from tortoise import migrations
from tortoise.migrations import operations as ops

FILES: Final = ("box_stages.sql", "box_hand_in.sql", "box_carry_over.sql")


def _run(name: str) -> ops.RunSQL:
    return ops.RunSQL((Path(__file__).parent / name).read_text(encoding="utf-8"), reverse_sql=ops.RunSQL.noop)


class _DroppedAbove(ops.RemoveField):
    """The column went where its values were carried over; the models are told."""

    async def database_forward(self, *args: object, **kwargs: object) -> None:
        """It is done."""


class Migration(migrations.Migration):
    """Tables for each stage of the box, what hands in, and what carries over."""

    dependencies = [("medvirk", "0011_on_paper")]

    operations = [
        *map(_run, FILES),
        _DroppedAbove(model_name="SpentBallot", name="body_hash"),
    ]
