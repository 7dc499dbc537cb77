"""How many answers came on paper is kept only where neither these nor the others are fewer than k.

The k that holds is the municipality's, or the survey's own where that is greater; it was the survey's own alone.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

FEW = """
update survey set on_paper = null
from municipality
where municipality.id = survey.municipality_id and on_paper is not null
    and least(on_paper, counted - on_paper)
        < greatest(municipality.smallest_group, (definition ->> 'smallest_group')::integer)
"""


class Migration(migrations.Migration):
    """Few sheets are not kept."""

    dependencies = [("medvirk", "0010_hand_in")]

    operations = [ops.RunSQL(FEW, reverse_sql=ops.RunSQL.noop)]
